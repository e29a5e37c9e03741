"""The words that Kring brings for each purpose, until somebody writes their own."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from crm.core.mail import Purpose

LANGUAGES = ("nl", "en")
# Files and no Python: whoever corrects a sentence should not meet quotes and escapes.
FOLDER = Path(__file__).parent.parent / "texts"


def built_in(purpose: Purpose, language: str) -> tuple[str, str] | None:
    """Return subject and body of our own words; nothing in a language that we have none in."""
    return ours(purpose, language) if language in LANGUAGES else None


@cache
def ours(purpose: Purpose, language: str) -> tuple[str, str]:
    """Return subject and body of our own words in one of our languages."""
    written = (FOLDER / language / f"{purpose}.md").read_text(encoding="utf-8")
    subject, _between, body = written.partition("\n\n")
    return subject.strip(), body.strip()


def near(language: str) -> str:
    """Return the language in which we say what stands below words in `language`."""
    return language if language in LANGUAGES else "en"


@cache
def own_words(language: str) -> Mapping[str, Any]:
    """
    Return, in one of our languages, what no planner writes.

    `reasons` stand below each message, by purpose: why one gets it, which the law asks; written
    here so that nobody leaves them out. `unsubscribe` leads to no more of them, and `example` has
    the values of somebody made up.
    """
    return tomllib.loads((FOLDER / language / "words.toml").read_text(encoding="utf-8"))
