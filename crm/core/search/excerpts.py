"""The few words of a text around what was asked for."""

from crm.core.normalisation import fold
from crm.core.search.question import Question

BEFORE, LENGTH = 6, 24
MORE = "…"


def excerpt(text: str, question: Question) -> str:
    """Return about a line of `text`, around the first of its words that was asked for."""
    words = text.split()
    asked = tuple(near for word in question.words for near in word)
    hit = next((n for n, word in enumerate(words) if _holds(word, asked)), 0)
    start = max(0, hit - BEFORE)
    shown = " ".join(words[start : start + LENGTH])
    before = f"{MORE} " if start else ""
    after = f" {MORE}" if len(words) > start + LENGTH else ""
    return f"{before}{shown}{after}"


def _holds(word: str, asked: tuple[str, ...]) -> bool:
    return any(part.startswith(asked) for part in fold(word).split())
