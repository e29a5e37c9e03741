"""Words of messages: checked before they are kept, read once, filled with the values of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crm.core.cleaning import clean_line, clean_lines
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.mail import Purpose
from crm.messages.rules import markdown, slots, texts, vocabulary
from crm.messages.rules.slots import Place, Slotted

_LEFTWARD = {"ar", "ckb", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}
# A subject is read by whoever looks over a shoulder: no links, and one line.
_OUT_OF_SUBJECT = vocabulary.LINKS | vocabulary.LONG
# An environment of its own: that of the pages offers functions that need a request.
_LAYOUTS = Environment(
    loader=FileSystemLoader(texts.FOLDER),
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
        # Put in as words and not as values, so that the Markdown of the writer is read as such.
        given = dict(zip(("title", "words"), own, strict=True))
        subject, body = (
            vocabulary.replaced(text, Purpose.NEWS, self.language, given)
            for text in (self.subject, self.body)
        )
        return Words(self.language, subject, body)


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


def check(purpose: Purpose, words: Words) -> None:
    """
    Refuse words that would not do as a message, so that nothing goes wrong once they are sent.

    :raises Invalid: naming the placeholder or the link; its field is the subject or the body
    """
    language = words.language
    for field, text in (("subject", words.subject), ("body", words.body)):
        unknown = [
            f"(({word}))"
            for word in vocabulary.PLACEHOLDER.findall(text)
            if vocabulary.key_of(word, purpose, language) is None
        ]
        if unknown:
            named = ", ".join(unknown)
            raise Invalid(
                _l("These placeholders are not known here: %(placeholders)s.", placeholders=named),
                field=field,
            )
    if strangers := vocabulary.keys_in(words.subject, purpose, language) & _OUT_OF_SUBJECT:
        named = ", ".join(vocabulary.written(key, language) for key in sorted(strangers))
        raise Invalid(
            _l("In a subject there is no place for %(placeholders)s.", placeholders=named),
            field="subject",
        )
    there = vocabulary.keys_in(words.body, purpose, language)
    if missing := [key for key in vocabulary.OBLIGATORY[purpose] if key not in there]:
        named = ", ".join(vocabulary.written(key, language) for key in missing)
        raise Invalid(
            _l("This message cannot do without %(placeholders)s.", placeholders=named), field="body"
        )
    # Links are looked for as the reader of Markdown finds them, not by a pattern of ours: what
    # it takes for a link is what somebody can press.
    marked = vocabulary.replaced(words.body, purpose, language, slots.MARKS)
    for address in markdown.addresses(markdown.read(marked)):
        if not markdown.is_usable(address):
            raise Invalid(
                _l(
                    "This link leads nowhere: %(address)s. A link begins with https://, or is a"
                    " placeholder for a link.",
                    address=slots.as_typed(address, language),
                ),
                field="body",
            )


def render(facts: MessageFacts, words: Words, values: Mapping[str, str], sender: str) -> Rendered:
    """
    Return a message in words; a line whose placeholder has nothing to say is left out.

    :param sender: who stands in From; also the project, where the values name none
    :raises Incomplete: if the link that the message is about is not given
    """
    given = {"project": sender, **{key: value for key, value in values.items() if value}}
    given = slots.clean({**given, "unsubscribe": facts.unsubscribe_url})
    present = frozenset(key for key, value in given.items() if value)
    missing = {*vocabulary.OBLIGATORY[facts.purpose]} & vocabulary.LINKS - present
    if missing:
        message = f"a message of purpose {facts.purpose} needs {', '.join(sorted(missing))}"
        raise Incomplete(message)
    # Only what the words name tells prepared templates apart: thousands of recipients share a few.
    ready = _prepared(words, facts.purpose, present & _asked(words, facts.purpose))
    subject = " ".join(ready.subject.filled(given).split()) or given["project"]
    return Rendered(subject, ready.text.filled(given), ready.html.filled(given))


@lru_cache(maxsize=512)
def _asked(words: Words, purpose: Purpose) -> frozenset[str]:
    """Return which values a template names, and whether there may be a way to unsubscribe."""
    text = f"{words.subject}\n{words.body}"
    return vocabulary.keys_in(text, purpose, words.language) | {"unsubscribe"}


# Reading Markdown and cleaning HTML take far longer than filling in what came out of it.
@lru_cache(maxsize=512)
def _prepared(words: Words, purpose: Purpose, present: frozenset[str]) -> _Prepared:
    language, kept = words.language, []
    for line in clean_lines(words.body).split("\n"):
        keys = vocabulary.keys_in(line, purpose, language)
        # Without its value a line says nothing, but a link to press stays whatever else it lacks.
        if keys <= present or keys & present & vocabulary.LINKS:
            kept.append(vocabulary.replaced(line, purpose, language, slots.MARKS))
    tokens = markdown.read("\n".join(kept))
    subject = vocabulary.replaced(clean_line(words.subject), purpose, language, slots.MARKS)
    below, unsubscribe = texts.own_words(texts.near(language)), slots.MARKS["unsubscribe"]
    footer = below["reasons"][purpose].format(project=slots.MARKS["project"])
    leave = below["unsubscribe"] if "unsubscribe" in present else ""
    last = f"\n{leave}: {unsubscribe}" if leave else ""
    # Two dashes and a space: mail programs fold away what stands below them.
    text = f"{markdown.to_text(tokens)}\n\n-- \n{footer}{last}\n"
    html = _LAYOUTS.get_template("layout.html").render(
        language=language,
        direction="rtl" if language in _LEFTWARD else "ltr",
        title=subject,
        body=Markup(markdown.to_html(tokens)),  # noqa: S704 - made harmless by nh3
        footer=footer,
        leave=leave,
        unsubscribe=unsubscribe,
    )
    return _Prepared(
        slots.cut(subject, Place.LINE), slots.cut(text, Place.TEXT), slots.cut(html, Place.HTML)
    )
