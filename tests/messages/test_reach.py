"""Whom a message reaches: counted by the database, and equal to the rule held to each person."""

from collections.abc import Sequence
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import Select, select

from crm.consent import rules
from crm.consent.models import Basis, ContactPurpose
from crm.core.db import session
from crm.core.mail import Purpose, Reason
from crm.core.permissions import Actor
from crm.messages.models import MessageState, SuppressionReason, SuppressionScope
from crm.messages.queries import reach
from crm.messages.queries.reach import Aim
from crm.messages.services.suppressions import suppress
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries.persons import PersonFilter, by_name, with_details
from tests import factories
from tests.messages.test_earlier_messages import message as written
from tests.statements import counted

WORK, SESSION, PANEL, NEWS = ContactPurpose


@pytest.fixture
def leader(project: Project) -> Actor:
    """Somebody who leads the project."""
    return factories.leader_of(project)


def everybody() -> Select[Person]:
    return by_name(PersonFilter())


def people_of_every_kind(leader: Actor) -> None:
    """Make an official and a resident on each ground, written to before or not, and some more."""
    for helix, purpose, basis in product(
        (Helix.GOVERNMENT, Helix.END_USERS), ContactPurpose, Basis
    ):
        for before in (None, Purpose.INVITE, Purpose.CONSENT_REQUEST):
            if rules.fits(basis, purpose):
                who = person(helix)
                factories.basis(who, purpose, basis)
                if before:
                    written(who, before)
    for first, second in product(Basis, Basis):
        if rules.fits(first, PANEL) and rules.fits(second, NEWS):
            who = person()
            factories.basis(who, PANEL, first)
            factories.basis(who, NEWS, second)
    written(person(), Purpose.INVITE, MessageState.WITHHELD)
    factories.objection(person(Helix.GOVERNMENT))
    factories.person("Adresloos", helix=Helix.GOVERNMENT)
    for scope in SuppressionScope:
        stop(leader, person(Helix.GOVERNMENT, f"{scope}@kring.example"), scope)


def person(helix: Helix = Helix.END_USERS, email: str = "") -> Person:
    number = len(session().scalars(select(Person.id)).all())
    return factories.person(f"Nr {number}", helix=helix, email=email or f"n{number}@kring.example")


def stop(leader: Actor, who: Person, scope: SuppressionScope = SuppressionScope.ALL) -> None:
    suppress(leader, who.emails[0].address, scope=scope, reason=SuppressionReason.UNSUBSCRIBED)


def test_the_database_finds_exactly_those_whom_the_rule_allows(leader: Actor) -> None:
    people_of_every_kind(leader)
    everyone = session().scalars(everybody().options(*with_details())).all()

    for aim in (reach.consent_request(), *map(reach.free, ContactPurpose)):
        _see_the_same(aim, everyone)


def _see_the_same(aim: Aim, everyone: Sequence[Person]) -> None:
    found = reach.reach(everybody(), aim)

    judged = aim.judge(everyone)
    assert list(session().scalars(found.to)) == [one.person for one in judged.to]
    assert list(session().scalars(found.others)) == [one.person for one in judged.without]
    assert (found.number, found.total) == (len(judged.to), len(everyone))
    assert found.languages == judged.languages
    assert {one.person_id for one in reach.recipients(everybody(), aim)} == {
        one.person.id for one in judged.to
    }
    assert 0 < found.number < found.total


def test_an_address_that_gets_no_mail_is_left_out_with_its_reason(leader: Actor) -> None:
    kept, stopped = person(Helix.GOVERNMENT), person(Helix.GOVERNMENT)
    stop(leader, stopped)

    found = reach.reach(everybody(), reach.free(WORK))

    assert list(session().scalars(found.to)) == [kept]
    assert found.aim.judge([stopped]).without[0].reason is Reason.UNSUBSCRIBED


def test_those_who_share_an_address_are_named_together(leader: Actor) -> None:
    one, other = (person(Helix.GOVERNMENT, email) for email in ("a@x.example", "A@x.example"))
    person(Helix.END_USERS, "a@x.example")
    person(Helix.GOVERNMENT)

    found = reach.reach(everybody(), reach.free(WORK))

    assert reach.doubles(found) == [[one, other]]
    stop(leader, one)
    assert reach.doubles(reach.reach(everybody(), reach.free(WORK))) == []


def test_one_walks_through_the_recipients_by_name(project: Project) -> None:
    assert project
    first, second, third = (
        factories.person(name, helix=Helix.GOVERNMENT, email=f"{name}@kring.example")
        for name in ("aa", "bb", "cc")
    )
    found = reach.reach(everybody(), reach.free(WORK))

    begin, middle = reach.place(found), reach.place(found, second.id)
    gone = reach.place(found, 0)

    assert (begin, gone) == (reach.Place(first, 1, None, second.id),) * 2
    assert middle == reach.Place(second, 2, first.id, third.id)
    assert reach.place(reach.reach(everybody(), reach.free(NEWS))) is None


def test_recipients_come_in_parts(
    app: Flask, leader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(5):
        person(Helix.GOVERNMENT)
    monkeypatch.setattr(reach, "IN_MEMORY", 2)

    with counted(app) as sent:
        found = reach.recipients(everybody(), reach.free(WORK))

    assert len(found) == 5
    assert sum("FROM person" in one and "person.id IN" in one for one in sent) >= 3
