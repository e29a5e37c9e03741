"""Pages on which the words of messages are read, written and tried."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.messages import composing, texts
from crm.messages.forms.templates import NumberForm, WordsForm
from crm.messages.policy import MessagePermission
from crm.messages.queries import templates as queries
from crm.messages.services import templates as services
from crm.messages.services.templates import Place
from crm.messages.views import wording_of_templates as wording
from crm.messages.views.wording import to_files
from crm.projects.models import Project
from crm.web import security
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("mail_words")
ONE = "/mail-words/<purpose>/<language>"


@pages.get("/mail-words", requires=MessagePermission.WRITE)
def overview(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show for each purpose and language which words stand, since when and by whom."""
    languages = queries.languages()
    found = queries.overview(wording.PURPOSES, languages)
    return page(
        "messages/template_list.html",
        found=found,
        slugs=wording.SLUGS,
        languages={code: wording.language_name(code) for code in languages},
    )


@pages.get(ONE, requires=MessagePermission.WRITE)
def edit(_actor: Actor, _project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Show the words, to change them."""
    place = wording.place(purpose, language)
    return _editor(place, wording.form_of(place))


@pages.post(ONE, requires=MessagePermission.WRITE)
def save(actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Keep the words as a new version."""
    place, form = wording.place(purpose, language), WordsForm()
    form.attempt(
        lambda words: services.write(actor, project, place=place, words=words, seen=form.seen)
    )
    if form.is_refused:
        return _editor(place, form)
    flash(_("The words are saved. This is how they will look."), "success")
    return _to("mail_words.preview", project, place)


@pages.get(f"{ONE}/history", requires=MessagePermission.WRITE)
def history(_actor: Actor, _project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Show every version and what changed in it."""
    place = wording.place(purpose, language)
    versions = queries.versions(place.purpose, place.language)
    return page(
        "messages/template_history.html",
        versions=wording.with_changes(place, versions),
        authors=queries.authors(versions),
        **wording.about(place),
    )


@pages.post(f"{ONE}/use-again", requires=MessagePermission.WRITE)
def use_again(actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Write an old version once more as the newest."""
    place = wording.place(purpose, language)
    form = NumberForm()
    form.attempt(lambda version: services.use_again(actor, project, place=place, version=version))
    return _to("mail_words.preview", project, place)


@pages.get(f"{ONE}/preview", requires=MessagePermission.WRITE)
def preview(_actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Show the words as a made-up recipient would read them."""
    place, chosen = wording.place(purpose, language), _chosen()
    security.allow_frames()
    return page(
        "messages/template_preview.html",
        rendered=wording.rendered(place, chosen, project.name),
        chosen=chosen,
        examples=composing.EXAMPLES,
        **wording.about(place),
    )


@pages.get(f"{ONE}/letter", requires=MessagePermission.WRITE)
def letter(_actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Give the message in HTML, sealed: for a frame, or by itself."""
    place = wording.place(purpose, language)
    return security.sealed(wording.rendered(place, _chosen(), project.name).html)


@pages.post(f"{ONE}/test", requires=MessagePermission.WRITE)
def send_test(actor: Actor, project: Project, purpose: str, language: str) -> ResponseReturnValue:
    """Send the words to oneself."""
    place, form = wording.place(purpose, language), NumberForm()
    form.attempt(lambda example: services.send_test(actor, project, place=place, example=example))
    if form.is_refused:
        flash(" ".join(form.refusals), "danger")
    else:
        flash(_said_of_test(project), "success")
    return _to("mail_words.preview", project, place)


def _said_of_test(project: Project) -> str:
    if to_files(project):
        return str(_("The test message is written to a file, not sent."))
    return str(_("A test message is on its way to your own address."))


def _editor(place: Place, form: WordsForm) -> ResponseReturnValue:
    return page(
        "messages/template_edit.html",
        form=form,
        placeholders=composing.placeholders(place.purpose, place.language),
        meanings=wording.MEANINGS,
        ours=texts.ours(place.purpose, texts.near(place.language)),
        status=form.status,
        **wording.about(place),
    )


def _chosen() -> int:
    return request.args.get("example", 0, type=int)


def _to(endpoint: str, project: Project, place: Place) -> ResponseReturnValue:
    slug = wording.SLUGS[place.purpose]
    address = url_for(endpoint, project_slug=project.slug, purpose=slug, language=place.language)
    return redirect(address, 303)
