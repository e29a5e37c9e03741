"""Pages on which somebody writes to people of the register, or asks for their consent."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.messages.forms.sending import SendForm
from crm.messages.forms.writing import ForForm, FreeForm
from crm.messages.models import MessageBatch
from crm.messages.policy import MessagePermission
from crm.messages.queries import addressing, previews
from crm.messages.queries.addressing import Selection
from crm.messages.services import writing
from crm.messages.views import wording
from crm.messages.views.batches import pages
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.stakeholders.views.persons import filter_form
from crm.web.rendering import page

__all__ = ["ask", "pages", "write"]

SEND = MessagePermission.SEND


@pages.get("/messages/new", requires=SEND)
def new(actor: Actor, project: Project) -> ResponseReturnValue:
    """Choose people and write to them."""
    return write(actor, project, _chosen(actor, project), narrowed=filter_form(actor, project))


@pages.post("/messages/new", requires=SEND)
def send(actor: Actor, project: Project) -> ResponseReturnValue:
    """Send what was written, or show first how it reads."""
    return write(actor, project, _chosen(actor, project), narrowed=filter_form(actor, project))


@pages.get("/messages/consent", requires=SEND)
def consent(actor: Actor, project: Project) -> ResponseReturnValue:
    """Choose people to ask whether they may be written to."""
    return ask(actor, project, _chosen(actor, project), narrowed=filter_form(actor, project))


@pages.post("/messages/consent", requires=SEND)
def ask_consent(actor: Actor, project: Project) -> ResponseReturnValue:
    """Ask them, once."""
    return ask(actor, project, _chosen(actor, project), narrowed=filter_form(actor, project))


def write(
    actor: Actor, project: Project, people: Sequence[Person], **about: Any
) -> ResponseReturnValue:
    """Show, try or send a message to people; `about` says what else stands on the page."""
    purpose = ForForm(request.args)
    who = writing.to_write(people, purpose.chosen())
    form = _form(who, purpose)
    batch = _sent(actor, project, people, form)
    if batch is not None:
        return _to(project, batch)
    return page(
        "messages/free.html",
        form=form,
        purpose=purpose,
        status=form.status,
        preview=_preview(actor, who, form),
        **{"narrowed": None, "about": "", **about},
        **wording.selection(actor, project, who),
    )


def ask(
    actor: Actor, project: Project, people: Sequence[Person], **about: Any
) -> ResponseReturnValue:
    """Show whom a request for consent would reach, or send it."""
    who = addressing.to_ask(people)
    form = SendForm()
    if request.method == "POST":
        batch = form.attempt(
            lambda how: writing.ask_consent(actor, project, people=people, how=how)
        )
        if batch is not None:
            return _to(project, batch)
    return page(
        "messages/consent_request.html",
        form=form,
        status=form.status,
        preview=_rendered(Purpose.CONSENT_REQUEST, who, {"by": actor.account_id}),
        **{"narrowed": None, "about": "", **about},
        **wording.selection(actor, project, who),
    )


def _form(who: Selection, purpose: ForForm) -> FreeForm:
    fields = FreeForm.for_languages(one for one, _number in who.languages)
    form = fields() if request.method == "POST" else fields(formdata=None)
    return form.of(purpose.chosen())


def _sent(
    actor: Actor, project: Project, people: Sequence[Person], form: FreeForm
) -> MessageBatch | None:
    """Return the batch, if the message was to be sent and could be."""
    if request.method != "POST" or form.is_tried:
        return None
    return form.attempt(
        lambda asked: writing.send_free(
            actor, project, people=people, message=asked[0], how=asked[1]
        )
    )


def _chosen(actor: Actor, project: Project) -> list[Person]:
    return addressing.everybody(filter_form(actor, project).chosen())


def _preview(actor: Actor, who: Selection, form: FreeForm) -> tuple[Any, Any] | None:
    if not form.is_tried or not who.to:
        return None
    own = form.own(who.to[0].recipient.language)
    told = {"contact": form.contact.value, "by": actor.account_id, "own": own}
    return _rendered(Purpose.NEWS, who, told)


def _rendered(
    purpose: Purpose, who: Selection, params: Mapping[str, Any]
) -> tuple[Any, Any] | None:
    first = next(iter(who.to), None)
    if first is None:
        return None
    found = previews.rendered(purpose, first, about_id=first.person.id, params=params)
    return (first, found) if found else None


def _to(project: Project, batch: MessageBatch) -> ResponseReturnValue:
    flash(_("The messages are in the queue. Here you see how it goes."), "success")
    return redirect(url_for("messages.batch", project_slug=project.slug, batch_id=batch.id), 303)
