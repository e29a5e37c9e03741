"""The page behind the link in a request for consent: yes or no, and a button that acts."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.permissions import Actor
from crm.messages.forms.writing import ConsentForm
from crm.messages.models import OutboxMessage
from crm.messages.policy import MessagePermission
from crm.messages.queries import links
from crm.messages.services import writing
from crm.messages.services.unsubscribing import link_actor
from crm.projects import queries as projects
from crm.stakeholders.models import Person
from crm.web import personal_pages
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page

pages = PersonalPages("consenting", home="asked")


@pages.get("/k/<token>", requires=MessagePermission.ANSWER)
def asked(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask whether somebody may be written to; nothing happens yet."""
    _message, person = _opened(token)
    return _page(ConsentForm(formdata=None), token, person)


@pages.post("/k/<token>", requires=MessagePermission.ANSWER)
def answer(_actor: Actor, token: str) -> ResponseReturnValue:
    """Keep what somebody answers; the last answer counts."""
    message, person = _opened(token)
    form = ConsentForm()
    form.attempt(
        lambda given: writing.answer_consent(
            link_actor(message), message, person=person, given=given
        )
    )
    if form.is_refused:
        return _page(form, token, person)
    return redirect(url_for("consenting.asked", token=token, done="yes"), 303)


def _opened(token: str) -> tuple[OutboxMessage, Person]:
    message, person = links.asked_by_link(token)
    personal_pages.count(token)
    personal_pages.speak(message.language)
    return message, person


def _page(form: ConsentForm, token: str, person: Person) -> ResponseReturnValue:
    return page(
        "messages/consenting.html",
        form=form,
        token=token,
        name=projects.project(person.project_id).name,
        done=request.args.get("done") == "yes" and not form.is_refused,
        status=form.status,
    )
