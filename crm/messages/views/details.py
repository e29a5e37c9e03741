"""The page of an hour on which somebody sees, and corrects, what is kept about them."""

import json
from collections.abc import Callable

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.messages.forms.details import OwnDetailsForm
from crm.messages.models import PersonLink
from crm.messages.policy import MessagePermission
from crm.messages.queries import details as queries
from crm.messages.queries import links
from crm.messages.queries.access_file import kept_about
from crm.messages.services import details
from crm.messages.views import details_words
from crm.projects import queries as projects
from crm.stakeholders.models import Person
from crm.stakeholders.services import showing
from crm.stakeholders.services.correcting import correct_own_details
from crm.web import personal_pages
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page

pages = PersonalPages("details", home="kept")
GONE = 410


@pages.get("/d/<token>", requires=MessagePermission.ANSWER)
def kept(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show everything that is kept about the person; after an hour, only that it has ended."""
    link, person = _opened(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    return _page(link, person, OwnDetailsForm.of(person), token)


@pages.get("/d/<token>/file", requires=MessagePermission.ANSWER)
def as_file(_actor: Actor, token: str) -> ResponseReturnValue:
    """Give the same as a file that other programmes read."""
    link, person = _opened(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    content = json.dumps(details_words.as_data(kept_about(person)), ensure_ascii=False, indent=2)
    answer = Response(content, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="kring.json"'
    return answer


@pages.post("/d/<token>", requires=MessagePermission.ANSWER)
def correct(_actor: Actor, token: str) -> ResponseReturnValue:
    """Keep what somebody corrected about themselves."""
    link, person = _opened(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    form, reason = OwnDetailsForm(), str(_("by the link to their own details"))
    form.attempt(
        lambda given: correct_own_details(
            _themselves(person), person, details=given, revision=form.seen_revision, reason=reason
        )
    )
    if form.is_refused:
        return _page(link, person, form, token)
    return redirect(url_for("details.kept", token=token, done="saved"), 303)


@pages.post("/d/<token>/network", requires=MessagePermission.ANSWER)
def hide(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show somebody in the network under a pseudonym, as they ask."""
    return _acted(token, showing.hide_oneself, done="hidden")


@pages.post("/d/<token>/network/again", requires=MessagePermission.ANSWER)
def show_again(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show somebody in the network by name again, as they ask."""
    return _acted(token, showing.show_oneself_again, done="shown")


@pages.post("/d/<token>/again", requires=MessagePermission.ANSWER)
def send_again(_actor: Actor, token: str) -> ResponseReturnValue:
    """Send a new link to the address on record."""
    _link, person = _opened(token)
    details.send_link(_themselves(person), person)
    return page("messages/details_sent.html")


def _acted(token: str, act: Callable[..., None], *, done: str) -> ResponseReturnValue:
    link, person = _opened(token)
    if link.has_ended():
        return page("messages/details_ended.html", token=token, status=GONE)
    act(_themselves(person), person, reason=str(_("own page")))
    return redirect(url_for("details.kept", token=token, done=done, _anchor="network"), 303)


def _opened(token: str) -> tuple[PersonLink, Person]:
    link = links.person_link(token)
    person = queries.person_of(link)
    personal_pages.count(token)
    personal_pages.speak(person.language)
    return link, person


def _themselves(person: Person) -> Actor:
    return Actor(account_id=None, name="", project_id=person.project_id, person_id=person.id)


def _page(
    link: PersonLink, person: Person, form: OwnDetailsForm, token: str
) -> ResponseReturnValue:
    return page(
        "messages/details.html",
        token=token,
        link=link,
        project_name=projects.project(link.project_id).name,
        parts=details_words.readable(kept_about(person)),
        form=form,
        person=person,
        done=request.args.get("done", ""),
        status=form.status,
    )
