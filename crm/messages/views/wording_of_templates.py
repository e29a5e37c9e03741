"""What the pages about the words of messages say: names of languages, examples, changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale

from crm.core import mail
from crm.core.errors import NotFound
from crm.core.i18n import _l
from crm.core.mail import Purpose
from crm.messages import composing, texts
from crm.messages.composing import Line, MessageFacts, Rendered, example
from crm.messages.forms.templates import WordsForm
from crm.messages.models import MessageTemplate
from crm.messages.queries import examples
from crm.messages.queries import templates as queries
from crm.messages.services.templates import Place

# New passwords and addresses are asked for outside of any project.
OF_ONESELF = frozenset({Purpose.RESET, Purpose.ADDRESS})
PURPOSES: tuple[Purpose, ...] = tuple(purpose for purpose in Purpose if purpose not in OF_ONESELF)
SLUGS: dict[Purpose, str] = {purpose: purpose.value.replace("_", "-") for purpose in PURPOSES}
_BY_SLUG = {slug: purpose for purpose, slug in SLUGS.items()}

MEANINGS = {
    "first_name": _l("First name"),
    "greeting": _l("Opening, with the name"),
    "session": _l("Title of the session"),
    "when": _l("Day and time"),
    "where": _l("Place or link"),
    "answer_link": _l("Link to answer"),
    "deadline": _l("Until when one can answer"),
    "old_when": _l("Day and time before"),
    "old_where": _l("Place before"),
    "answer": _l("Answer that was given"),
    "outcome": _l("Whether it is called off, or one is off the list"),
    "offer_until": _l("Until when a place is kept"),
    "organisations": _l("Organisations of the recipient"),
    "project": _l("Name of the project"),
    "sender": _l("Who sends it"),
    "contact": _l("Phone or address for questions"),
    "title": _l("Subject of this message"),
    "words": _l("What you add when you send it"),
    "link": _l("Personal link"),
    "expires": _l("Until when the link works"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version, and what is different in it from the one before."""

    template: MessageTemplate
    subject_before: str
    lines: list[Line]


def place(purpose: str, language: str) -> Place:
    """
    Return which words an address means.

    :raises NotFound: if there is no such purpose, or nobody to write to in that language
    """
    if purpose not in _BY_SLUG or language not in queries.languages():
        raise NotFound
    return Place(_BY_SLUG[purpose], language)


def of_installation(language: str) -> Place:
    """
    Return the words of the installation's own mail, for new passwords.

    :raises NotFound: if Kring does not speak the language
    """
    if language not in texts.LANGUAGES:
        raise NotFound
    return Place(Purpose.RESET, language)


def about(chosen: Place) -> dict[str, Any]:
    """Return what each page about one template shows."""
    return {
        "purpose": chosen.purpose,
        "slug": SLUGS[chosen.purpose],
        "language": chosen.language,
        "language_name": language_name(chosen.language),
        "has_ours": chosen.language in texts.LANGUAGES,
        "is_lacking": not queries.is_there(chosen.purpose, chosen.language),
    }


def language_name(code: str) -> str:
    """Return the name of a language in that of the reader."""
    try:
        name = Locale.parse(code).get_display_name(get_locale())
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def form_of(chosen: Place) -> WordsForm:
    """Return the form with the words that stand now."""
    newest = queries.newest(chosen.purpose, chosen.language)
    if newest is not None:
        return WordsForm(formdata=None, obj=newest)
    subject, body = texts.built_in(chosen.purpose, chosen.language) or ("", "")
    return WordsForm(formdata=None, subject=subject, body=body, revision="0")


def rendered(chosen: Place, number: int, project: str) -> Rendered:
    """Return the words as an example would read them."""
    words = queries.words_for(chosen.purpose, chosen.language)
    values = examples.values(example(number), chosen.purpose, words.language, project=project)
    leave = mail.link("/u/voorbeeld") if mail.is_bulk(chosen.purpose) else ""
    return composing.render(MessageFacts(chosen.purpose, "", "", leave), words, values, project)


def with_changes(chosen: Place, versions: Sequence[MessageTemplate]) -> list[Version]:
    """Return versions, newest first, each with what changed since the one before it."""
    ours = texts.built_in(chosen.purpose, chosen.language) or ("", "")
    before = [*((one.subject, one.body) for one in versions[1:]), ours]
    return [
        Version(one, subject, composing.differences(body, one.body))
        for one, (subject, body) in zip(versions, before, strict=False)
    ]
