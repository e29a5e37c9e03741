"""Pages on which the words of messages are read, written and tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import mail
from crm.core.errors import NotFound
from crm.core.i18n import _, _l
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.messages.forms import NumberForm, WordsForm
from crm.messages.models import MessageTemplate
from crm.messages.policy import MessagePermission
from crm.messages.queries import templates as queries
from crm.messages.rules import examples, rendering, texts, vocabulary
from crm.messages.rules.links import link_to_nothing
from crm.messages.rules.rendering import MessageFacts, Rendered
from crm.messages.services import templates as services
from crm.messages.services.templates import Place
from crm.messages.views.wording import PURPOSES, SLUGS, language_name, to_files
from crm.projects.models import Project
from crm.web import security
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("mail_words")
of_installation = Pages("installation_words", in_project=False)
ONE = "/mail-words/<purpose>/<language>"
WRITE, ADMINISTER = MessagePermission.WRITE, MessagePermission.ADMINISTER
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
class Line:
    """A line that came or went."""

    is_added: bool
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version, and what is different in it from the one before."""

    template: MessageTemplate
    subject_before: str
    lines: list[Line]


@pages.get("/mail-words", requires=WRITE)
def overview(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show for each purpose and language which words stand, since when and by whom."""
    languages = queries.languages()
    return page(
        "messages/template_list.html",
        found=queries.overview(PURPOSES, languages),
        slugs=SLUGS,
        languages={code: language_name(code) for code in languages},
    )


@pages.get(ONE, requires=WRITE)
def edit(_actor: Actor, _project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Show the words, to change them."""
    place = _place(purpose, language)
    return _editor(place, _form_of(place))


@pages.post(ONE, requires=WRITE)
def save(actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Keep the words as a new version."""
    place, form = _place(purpose, language), WordsForm()
    form.attempt(
        lambda words: services.write(actor, project, place=place, words=words, seen=form.seen)
    )
    if form.is_refused:
        return _editor(place, form)
    flash(_("The words are saved. This is how they will look."), "success")
    return _to_preview(project, place)


@pages.get(f"{ONE}/history", requires=WRITE)
def history(_actor: Actor, _project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Show every version and what changed in it."""
    place = _place(purpose, language)
    versions = queries.versions(place.purpose, place.language)
    return page(
        "messages/template_history.html",
        versions=with_changes(place, versions),
        authors=queries.authors(versions),
        **_about(place),
    )


@pages.post(f"{ONE}/use-again", requires=WRITE)
def use_again(actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Write an old version once more as the newest."""
    place = _place(purpose, language)
    NumberForm().attempt(
        lambda version: services.use_again(actor, project, place=place, version=version)
    )
    return _to_preview(project, place)


@pages.get(f"{ONE}/preview", requires=WRITE)
def preview(_actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Show the words as a made-up recipient would read them."""
    place, chosen = _place(purpose, language), request.args.get("example", 0, type=int)
    security.allow_frames()
    return page(
        "messages/template_preview.html",
        rendered=_rendered(place, chosen, project.name),
        chosen=chosen,
        examples=examples.EXAMPLES,
        **_about(place),
    )


@pages.get(f"{ONE}/letter", requires=WRITE)
def letter(_actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Give the message in HTML, sealed: for a frame, or by itself."""
    place, chosen = _place(purpose, language), request.args.get("example", 0, type=int)
    return security.sealed(_rendered(place, chosen, project.name).html)


@pages.post(f"{ONE}/test", requires=WRITE)
def send_test(actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Send the words to oneself."""
    place, form = _place(purpose, language), NumberForm()
    form.attempt(lambda example: services.send_test(actor, project, place=place, example=example))
    if form.is_refused:
        flash(" ".join(form.refusals), "danger")
    elif to_files(project):
        flash(_("The test message is written to a file, not sent."), "success")
    else:
        flash(_("A test message is on its way to your own address."), "success")
    return _to_preview(project, place)


@of_installation.get("/mail-words/<language>", requires=ADMINISTER)
def words(_actor: Actor, language: str) -> ResponseReturnValue:
    """Show the words for new passwords, to change them."""
    place = _place_of_installation(language)
    return _editor_of_installation(place, _form_of(place))


@of_installation.post("/mail-words/<language>", requires=ADMINISTER)
def keep(actor: Actor, language: str) -> ResponseReturnValue:
    """Keep the words for new passwords as a new version."""
    place, form = _place_of_installation(language), WordsForm()
    form.attempt(
        lambda words: services.write_for_installation(
            actor, None, place=place, words=words, seen=form.seen
        )
    )
    if form.is_refused:
        return _editor_of_installation(place, form)
    flash(_("The words are saved. This is how they will look."), "success")
    return redirect(url_for("installation_words.words", language=language), 303)


def with_changes(chosen: Place, versions: Sequence[MessageTemplate]) -> list[Version]:
    """Return versions, newest first, each with what changed since the one before it."""
    # The first version is compared with our own words, which the project began with.
    ours = texts.built_in(chosen.purpose, chosen.language) or ("", "")
    before = [*((version.subject, version.body) for version in versions[1:]), ours]
    return [
        Version(version, subject, differences(body, version.body))
        for version, (subject, body) in zip(versions, before, strict=False)
    ]


def differences(before: str, after: str) -> list[Line]:
    """Return the lines that went and those that came in their place; empty ones are not told."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    # Without autojunk, which takes a line that comes often in a long text for one that never came.
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind != "equal":
            found += [Line(is_added=False, text=line) for line in old[first:last]]
            found += [Line(is_added=True, text=line) for line in new[start:end]]
    return [line for line in found if line.text.strip()]


def _place(purpose: str, language: str) -> Place:
    # Also a language that nobody reads yet has no page: else any address would make one.
    if purpose not in _BY_SLUG or language not in queries.languages():
        raise NotFound
    return Place(_BY_SLUG[purpose], language)


def _place_of_installation(language: str) -> Place:
    if language not in texts.LANGUAGES:
        raise NotFound
    return Place(Purpose.RESET, language)


def _form_of(chosen: Place) -> WordsForm:
    newest = queries.newest(chosen.purpose, chosen.language)
    if newest is not None:
        return WordsForm(formdata=None, obj=newest)
    # No revision yet: whoever keeps words of their own first finds that nobody did before.
    subject, body = texts.built_in(chosen.purpose, chosen.language) or ("", "")
    return WordsForm(formdata=None, subject=subject, body=body, revision="0")


def _about(chosen: Place) -> dict[str, Any]:
    """Return what each page about one template shows."""
    return {
        "purpose": chosen.purpose,
        "slug": SLUGS[chosen.purpose],
        "language": chosen.language,
        "language_name": language_name(chosen.language),
        "has_ours": chosen.language in texts.LANGUAGES,
        "is_lacking": not queries.is_there(chosen.purpose, chosen.language),
    }


def _rendered(chosen: Place, number: int, project: str) -> Rendered:
    """Return the words as an example would read them."""
    words = queries.words_for(chosen.purpose, chosen.language)
    nowhere, example = link_to_nothing(words.language), examples.example(number)
    values = example.values(chosen.purpose, words.language, project=project, link=nowhere)
    leave = mail.link("/u/voorbeeld") if mail.is_bulk(chosen.purpose) else ""
    return rendering.render(MessageFacts(chosen.purpose, "", "", leave), words, values, project)


def _editor(place: Place, form: WordsForm) -> ResponseReturnValue:
    return page(
        "messages/template_edit.html",
        form=form,
        placeholders=vocabulary.placeholders(place.purpose, place.language),
        meanings=MEANINGS,
        ours=texts.ours(place.purpose, texts.near(place.language)),
        status=form.status,
        **_about(place),
    )


def _editor_of_installation(place: Place, form: WordsForm) -> ResponseReturnValue:
    return page(
        "messages/installation_words.html",
        form=form,
        placeholders=vocabulary.placeholders(place.purpose, place.language),
        meanings=MEANINGS,
        ours=texts.ours(place.purpose, place.language),
        rendered=_rendered(place, 0, mail.settings().sender_name),
        languages={code: language_name(code) for code in texts.LANGUAGES},
        language=place.language,
        purpose=place.purpose,
        status=form.status,
    )


def _to_preview(project: Project, place: Place) -> ResponseReturnValue:
    address = url_for(
        "mail_words.preview",
        project_slug=project.slug,
        purpose=SLUGS[place.purpose],
        language=place.language,
    )
    return redirect(address, 303)
