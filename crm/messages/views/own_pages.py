"""Pages behind personal links: getting no more mail, consent, and what is kept about oneself."""

import json
from collections.abc import Callable

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.messages.forms import ConsentForm, OwnDetailsForm, WishForm
from crm.messages.models import OutboxMessage, PersonLink
from crm.messages.policy import MessagePermission
from crm.messages.queries import own_pages as queries
from crm.messages.rules.links import DETAILS, UNSUBSCRIBE
from crm.messages.services import details, suppressions, writing
from crm.messages.services.suppressions import Wish, link_actor, wishes
from crm.messages.views import details_words
from crm.projects import queries as projects
from crm.stakeholders.models import Person
from crm.stakeholders.services import showing
from crm.stakeholders.services.persons import correct_own_details
from crm.web import personal_pages
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page

unsubscribing = PersonalPages("unsubscribing", home="choices")
consenting = PersonalPages("consenting", home="asked")
own_details = PersonalPages("details", home="kept")
ANSWER = MessagePermission.ANSWER
ONE_CLICK = "One-Click"
GONE = 410


@unsubscribing.get("/u/<token>", requires=ANSWER)
def choices(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask what somebody does not want any more; nothing happens yet."""
    # Mail programs open links by themselves to look for harm: opening one must change nothing.
    message = _message(token)
    asked = request.args.get("done")
    done = next((wish for wish in wishes(message) if wish.value == asked), None)
    return _wish_page(WishForm().offer(wishes(message)), token, done=done)


@unsubscribing.post("/u/<token>", requires=ANSWER)
def unsubscribed(_actor: Actor, token: str) -> ResponseReturnValue:
    """Send no more of it, from now on; a mail programme asks for it as RFC 8058 says."""
    message = _message(token)
    actor = link_actor(message)
    if request.form.get("List-Unsubscribe") == ONE_CLICK:
        suppressions.unsubscribe(actor, message, wish=Wish.BULK)
        return page("messages/unsubscribed.html", done=Wish.BULK)
    form = WishForm().offer(wishes(message))
    form.attempt(lambda wish: suppressions.unsubscribe(actor, message, wish=wish))
    if form.is_refused:
        return _wish_page(form, token)
    return redirect(url_for("unsubscribing.choices", token=token, done=form.wish.data), 303)


def _message(token: str) -> OutboxMessage:
    message = queries.opened(OutboxMessage, token, UNSUBSCRIBE)
    personal_pages.count(token)
    personal_pages.speak(message.language)
    return message


def _wish_page(form: WishForm, token: str, *, done: Wish | None = None) -> ResponseReturnValue:
    template = "messages/unsubscribed.html" if done else "messages/unsubscribe.html"
    return page(template, form=form, token=token, done=done, status=form.status)


@consenting.get("/k/<token>", requires=ANSWER)
def asked(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask whether somebody may be written to; nothing happens yet."""
    _request, person = _request_for_consent(token)
    return _consent_page(ConsentForm(formdata=None), token, person)


@consenting.post("/k/<token>", requires=ANSWER)
def answer(_actor: Actor, token: str) -> ResponseReturnValue:
    """Keep what somebody answers; the last answer counts."""
    message, person = _request_for_consent(token)
    form = ConsentForm()
    form.attempt(
        lambda given: writing.answer_consent(
            link_actor(message), message, person=person, given=given
        )
    )
    if form.is_refused:
        return _consent_page(form, token, person)
    return redirect(url_for("consenting.asked", token=token, done="yes"), 303)


def _request_for_consent(token: str) -> tuple[OutboxMessage, Person]:
    message, person = queries.asked_by_link(token)
    personal_pages.count(token)
    personal_pages.speak(message.language)
    return message, person


def _consent_page(form: ConsentForm, token: str, person: Person) -> ResponseReturnValue:
    return page(
        "messages/consenting.html",
        form=form,
        token=token,
        name=projects.project(person.project_id).name,
        done=request.args.get("done") == "yes" and not form.is_refused,
        status=form.status,
    )


@own_details.get("/d/<token>", requires=ANSWER)
def kept(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show everything that is kept about the person; after an hour, only that it has ended."""
    link, person = _link(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    return _details_page(link, person, OwnDetailsForm.of(person), token)


@own_details.get("/d/<token>/file", requires=ANSWER)
def as_file(_actor: Actor, token: str) -> ResponseReturnValue:
    """Give the same as a file that other programmes read."""
    link, person = _link(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    found = details_words.as_data(queries.kept_about(person))
    content = json.dumps(found, ensure_ascii=False, indent=2, default=lambda day: day.isoformat())
    file = Response(content, content_type="application/json; charset=utf-8")
    file.headers["Content-Disposition"] = 'attachment; filename="kring.json"'
    return file


@own_details.post("/d/<token>", requires=ANSWER)
def correct(_actor: Actor, token: str) -> ResponseReturnValue:
    """Keep what somebody corrected about themselves."""
    link, person = _link(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    form, reason = OwnDetailsForm(), str(_("by the link to their own details"))
    form.attempt(
        lambda given: correct_own_details(
            _themselves(person), person, details=given, revision=form.seen_revision, reason=reason
        )
    )
    if form.is_refused:
        return _details_page(link, person, form, token)
    return redirect(url_for("details.kept", token=token, done="saved"), 303)


@own_details.post("/d/<token>/network", requires=ANSWER)
def hide(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show somebody in the network under a pseudonym, as they ask."""
    return _acted(token, showing.hide_oneself, done="hidden")


@own_details.post("/d/<token>/network/again", requires=ANSWER)
def show_again(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show somebody in the network by name again, as they ask."""
    return _acted(token, showing.show_oneself_again, done="shown")


@own_details.post("/d/<token>/again", requires=ANSWER)
def send_again(_actor: Actor, token: str) -> ResponseReturnValue:
    """Send a new link to the address on record."""
    # To that address and no other: who found an old link in a mailbox gets nothing by it.
    _ended, person = _link(token)
    details.send_link(_themselves(person), person)
    return page("messages/details_sent.html")


def _acted(token: str, act: Callable[..., None], *, done: str) -> ResponseReturnValue:
    link, person = _link(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    act(_themselves(person), person, reason=str(_("own page")))
    return redirect(url_for("details.kept", token=token, done=done, _anchor="network"), 303)


def _link(token: str) -> tuple[PersonLink, Person]:
    link = queries.opened(PersonLink, token, DETAILS)
    person = queries.person_of(link)
    personal_pages.count(token)
    personal_pages.speak(person.language)
    return link, person


def _themselves(person: Person) -> Actor:
    return Actor(account_id=None, name="", project_id=person.project_id, person_id=person.id)


def _details_page(
    link: PersonLink, person: Person, form: OwnDetailsForm, token: str
) -> ResponseReturnValue:
    return page(
        "messages/details.html",
        token=token,
        link=link,
        project_name=projects.project(link.project_id).name,
        parts=details_words.readable(queries.kept_about(person)),
        form=form,
        person=person,
        done=request.args.get("done", ""),
        status=form.status,
    )
