"""
Placeholders: which values each purpose of message can name, and by which words.

A value has a key, the same in every language, under which `Content.values` holds it. In a template
it is named by the words of the template's language, in double round brackets: ((voornaam)).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crm.core.mail import Purpose

# Round brackets: nobody has to look for them on a keyboard, and Markdown gives them no meaning.
# So short that a whole remark in double brackets is no placeholder.
PLACEHOLDER = re.compile(r"\(\(\s*([^()\n]{1,60}?)\s*\)\)")

# key: the word for it in Dutch, and in English, which other languages use too.
WORDS: dict[str, tuple[str, str]] = {
    "first_name": ("voornaam", "first name"),
    "greeting": ("aanhef", "greeting"),
    "session": ("bijeenkomst", "session"),
    "when": ("wanneer", "when"),
    "where": ("waar", "where"),
    "answer_link": ("antwoordlink", "answer link"),
    "deadline": ("uiterlijk", "deadline"),
    "old_when": ("eerst wanneer", "old when"),
    "old_where": ("eerst waar", "old where"),
    "answer": ("antwoord", "answer"),
    "outcome": ("uitkomst", "outcome"),
    "offer_until": ("aanbod tot", "offer until"),
    "organisations": ("organisaties", "organisations"),
    "project": ("project", "project"),
    "sender": ("afzender", "sender"),
    "contact": ("contact", "contact"),
    "title": ("onderwerp", "subject"),
    "words": ("tekst", "text"),
    "link": ("link", "link"),
    "expires": ("geldig tot", "valid until"),
}
# Addresses: they stand alone in a line, or behind words that one can press.
LINKS = frozenset({"answer_link", "link"})
# Names of people, places and things may run in the other direction than the text around; what we
# write ourselves, such as a day, never does.
_OURS = LINKS | {"when", "old_when", "deadline", "offer_until", "expires", "answer"}
NAMES = frozenset(WORDS) - _OURS
# The only value of several lines.
LONG = frozenset({"words"})

_EVERYWHERE = ("first_name", "greeting", "project", "sender", "contact")
_SESSION = (*_EVERYWHERE, "organisations", "session", "when", "where")
_ANSWERED = (*_SESSION, "answer_link", "words")
_LINKED = (*_EVERYWHERE, "link", "expires")

# What is said of the recipient alone is not in messages about passwords: they are of no project.
ALLOWED: dict[Purpose, tuple[str, ...]] = {
    Purpose.INVITE: (*_ANSWERED, "deadline"),
    Purpose.REMINDER: (*_ANSWERED, "deadline"),
    Purpose.CONFIRMATION: (*_ANSWERED, "answer"),
    Purpose.CHANGE: (*_ANSWERED, "old_when", "old_where"),
    Purpose.CANCELLATION: (*_SESSION, "outcome", "words"),
    Purpose.WAITING: _ANSWERED,
    Purpose.OFFER: (*_ANSWERED, "offer_until"),
    Purpose.THANKS: (*_SESSION, "words"),
    Purpose.CONSENT_REQUEST: (*_LINKED, "words", "organisations"),
    Purpose.NEWS: (*_EVERYWHERE, "organisations", "title", "words"),
    Purpose.DETAILS: _LINKED,
    Purpose.COLLEAGUE: _LINKED,
    Purpose.RESET: ("first_name", "greeting", "sender", "contact", "link", "expires"),
    Purpose.ADDRESS: ("first_name", "greeting", "link", "expires"),
    Purpose.TIES: _LINKED,
}
# Without these a message misses its point, so a template without them is refused.
OBLIGATORY: dict[Purpose, tuple[str, ...]] = {
    Purpose.INVITE: ("when", "answer_link"),
    Purpose.REMINDER: ("when", "answer_link"),
    Purpose.CONFIRMATION: ("answer_link",),
    Purpose.CHANGE: ("when", "answer_link"),
    Purpose.CANCELLATION: ("outcome",),
    Purpose.WAITING: ("answer_link",),
    Purpose.OFFER: ("answer_link", "offer_until"),
    Purpose.THANKS: (),
    Purpose.CONSENT_REQUEST: ("link",),
    Purpose.NEWS: ("words",),
    Purpose.DETAILS: ("link",),
    Purpose.COLLEAGUE: ("link",),
    Purpose.RESET: ("link",),
    Purpose.ADDRESS: ("link",),
    Purpose.TIES: ("link",),
}


def word_for(key: str, language: str) -> str:
    """Return the word by which a template in `language` names a value."""
    dutch, english = WORDS[key]
    return dutch if language == "nl" else english


def written(key: str, language: str) -> str:
    """Return a placeholder as it stands in a template: ((voornaam))."""
    return f"(({word_for(key, language)}))"


def key_of(word: str, purpose: Purpose, language: str) -> str | None:
    """Return which value a word in brackets names; nothing if this purpose has none of it."""
    wanted = " ".join(word.casefold().split())
    return next((key for key in ALLOWED[purpose] if word_for(key, language) == wanted), None)


def keys_in(text: str, purpose: Purpose, language: str) -> frozenset[str]:
    """Return the values that a text names."""
    named = (key_of(word, purpose, language) for word in PLACEHOLDER.findall(text))
    return frozenset(key for key in named if key)


def replaced(text: str, purpose: Purpose, language: str, values: Mapping[str, str]) -> str:
    """Return a text with values for its placeholders; what names none of them stays as typed."""

    def instead(found: re.Match[str]) -> str:
        key = key_of(found[1], purpose, language)
        return values.get(key or "", found[0])

    return PLACEHOLDER.sub(instead, text)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder as one types it: ((voornaam))."""

    key: str
    typed: str
    is_obligatory: bool


def placeholders(purpose: Purpose, language: str) -> list[Placeholder]:
    """Return the placeholders of a purpose, the obligatory ones first."""
    # The sort keeps the order of ALLOWED among the others.
    obligatory = OBLIGATORY[purpose]
    keys = sorted(ALLOWED[purpose], key=lambda key: key not in obligatory)
    return [Placeholder(key, written(key, language), key in obligatory) for key in keys]
