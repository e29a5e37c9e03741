"""Ties that the team declares or asks for, that people say themselves, and names looked up."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm, press
from crm.core import access
from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.initiatives.queries import candidates
from crm.messages.forms import SendForm
from crm.messages.queries import previews, reach
from crm.messages.queries.addressing import Addressed
from crm.messages.queries.reach import Reach
from crm.messages.rules.rendering import Rendered
from crm.messages.views import free_messages, letters, wording
from crm.networks.declared.mail_content import TRIED
from crm.networks.forms.declaring import DeclareForm, LookupForm, OwnTiesForm
from crm.networks.models import LINK_LASTS
from crm.networks.policy import NetworkPermission
from crm.networks.queries import declared_ties as tie_queries
from crm.networks.services import declared_ties as services
from crm.networks.views.pages import pages
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.rules.visibility import shown_as, shown_in_network
from crm.stakeholders.views.persons import address_of, filter_form
from crm.web import gate, personal_pages
from crm.web.addresses import full_address
from crm.web.downloads import csv_file
from crm.web.personal_pages import USES_OF_A_LINK, PersonalPages
from crm.web.rendering import label, page
from crm.web.security import count_use

DECLARED = "/network/declared"
ONE = f"{DECLARED}/<int:declared_tie_id>"
OF_PERSON = "/network/people/<int:person_id>/declare"
OF_ORGANISATION = "/network/organisations/<int:organisation_id>/declare"
LINK = "/network/people/<int:person_id>/declaring-link"
LONGEST_QUESTION = 200
own_pages = PersonalPages("own_ties", home="asked")
ASK = f"{DECLARED}/ask"
NAME = "/network/people/<int:person_id>/name"


@pages.get(DECLARED, requires=NetworkPermission.READ)
def declared_ties(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the ties that somebody declared, and whom people missed on their lists."""
    may_declare = gate.may(NetworkPermission.DECLARE)
    return page(
        "networks/declared.html",
        found=tie_queries.declared_ties(actor, request.args.get("page", 1, type=int)),
        missed=tie_queries.missed() if may_declare else [],
        eyes=shown_in_network(actor),
        may_declare=may_declare,
    )


@pages.get(f"{DECLARED}/csv", requires=NetworkPermission.EXPORT)
def declared_csv(actor: Actor, _project: Project) -> Response:
    """Answer the declared ties as a file."""
    access.note(access.Access("network.declared", NetworkPermission.EXPORT))
    headings = (_("Between"), _("And"), _("Said by"), _("About"), _("From"), _("Until"))
    rows = [
        (
            row.one_name,
            row.other_name,
            label(row.tie.said_by),
            row.tie.about if actor.sees_private_persons else "",
            row.tie.since,
            row.tie.until,
        )
        for row in tie_queries.all_declared_ties(actor)
    ]
    return csv_file("declared", headings, rows)


@pages.get(ONE, requires=NetworkPermission.READ)
def declared_tie(actor: Actor, _project: Project, declared_tie_id: int) -> ResponseReturnValue:
    """Show one declared tie."""
    return page(
        "networks/declared_tie.html",
        row=tie_queries.declared_tie(actor, declared_tie_id),
        about_is_shown=actor.sees_private_persons,
        may_declare=gate.may(NetworkPermission.DECLARE),
    )


@pages.post(f"{ONE}/end", requires=NetworkPermission.DECLARE)
def end_declared_tie(actor: Actor, project: Project, declared_tie_id: int) -> ResponseReturnValue:
    """Let a declared tie end today."""
    tie = tie_queries.declared_tie(actor, declared_tie_id).tie
    press(lambda: services.end_tie(actor, tie), _("The tie has ended today."))
    return _to_declared(project)


@pages.post(f"{ONE}/remove", requires=NetworkPermission.DECLARE)
def remove_declared_tie(
    actor: Actor, project: Project, declared_tie_id: int
) -> ResponseReturnValue:
    """Remove a tie that was declared by mistake."""
    tie = tie_queries.declared_tie(actor, declared_tie_id).tie
    press(lambda: services.remove_tie(actor, tie), _("The tie is removed."))
    return _to_declared(project)


