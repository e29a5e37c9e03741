"""Pages on which people are invited, and the invited list is changed."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.design_sessions import queries, services
from crm.design_sessions.forms import PeopleForm, RegisterFilterForm
from crm.design_sessions.forms.inviting import Chosen
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.views import wording
from crm.design_sessions.views.routes import pages, to_session
from crm.neighbourhoods.queries import in_use
from crm.projects.models import Project
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.persons import PersonFilter, tags_in_use
from crm.stakeholders.queries.segments import choices
from crm.web.rendering import page

PER_PAGE = 100


@pages.get("/sessions/<int:session_id>/invite", requires=SessionPermission.ARRANGE)
def invite(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show people of the register to choose from."""
    return _offer(actor, project, queries.design_session(session_id), PeopleForm())


@pages.post("/sessions/<int:session_id>/invite", requires=SessionPermission.ARRANGE)
def add(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Invite those who were ticked, or everybody whom the filter leaves."""
    found, form = queries.design_session(session_id), PeopleForm()
    number = form.attempt(lambda chosen: _invite(actor, found, chosen))
    if number is None:
        return _offer(actor, project, found, form)
    flash(wording.invited(number), "success" if number else "info")
    here = request.full_path.rstrip("?")
    return redirect(here, 303)


@pages.get("/sessions/<int:session_id>/invited", requires=SessionPermission.ARRANGE)
def invited(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the invited list, to change it."""
    return _invited(actor, queries.design_session(session_id), PeopleForm())


@pages.post("/sessions/<int:session_id>/invited", requires=SessionPermission.ARRANGE)
def change_invited(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Take people off the list, or change what they are invited for."""
    found, form = queries.design_session(session_id), PeopleForm()
    form.attempt(
        lambda chosen: services.change_invited(
            actor, found, helixes=chosen.helixes, removed=chosen.person_ids
        )
    )
    if form.is_refused:
        return _invited(actor, found, form)
    flash(_("The invited list is saved."), "success")
    return to_session(project, session_id)


def _invite(actor: Actor, design_session: DesignSession, chosen: Chosen) -> int:
    ids, helixes = chosen.person_ids, chosen.helixes
    if chosen.everybody:
        asked = RegisterFilterForm(request.args)
        narrowed = _chosen(asked, _in_segment(actor, asked, design_session))
        ids = queries.register_ids(narrowed, design_session.day)
        # All whom a helix was chosen for hold it on the day; a choice beside a name goes before it.
        helixes = dict.fromkeys(ids, narrowed.helix) | helixes if narrowed.helix else helixes
    return services.invite(actor, design_session, person_ids=ids, helixes=helixes)


def _offer(
    actor: Actor, project: Project, design_session: DesignSession, form: PeopleForm
) -> ResponseReturnValue:
    narrowed = _filter(actor, project)
    in_segment = _in_segment(actor, narrowed, design_session)
    chosen = _chosen(narrowed, in_segment)
    statement = queries.register(chosen, design_session.day)
    people = page_of(statement, request.args.get("page", 1, type=int), per_page=PER_PAGE)
    return page(
        "design_sessions/invite.html",
        design_session=design_session,
        form=form,
        narrowed=narrowed,
        in_segment=in_segment,
        helix=chosen.helix,
        typed=_typed(),
        people=people,
        rows=queries.offered(actor, design_session, people.items),
        ticked=set(request.form.getlist("person")),
        status=form.status,
    )


def _invited(actor: Actor, design_session: DesignSession, form: PeopleForm) -> ResponseReturnValue:
    people = queries.people_of(actor, design_session)
    return page(
        "design_sessions/invited.html",
        design_session=design_session,
        form=form,
        rows=[one for one in people if one.invited_for is not None],
        gone=answers.gone(actor, design_session),
        status=form.status,
    )


def _filter(actor: Actor, project: Project) -> RegisterFilterForm:
    form = RegisterFilterForm(request.args)
    form.offer(in_use(project), tags_in_use(actor), choices(actor))
    return form


def _in_segment(actor: Actor, form: RegisterFilterForm, design_session: DesignSession) -> Narrowing:
    return queries.in_segment(actor, form.segment.data, design_session.day)


def _chosen(form: RegisterFilterForm, in_segment: Narrowing) -> PersonFilter:
    return form.chosen(queries.organisation_id(form.organisation.data or ""), in_segment.meant)


def _typed() -> dict[str, str]:
    return RegisterFilterForm(request.args).typed()
