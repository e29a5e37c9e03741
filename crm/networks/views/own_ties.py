"""The page on which a stakeholder says with whom they work, by a link of their own."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.permissions import Actor
from crm.networks import services
from crm.networks.forms import OwnTiesForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import declared_ties
from crm.projects import queries as projects
from crm.stakeholders.models import Person
from crm.web import personal_pages
from crm.web.personal_pages import USES_OF_A_LINK, PersonalPages
from crm.web.rendering import page
from crm.web.security import count_use

own_pages = PersonalPages("own_ties", home="asked")


@own_pages.get("/t/<token>", requires=NetworkPermission.VISIT)
def asked(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask with whom somebody works; nothing happens yet."""
    return _page(_opened(token), OwnTiesForm(formdata=None), token)


@own_pages.post("/t/<token>", requires=NetworkPermission.VISIT)
def answer(_actor: Actor, token: str) -> ResponseReturnValue:
    """Keep with whom somebody says they work; the last answer counts."""
    person, form = _opened(token), OwnTiesForm()
    count_use(USES_OF_A_LINK, "own ties", str(person.id))
    offered = [one.key for one in declared_ties.short_list(person)]
    form.attempt(
        lambda given: services.say_own_ties(
            _themselves(person), person, chosen=given[0], offered=offered, missed=given[1]
        )
    )
    if form.is_refused:
        return _page(person, form, token)
    return redirect(url_for("own_ties.asked", token=token, done="yes"), 303)


def _opened(token: str) -> Person:
    person = declared_ties.person_by_link(token)
    personal_pages.speak(person.language)
    return person


def _themselves(person: Person) -> Actor:
    return Actor(account_id=None, name="", project_id=person.project_id, person_id=person.id)


def _page(person: Person, form: OwnTiesForm, token: str) -> ResponseReturnValue:
    offered = declared_ties.short_list(person)
    form.offer(offered)
    return page(
        "networks/own_ties.html",
        form=form,
        offered=offered,
        token=token,
        project_name=projects.project(person.project_id).name,
        done=request.args.get("done") == "yes" and not form.is_refused,
        status=form.status,
    )
