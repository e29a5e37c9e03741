"""Noting whom one may write to: grounds with their source, and objections."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.consent import queries, rules, services
from crm.consent.models import Basis, ContactBasis, ContactPurpose
from crm.consent.rules import Ground, Standing
from crm.consent.services import BasisNotFitting
from crm.core import clock
from crm.core.audit import AuditEntry, broken_entry
from crm.core.db import session
from crm.core.errors import DomainError
from crm.core.permissions import Actor, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Objected, Person
from crm.stakeholders.services.showing import SaidInTheFuture, SourceMissing, moment_of
from tests import factories
from tests.depth import examples

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
NEWS, SESSION = ContactPurpose.NEWS, ContactPurpose.SESSION
YES = Ground(Basis.CONSENT, "the form of the spring meeting")


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def person(planner: Actor) -> Person:
    return factories.person(helix=Helix.END_USERS, email="ans@proef.example")


def standing(person: Person) -> Standing:
    return queries.standings([person])[person.id]


def test_the_last_ground_counts_with_its_source_and_day(planner: Actor, person: Person) -> None:
    with clock.frozen(NOON):
        services.note_ground(planner, person, purpose=NEWS, ground=YES)
        no = Ground(Basis.WITHDRAWN, "a call", NOON - timedelta(days=3))
        services.note_ground(planner, person, purpose=NEWS, ground=no)

    assert standing(person).ground(NEWS) == no
    assert standing(person).basis(ContactPurpose.PANEL) is Basis.NOT_ASKED


def test_why_a_ground_changes_stays_in_the_trail(
    planner: Actor, person: Person, project: Project, opened: Session
) -> None:
    services.note_ground(planner, person, purpose=NEWS, ground=YES, reason="asked by mail")
    services.note_ground(planner, person, purpose=NEWS, ground=None, reason="by mistake")

    entries = opened.scalars(
        select(AuditEntry).where(AuditEntry.table == "contact_basis").order_by(AuditEntry.number)
    ).all()
    assert [(one.operation, one.reason) for one in entries] == [
        ("create", "asked by mail"),
        ("remove", "by mistake"),
    ]
    assert standing(person).noted == {}
    assert broken_entry(project.id) is None


@pytest.mark.parametrize("basis", services.SAID)
def test_what_somebody_said_has_a_source(planner: Actor, person: Person, basis: Basis) -> None:
    with pytest.raises(SourceMissing):
        services.note_ground(planner, person, purpose=NEWS, ground=Ground(basis, "  "))


def test_nothing_was_said_tomorrow(planner: Actor, person: Person) -> None:
    tomorrow = moment_of(clock.today() + timedelta(days=1))

    with pytest.raises(SaidInTheFuture):
        services.note_ground(
            planner, person, purpose=NEWS, ground=Ground(Basis.CONSENT, "a form", tomorrow)
        )
    with pytest.raises(SaidInTheFuture):
        services.note_objection(planner, person, said=Objected("a call", tomorrow))


def test_a_day_is_kept_as_that_day() -> None:
    with clock.frozen(NOON):
        assert moment_of(date(2026, 11, 24)) == NOON
        assert moment_of(date(2026, 3, 1)).date() == date(2026, 3, 1)


def test_a_basis_that_does_not_reach_a_purpose_is_refused_by_service_and_table(
    planner: Actor, person: Person
) -> None:
    for basis, purpose in product(Basis, ContactPurpose):
        if rules.fits(basis, purpose):
            continue
        with pytest.raises(BasisNotFitting):
            services.note_ground(planner, person, purpose=purpose, ground=Ground(basis, "a form"))
        with pytest.raises(IntegrityError):
            factories.basis(person, purpose, basis)
        session().rollback()


def test_an_objection_is_noted_once_and_lifted_with_a_source(
    planner: Actor, person: Person, opened: Session
) -> None:
    services.note_objection(planner, person, said=Objected("a call", NOON))
    services.note_objection(planner, person, said=Objected("a letter", NOON + timedelta(hours=1)))
    objection = standing(person).objection
    assert objection == Objected("a call", NOON)

    with pytest.raises(SourceMissing):
        services.lift_objection(planner, person, reason=" ")
    services.lift_objection(planner, person, reason="asked for it at the desk")

    assert standing(person).objection is None
    entry = opened.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.table, entry.operation) == ("objection", "remove")
    assert entry.reason == "asked for it at the desk"


def test_an_objection_needs_a_source(planner: Actor, person: Person) -> None:
    with pytest.raises(SourceMissing):
        services.note_objection(planner, person, said=Objected(" ", NOON))


@settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    st.lists(
        st.tuples(st.sampled_from(ContactPurpose), st.sampled_from([*Basis, None])), max_size=8
    )
)
def test_after_any_history_what_was_said_last_is_what_counts(
    planner: Actor, history: list[tuple[ContactPurpose, Basis | None]]
) -> None:
    person = factories.person(helix=Helix.GOVERNMENT)
    said: dict[ContactPurpose, Basis] = {}

    for purpose, basis in history:
        if basis is None:
            services.note_ground(planner, person, purpose=purpose, ground=None)
            said.pop(purpose, None)
            continue
        try:
            services.note_ground(planner, person, purpose=purpose, ground=Ground(basis, "a form"))
        except DomainError:
            assert not rules.fits(basis, purpose)
        else:
            said[purpose] = basis

    assert {purpose: one.basis for purpose, one in standing(person).noted.items()} == said
    rows = session().scalars(select(ContactBasis).where(ContactBasis.person_id == person.id)).all()
    assert len(rows) == len(said)
