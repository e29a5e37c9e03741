"""Checking words before they are kept, so that nothing goes wrong once they are sent."""

from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.mail import Purpose
from crm.messages.composing import markdown, slots, vocabulary
from crm.messages.composing.rendering import Words, with_marks

_OUT_OF_SUBJECT = vocabulary.LINKS | vocabulary.LONG


class UnknownPlaceholder(Invalid):
    """A word in double round brackets names nothing."""

    def __init__(self, named: list[str], field: str) -> None:
        listed = ", ".join(f"(({word}))" for word in named)
        super().__init__(
            _l("These placeholders are not known here: %(placeholders)s.", placeholders=listed),
            field=field,
        )


class PlaceholderMissing(Invalid):
    """Without this value the message misses its point."""

    def __init__(self, missing: list[str]) -> None:
        listed = ", ".join(missing)
        super().__init__(
            _l("This message cannot do without %(placeholders)s.", placeholders=listed),
            field="body",
        )


class OutOfSubject(Invalid):
    """A subject is read by whoever looks over a shoulder: no links, and one line."""

    def __init__(self, named: list[str]) -> None:
        listed = ", ".join(named)
        super().__init__(
            _l("In a subject there is no place for %(placeholders)s.", placeholders=listed),
            field="subject",
        )


class LinkUnusable(Invalid):
    """A link in the words leads nowhere."""

    def __init__(self, address: str) -> None:
        super().__init__(
            _l(
                "This link leads nowhere: %(address)s. A link begins with https://, or is a"
                " placeholder for a link.",
                address=address,
            ),
            field="body",
        )


def check(purpose: Purpose, words: Words) -> None:
    """
    Refuse words that would not do as a message.

    :raises Invalid: naming the placeholder or the link; its field is the subject or the body
    """
    for field, text in (("subject", words.subject), ("body", words.body)):
        unknown = [
            word
            for word in vocabulary.named_in(text)
            if vocabulary.key_of(word, purpose, words.language) is None
        ]
        if unknown:
            raise UnknownPlaceholder(unknown, field)
    _check_subject(purpose, words)
    _check_obligatory(purpose, words)
    _check_links(purpose, words)


def _check_subject(purpose: Purpose, words: Words) -> None:
    strangers = _keys(words.subject, purpose, words.language) & _OUT_OF_SUBJECT
    if strangers:
        raise OutOfSubject([vocabulary.written(key, words.language) for key in sorted(strangers)])


def _check_obligatory(purpose: Purpose, words: Words) -> None:
    there = _keys(words.body, purpose, words.language)
    missing = [key for key in vocabulary.OBLIGATORY[purpose] if key not in there]
    if missing:
        raise PlaceholderMissing([vocabulary.written(key, words.language) for key in missing])


def _check_links(purpose: Purpose, words: Words) -> None:
    tokens = markdown.read(with_marks(words.body, words.language, purpose))
    for address in markdown.addresses(tokens):
        if not markdown.is_usable(address):
            raise LinkUnusable(slots.as_typed(address, words.language))


def _keys(text: str, purpose: Purpose, language: str) -> set[str]:
    named = (vocabulary.key_of(word, purpose, language) for word in vocabulary.named_in(text))
    return {key for key in named if key}
