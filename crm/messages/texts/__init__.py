"""The words that Kring brings for each purpose, until somebody writes their own."""

from functools import cache
from pathlib import Path

from crm.core.mail import Purpose
from crm.messages.texts.footers import REASONS, UNSUBSCRIBE

__all__ = ["LANGUAGES", "REASONS", "UNSUBSCRIBE", "built_in", "near", "ours"]

LANGUAGES = ("nl", "en")
_FOLDER = Path(__file__).parent


def built_in(purpose: Purpose, language: str) -> tuple[str, str] | None:
    """Return subject and body of our own words; nothing in a language that we have none in."""
    return ours(purpose, language) if language in LANGUAGES else None


@cache
def ours(purpose: Purpose, language: str) -> tuple[str, str]:
    """Return subject and body of our own words in one of our languages."""
    written = (_FOLDER / language / f"{purpose}.md").read_text(encoding="utf-8")
    subject, _between, body = written.partition("\n\n")
    return subject.strip(), body.strip()


def near(language: str) -> str:
    """Return the language in which we say what stands below words in `language`."""
    return language if language in LANGUAGES else "en"
