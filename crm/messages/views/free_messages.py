"""Pages on which somebody writes to people of the register, or asks for their consent."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.messages.forms import ForForm, FreeForm, SendForm
from crm.messages.models import MessageBatch
from crm.messages.policy import MessagePermission
from crm.messages.queries import addressing, previews, reach
from crm.messages.queries.addressing import Addressed
from crm.messages.queries.previews import Reading
from crm.messages.queries.reach import Aim, People, Reach
from crm.messages.rules.rendering import Rendered
from crm.messages.services import writing
from crm.messages.views import letters, wording
from crm.messages.views.batches import pages
from crm.projects.models import Project
from crm.stakeholders.forms.persons import PersonFilterForm
from crm.stakeholders.queries.persons import by_name
from crm.stakeholders.views.persons import filter_form
from crm.web.rendering import page

__all__ = ["ask", "pages", "write"]

SEND = MessagePermission.SEND


@pages.get("/messages/new", requires=SEND)
def new(actor: Actor, project: Project) -> ResponseReturnValue:
    """Choose people and write to them."""
    return write(actor, project, chosen(actor, project), narrowed=_filters(actor, project))


@pages.post("/messages/new", requires=SEND)
def send(actor: Actor, project: Project) -> ResponseReturnValue:
    """Send what was written, or show first how it reads."""
    return write(actor, project, chosen(actor, project), narrowed=_filters(actor, project))


@pages.post("/messages/new/letters/<int:person_id>", requires=SEND)
def letter(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Give what was written as one person would get it, in HTML and sealed; nothing is sent."""
    contact = ForForm(request.args).chosen()
    to = addressed(reach.free(contact), person_id)
    form = FreeForm.for_languages([to.recipient.language] if to else ())().of(contact)
    return letters.sealed(_as_typed(actor, to, form) if to else None)


@pages.get("/messages/consent", requires=SEND)
def consent(actor: Actor, project: Project) -> ResponseReturnValue:
    """Choose people to ask whether they may be written to."""
    return ask(actor, project, chosen(actor, project), narrowed=_filters(actor, project))


@pages.post("/messages/consent", requires=SEND)
def ask_consent(actor: Actor, project: Project) -> ResponseReturnValue:
    """Ask them, once."""
    return ask(actor, project, chosen(actor, project), narrowed=_filters(actor, project))


@pages.get("/messages/consent/letters/<int:person_id>", requires=SEND)
def consent_letter(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Give the request for consent as one person would get it, in HTML and sealed."""
    to = addressed(reach.consent_request(), person_id)
    return letters.sealed(_request(actor, to) if to else None)


def write(actor: Actor, project: Project, people: People, **about: Any) -> ResponseReturnValue:
    """Show, try or send a message to people; `about` says what else stands on the page."""
    purpose = ForForm(request.args)
    found = reach.reach(people, reach.free(purpose.chosen()))
    fields = FreeForm.for_languages(language for language, _number in found.languages)
    form = (fields() if request.method == "POST" else fields(formdata=None)).of(purpose.chosen())
    # Somebody asks how it reads, and not yet to send it: for anybody, or for one by their id.
    is_tried, read = bool(request.form.get("preview")), None
    if request.method == "POST" and not is_tried:
        batch = form.attempt(
            lambda asked: writing.send_free(
                actor, project, people=people, message=asked[0], how=asked[1]
            )
        )
        if batch is not None:
            return to_batch(project, batch)
    if is_tried:
        wanted = request.form.get("preview", type=int)
        shown = reading(found, wanted, lambda to: _as_typed(actor, to, form))
        given = {"project_slug": project.slug, "purpose": form.contact.value}
        read = letters.read(actor, shown, "messages.letter", **given) if shown else None
    return page(
        "messages/free.html",
        form=form,
        purpose=purpose,
        status=form.status,
        read=read,
        **{"narrowed": None, "about": "", **about},
        **wording.reached(actor, project, found),
    )


def ask(actor: Actor, project: Project, people: People, **about: Any) -> ResponseReturnValue:
    """Show whom a request for consent would reach, or send it."""
    form = SendForm()
    if request.method == "POST":
        batch = form.attempt(
            lambda how: writing.ask_consent(actor, project, people=people, how=how)
        )
        if batch is not None:
            return to_batch(project, batch)
    found = reach.reach(people, reach.consent_request())
    wanted, address = request.args.get("reader", type=int), "messages.consent_letter"
    shown = None if found.lacking() else reading(found, wanted, lambda to: _request(actor, to))
    return page(
        "messages/consent_request.html",
        form=form,
        status=form.status,
        read=letters.read(actor, shown, address, project_slug=project.slug) if shown else None,
        **{"narrowed": None, "about": "", **about},
        **wording.reached(actor, project, found),
    )


def _filters(actor: Actor, project: Project) -> PersonFilterForm:
    return filter_form(actor, project, in_list=False)


def chosen(actor: Actor, project: Project) -> People:
    """Return those whom the filters in the address narrow to."""
    return by_name(filter_form(actor, project).chosen())


def addressed(aim: Aim, person_id: int) -> Addressed | None:
    """
    Return a person as somebody who would get a message now, if they would.

    :raises NotFound: if there is no such person in this project
    """
    person = addressing.person_to_write(person_id)
    if person is None:
        raise NotFound
    return reach.addressed(aim, person)


def reading(
    found: Reach, wanted: int | None, rendered: Callable[[Addressed], Rendered | None]
) -> Reading | None:
    """Return how a message reads for one of those it reaches, the first one unless asked."""
    place = reach.place(found, wanted)
    to = reach.addressed(found.aim, place.person) if place else None
    shown = rendered(to) if to else None
    if place is None or to is None or shown is None:
        return None
    return Reading(to, shown, place.number, found.number, place.previous, place.following)


def _as_typed(actor: Actor, to: Addressed, form: FreeForm) -> Rendered | None:
    own = form.own(to.recipient.language)
    told = {"contact": form.contact.value, "by": actor.account_id, "own": own}
    return previews.rendered(Purpose.NEWS, to, about_id=to.person.id, params=told)


def _request(actor: Actor, to: Addressed) -> Rendered | None:
    told = {"by": actor.account_id}
    return previews.rendered(Purpose.CONSENT_REQUEST, to, about_id=to.person.id, params=told)


def to_batch(project: Project, batch: MessageBatch) -> ResponseReturnValue:
    """Go to the page of a batch that was just made."""
    flash(_("The messages are in the queue. Here you see how it goes."), "success")
    return redirect(url_for("messages.batch", project_slug=project.slug, batch_id=batch.id), 303)
