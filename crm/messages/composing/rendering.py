"""Rendering: a template read once, and filled with the values of each message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crm.core.cleaning import clean_line, clean_lines
from crm.core.mail import Purpose
from crm.messages import texts
from crm.messages.composing import markdown, slots, vocabulary
from crm.messages.composing.slots import Slotted

_LEFTWARD = {"ar", "ckb", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}
_LAYOUTS = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Incomplete(ValueError):
    """A message without its link would be of no use, so it is not made."""


@dataclass(frozen=True, slots=True)
class Words:
    """A template: a subject and a body in Markdown, with placeholders of its language."""

    language: str
    subject: str
    body: str

    def with_own(self, own: tuple[str, str] | None) -> "Words":
        """Return the words with a writer's subject and Markdown where they leave room for them."""
        if own is None:
            return self
        given = dict(zip(("title", "words"), own, strict=True))

        def replaced(found: re.Match[str]) -> str:
            key = vocabulary.key_of(found[1], Purpose.NEWS, self.language)
            return given.get(key or "", found[0])

        written = (vocabulary.PLACEHOLDER.sub(replaced, one) for one in (self.subject, self.body))
        return Words(self.language, *written)


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """
    What the outbox knows of a message, fixed when it was queued.

    :param date: the header, as RFC 5322 writes it
    :param unsubscribe_url: only for what the recipient did not ask for
    """

    purpose: Purpose
    message_id: str
    date: str
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words: what a reader sees."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Prepared:
    subject: Slotted
    text: Slotted
    html: Slotted


def render(facts: MessageFacts, words: Words, values: Mapping[str, str], sender: str) -> Rendered:
    """
    Return a message in words; a line whose placeholder has nothing to say is left out.

    :param sender: who stands in From; also the project, where the values name none
    :raises Incomplete: if the link that the message is about is not given
    """
    given = {"project": sender, **{key: value for key, value in values.items() if value}}
    given = slots.clean({**given, "unsubscribe": facts.unsubscribe_url})
    present = frozenset(key for key, value in given.items() if value)
    _check(facts.purpose, present)
    ready = _prepared(words, facts.purpose, present & _asked(words, facts.purpose))
    subject = " ".join(ready.subject.filled(given).split()) or given["project"]
    return Rendered(subject, ready.text.filled(given), ready.html.filled(given))


def _check(purpose: Purpose, present: frozenset[str]) -> None:
    missing = {*vocabulary.OBLIGATORY[purpose]} & vocabulary.LINKS - present
    if missing:
        message = f"a message of purpose {purpose} needs {', '.join(sorted(missing))}"
        raise Incomplete(message)


@lru_cache(maxsize=512)
def _asked(words: Words, purpose: Purpose) -> frozenset[str]:
    """Return which values a template names, and whether there may be a way to unsubscribe."""
    named = vocabulary.named_in(f"{words.subject}\n{words.body}")
    keys = (vocabulary.key_of(word, purpose, words.language) for word in named)
    return frozenset(key for key in keys if key) | {"unsubscribe"}


@lru_cache(maxsize=512)
def _prepared(words: Words, purpose: Purpose, present: frozenset[str]) -> _Prepared:
    body = "\n".join(
        marked
        for line in clean_lines(words.body).split("\n")
        if (marked := _marked(line, words.language, purpose, present)) is not None
    )
    tokens = markdown.read(body)
    footer = _footer(words.language, purpose)
    leave = texts.UNSUBSCRIBE[texts.near(words.language)] if "unsubscribe" in present else ""
    subject = with_marks(clean_line(words.subject), words.language, purpose)
    return _Prepared(
        slots.line(subject),
        slots.text(_text(markdown.to_text(tokens), footer, leave)),
        slots.hypertext(_html(markdown.to_html(tokens), words, (subject, footer, leave))),
    )


def _marked(line: str, language: str, purpose: Purpose, present: frozenset[str]) -> str | None:
    """Return a line with slots; nothing if one has no value, and the line no link to press."""
    named = (vocabulary.key_of(word, purpose, language) for word in vocabulary.named_in(line))
    keys = {key for key in named if key}
    if keys - present and not keys & present & vocabulary.LINKS:
        return None
    return with_marks(line, language, purpose)


def with_marks(text: str, language: str, purpose: Purpose) -> str:
    """Return a text with slots for its placeholders; words that name nothing stay as they are."""

    def replaced(found: re.Match[str]) -> str:
        key = vocabulary.key_of(found[1], purpose, language)
        return slots.mark(key) if key else found[0]

    return vocabulary.PLACEHOLDER.sub(replaced, text)


def _footer(language: str, purpose: Purpose) -> str:
    reason = texts.REASONS[texts.near(language)][purpose]
    return reason.format(project=slots.mark("project"))


def _text(body: str, footer: str, leave: str) -> str:
    rest = f"\n{leave}: {slots.mark('unsubscribe')}" if leave else ""
    return f"{body}\n\n-- \n{footer}{rest}\n"


def _html(body: str, words: Words, around: tuple[str, str, str]) -> str:
    subject, footer, leave = around
    return _LAYOUTS.get_template("layout.html").render(
        language=words.language,
        direction="rtl" if words.language in _LEFTWARD else "ltr",
        title=subject,
        body=Markup(body),  # noqa: S704 - made harmless by nh3
        footer=footer,
        leave=leave,
        unsubscribe=slots.mark("unsubscribe"),
    )
