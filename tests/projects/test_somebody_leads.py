"""A project always has somebody who leads it and can sign in, whatever happens at one time."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask

from crm.accounts import queries as account_queries
from crm.accounts import services as accounts
from crm.accounts.models import Account, LinkPurpose
from crm.core.db import Database, project_scope, session
from crm.core.permissions import Actor, Role, system
from crm.projects import queries, services
from crm.projects.models import LastLeader, Project
from tests import factories


def role_of(project: Project, who: Account) -> Role | None:
    session().expire_all()
    member = queries.membership(project, who.id)
    return member.role if member else None


def accept(project: Project, who: Account, role: Role) -> None:
    """Use a link for a role, as who has an account already."""
    address = factories.link(LinkPurpose.JOIN, project_id=project.id, role=role, email=who.email)
    token = address.rpartition("/")[2]
    link = account_queries.link_by_token(token)
    accounts.accept_as_oneself(Actor(who.id, who.name), link, token=token)


@pytest.mark.parametrize("role", [Role.PLANNER, Role.REVIEWER])
def test_the_only_leader_stays_leader_after_a_link_for_less(project: Project, role: Role) -> None:
    who = factories.member(project)

    accept(project, who, role)

    assert role_of(project, who) is Role.LEADER


@pytest.mark.parametrize("held", list(Role))
@pytest.mark.parametrize("given", list(Role))
def test_a_link_never_takes_a_role_away(project: Project, held: Role, given: Role) -> None:
    factories.member(project)
    who = factories.member(project, held)

    accept(project, who, given)

    assert role_of(project, who) is (given if given.is_above(held) else held)


def test_a_leader_who_cannot_sign_in_leads_nobody(project: Project) -> None:
    gone, who = factories.member(project), factories.member(project)
    accounts.set_active(system(), gone, is_active=False)

    for leave in (demote, take_out):
        with pytest.raises(LastLeader):
            leave(project, who)

    take_out(project, gone)
    assert role_of(project, gone) is None


def demote(project: Project, who: Account) -> None:
    services.change_role(as_leader(project), project, account_id=who.id, role=Role.REVIEWER)


def take_out(project: Project, who: Account) -> None:
    services.remove_member(as_leader(project), project, account_id=who.id)


def as_leader(project: Project) -> Actor:
    return Actor(account_id=None, name="", role=Role.LEADER, project_id=project.id)


@pytest.mark.both_engines("locks")
@pytest.mark.parametrize("one", [demote, take_out])
@pytest.mark.parametrize("other", [demote, take_out])
def test_of_two_leaders_who_put_each_other_out_at_once_one_stays(
    app: Flask,
    project: Project,
    one: Callable[[Project, Account], None],
    other: Callable[[Project, Account], None],
) -> None:
    ids = [factories.member(project).id for _ in range(2)]
    project_id = project.id
    session().rollback()

    ended = at_once(app, project_id, [(one, ids[0]), (other, ids[1])])

    session().rollback()
    assert ended == ["done", "refused"]
    assert len(queries.leaders_of(project)) == 1


def at_once(
    app: Flask, project_id: int, changes: list[tuple[Callable[[Project, Account], None], int]]
) -> list[str]:
    """Do these changes in a thread each, all at one time, and return how they ended."""
    database: Database = app.extensions["kring_database"]
    start, ended = Barrier(len(changes)), list[str]()

    def run(change: Callable[[Project, Account], None], account_id: int) -> None:
        with app.app_context(), database.opened() as opened, project_scope(project_id):
            project, who = queries.project(project_id), opened.get_one(Account, account_id)
            start.wait()
            try:
                change(project, who)
            except LastLeader:
                ended.append("refused")
            else:
                ended.append("done")

    threads = [Thread(target=run, args=one) for one in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)