@pages.get(OF_PERSON, requires=NetworkPermission.DECLARE)
def declare_of_person(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask with whom a person works."""
    return _declare_page(actor, persons.person(person_id), DeclareForm(formdata=None))


@pages.post(OF_PERSON, requires=NetworkPermission.DECLARE)
def declare_with_person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Note with whom a person works."""
    return _declare(actor, project, persons.person(person_id))


@pages.get(OF_ORGANISATION, requires=NetworkPermission.DECLARE)
def declare_of_organisation(
    actor: Actor, _project: Project, organisation_id: int
) -> ResponseReturnValue:
    """Ask with whom an organisation works."""
    found = organisations.organisation(organisation_id)
    return _declare_page(actor, found, DeclareForm(formdata=None))


@pages.post(OF_ORGANISATION, requires=NetworkPermission.DECLARE)
def declare_with_organisation(
    actor: Actor, project: Project, organisation_id: int
) -> ResponseReturnValue:
    """Note with whom an organisation works."""
    return _declare(actor, project, organisations.organisation(organisation_id))


@pages.post(LINK, requires=NetworkPermission.DECLARE)
def make_declaring_link(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Show, once, a link by which a person says with whom they work."""
    found, form = persons.person(person_id), ActionForm()
    token = form.attempt(lambda _none: services.make_declaring_link(actor, found))
    # Shown once: only its hash is kept.
    link = full_address("own_ties.asked", token=token) if token else ""
    return page(
        "networks/declaring_link.html",
        person=found,
        name=shown_as(actor).name(found),
        link=link,
        days=LINK_LASTS.days,
        status=form.status,
    )


@pages.post(f"{LINK}/end", requires=NetworkPermission.DECLARE)
def end_declaring_link(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """End the link of a person."""
    link = tie_queries.declaring_link(persons.person(person_id))
    if link is not None:
        press(lambda: services.end_declaring_link(actor, link), _("The link works no more."))
    return _to_declared(project)


def _to_declared(project: Project) -> ResponseReturnValue:
    return redirect(url_for("networks.declared_ties", project_slug=project.slug), 303)


def _declare(
    actor: Actor, project: Project, stakeholder: Person | Organisation
) -> ResponseReturnValue:
    form = DeclareForm()
    form.attempt(lambda declared: services.declare(actor, stakeholder, declared=declared))
    if form.is_refused:
        return _declare_page(actor, stakeholder, form)
    flash(_("The tie is noted."), "success")
    return _to_declared(project)


def _declare_page(
    actor: Actor, stakeholder: Person | Organisation, form: DeclareForm
) -> ResponseReturnValue:
    typed = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    found = candidates(actor, typed)
    form.offer(found)
    # Only a person can be asked by a link of their own.
    who: dict[str, Any] = {"name": "", "person_id": None, "link": None}
    if isinstance(stakeholder, Organisation):
        who["name"] = stakeholder.name
    else:
        who["name"] = shown_as(actor).name(stakeholder)
        who |= {"person_id": stakeholder.id, "link": tie_queries.declaring_link(stakeholder)}
    return page(
        "networks/declare.html", form=form, **who, candidates=found, typed=typed, status=form.status
    )


@pages.get(ASK, requires=NetworkPermission.DECLARE)
def ask_ties(actor: Actor, project: Project) -> ResponseReturnValue:
    """Choose people to ask by mail with whom they work."""
    return _ask_page(actor, project, SendForm(formdata=None))


@pages.post(ASK, requires=NetworkPermission.DECLARE)
def send_question(actor: Actor, project: Project) -> ResponseReturnValue:
    """Ask those who were chosen."""
    form, people = SendForm(), free_messages.chosen(actor, project)
    batch = form.attempt(lambda how: services.ask_ties(actor, project, people=people, how=how))
    if batch is None:
        return _ask_page(actor, project, form)
    return free_messages.to_batch(project, batch)


@pages.get(f"{ASK}/letters/<int:person_id>", requires=NetworkPermission.DECLARE)
def question_letter(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Give the question as one person would get it, in HTML and sealed."""
    to = free_messages.addressed(tie_queries.question(), person_id)
    return letters.sealed(_rendered(actor, to) if to else None)


def _ask_page(actor: Actor, project: Project, form: SendForm) -> ResponseReturnValue:
    found = reach.reach(free_messages.chosen(actor, project), tie_queries.question())
    return page(
        "networks/ask_ties.html",
        form=form,
        status=form.status,
        read=_read(actor, project, found),
        narrowed=filter_form(actor, project),
        days=LINK_LASTS.days,
        rest=tie_queries.ANSWER_LASTS.days,
        **wording.reached(actor, project, found),
    )


def _read(actor: Actor, project: Project, found: Reach) -> dict[str, Any] | None:
    """Return how the question reads for the recipient in the address, else for the first."""
    wanted = request.args.get("reader", type=int)
    # Where words are lacking in a language there is nothing to read yet.
    read = (
        None
        if found.lacking()
        else free_messages.reading(found, wanted, lambda to: _rendered(actor, to))
    )
    address = "networks.question_letter"
    return letters.read(actor, read, address, project_slug=project.slug) if read else None


def _rendered(actor: Actor, to: Addressed) -> Rendered | None:
    told = {"by": actor.account_id, TRIED: True}
    return previews.rendered(Purpose.TIES, to, about_id=to.person.id, params=told)


@pages.get(NAME, requires=NetworkPermission.READ)
def ask_for_name(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Say why there is a pseudonym, and ask a leader why the name is needed."""
    found = persons.person(person_id)
    if not found.is_hidden:
        return redirect(address_of(project, found.id), 303)
    return _name_page(actor, found, LookupForm(formdata=None))


@pages.post(NAME, requires=NetworkPermission.LOOK_UP)
def look_up_name(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Show the name once, and keep who asked and why."""
    form, found = LookupForm(), persons.person(person_id)
    if not found.is_hidden:
        return redirect(address_of(project, found.id), 303)
    name = form.attempt(lambda reason: services.look_up(actor, found, reason=reason))
    if name is not None:
        access.note(access.Access("network.name", NetworkPermission.LOOK_UP, found.id))
    return _name_page(actor, found, form, name=name)


def _name_page(
    actor: Actor, person: Person, form: LookupForm, name: str | None = None
) -> ResponseReturnValue:
    return page(
        "networks/name.html",
        person=person,
        alias=shown_in_network(actor).name(person),
        name=name,
        form=form,
        may_look_up=gate.may(NetworkPermission.LOOK_UP),
        status=form.status,
    )


@own_pages.get("/t/<token>", requires=NetworkPermission.VISIT)
def asked(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask with whom somebody works; nothing happens yet."""
    return _own_page(_opened(token), OwnTiesForm(formdata=None), token)


@own_pages.post("/t/<token>", requires=NetworkPermission.VISIT)
def answer(_actor: Actor, token: str) -> ResponseReturnValue:
    """Keep with whom somebody says they work; the last answer counts."""
    person, form = _opened(token), OwnTiesForm()
    count_use(USES_OF_A_LINK, "own ties", str(person.id))
    # What is offered is found again: nobody ticks a key that was not on their list.
    offered = [found.key for found in tie_queries.short_list(person)]
    themselves = Actor(account_id=None, name="", project_id=person.project_id, person_id=person.id)
    form.attempt(
        lambda said: services.say_own_ties(
            themselves, person, chosen=said[0], offered=offered, missed=said[1]
        )
    )
    if form.is_refused:
        return _own_page(person, form, token)
    return redirect(url_for("own_ties.asked", token=token, done="yes"), 303)


def _opened(token: str) -> Person:
    person = tie_queries.person_by_link(token)
    personal_pages.speak(person.language)
    return person


def _own_page(person: Person, form: OwnTiesForm, token: str) -> ResponseReturnValue:
    offered = tie_queries.short_list(person)
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
