"""Roles of a person: helix, dates, and the main one, whatever is done in whatever order."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core.db import change_many, project_in_scope, session, unit_of_work
from crm.core.errors import StaleRecord
from crm.core.periods import EndBeforeStart
from crm.core.permissions import Actor, system
from crm.projects.models import Project
from crm.stakeholders.models import (
    Affiliation,
    Helix,
    MainAffiliationNeeded,
    Person,
    ReasonMissing,
)
from crm.stakeholders.queries import persons as queries
from crm.stakeholders.services import affiliations as services
from crm.stakeholders.services.affiliations import AffiliationDetails
from tests import factories
from tests.depth import examples

HELIXES = st.sampled_from([None, *Helix])
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2024, 12, 31))


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def person(project: Project) -> Person:
    return factories.person("Proef")


def test_a_role_takes_over_the_helix_of_its_organisation(planner: Actor, person: Person) -> None:
    factories.organisation("Actium", helix=Helix.BUSINESS)

    made = services.add_affiliation(
        planner, person, details=AffiliationDetails(organisation="actium")
    )

    assert made.helix is Helix.BUSINESS


def test_a_role_without_organisation_is_of_the_end_users(planner: Actor, person: Person) -> None:
    made = services.add_affiliation(planner, person, details=AffiliationDetails())

    assert (made.organisation, made.helix) == (None, Helix.END_USERS)


def test_departing_from_the_organisation_needs_a_reason(planner: Actor, person: Person) -> None:
    factories.organisation("Actium", helix=Helix.BUSINESS, second=Helix.GOVERNMENT)
    research = AffiliationDetails(organisation="Actium", helix=Helix.RESEARCH)

    with pytest.raises(ReasonMissing):
        services.add_affiliation(planner, person, details=research)

    second = AffiliationDetails(organisation="Actium", helix=Helix.GOVERNMENT)
    assert services.add_affiliation(planner, person, details=second).helix is Helix.GOVERNMENT


def test_somebody_at_two_organisations_counts_once_and_has_two_roles(
    planner: Actor, person: Person
) -> None:
    factories.organisation("Stad", helix=Helix.GOVERNMENT)
    factories.organisation("School", helix=Helix.RESEARCH)
    for name in ("Stad", "School"):
        services.add_affiliation(planner, person, details=AffiliationDetails(organisation=name))

    found = queries.person(person.id)

    assert [one.helix for one in found.affiliations] == [Helix.GOVERNMENT, Helix.RESEARCH]
    assert found.helix_on(date(2024, 1, 1)) is Helix.GOVERNMENT


def test_an_ended_role_is_gone_today_and_stays_on_an_earlier_day(
    planner: Actor, person: Person
) -> None:
    factories.organisation("Stad", helix=Helix.GOVERNMENT)
    details = AffiliationDetails(organisation="Stad", since=date(2020, 1, 1))
    role = services.add_affiliation(planner, person, details=details)

    with clock.frozen(datetime(2021, 6, 30, 12, tzinfo=UTC)):
        services.end_affiliation(planner, role)

    found = queries.person(person.id)
    assert found.helix_on(date(2021, 6, 30)) is Helix.GOVERNMENT
    assert found.helix_on(date(2021, 7, 1)) is Helix.END_USERS
    assert found.counts_as_private(date(2021, 7, 1))


def test_a_role_does_not_end_before_it_starts(planner: Actor, person: Person) -> None:
    details = AffiliationDetails(since=date(2021, 1, 1))
    role = services.add_affiliation(planner, person, details=details)

    with pytest.raises(EndBeforeStart):
        services.end_affiliation(planner, role, on=date(2020, 12, 31))

    assert queries.affiliation(person, role.id).until is None


def test_the_second_to_save_a_role_is_refused(planner: Actor, person: Person) -> None:
    role = services.add_affiliation(planner, person, details=AffiliationDetails())
    first = AffiliationDetails(role="eerste", is_main=True)
    seen = role.revision
    services.edit_affiliation(planner, role, details=first, revision=seen)

    with pytest.raises(StaleRecord):
        services.edit_affiliation(planner, role, details=first, revision=seen)


def test_the_database_knows_one_main_role_a_person(planner: Actor, person: Person) -> None:
    for _ in range(2):
        services.add_affiliation(planner, person, details=AffiliationDetails())

    with pytest.raises(IntegrityError), unit_of_work(planner, "tests.two_main_roles"):
        change_many(Affiliation, Affiliation.person_id == person.id, {"is_main": True})


class Roles(RuleBasedStateMachine):
    """Whatever somebody does to the roles of one person."""

    roles = Bundle("roles")

    @initialize()
    def somebody(self) -> None:
        self.planner = system(project_in_scope())
        self.person_id = factories.person("Proef").id
        self.main: int | None = None
        self.known: set[int] = set()

    @rule(target=roles, helix=HELIXES, since=DAYS, until=DAYS, main=st.booleans())
    def add(
        self, helix: Helix | None, since: date | None, until: date | None, *, main: bool
    ) -> int:
        details = AffiliationDetails(
            helix=helix, helix_reason="zo is het", since=since, until=until, is_main=main
        )
        try:
            made = services.add_affiliation(self.planner, self.person, details=details).id
        except EndBeforeStart:
            return 0
        if main or not self.known:
            self.main = made
        self.known.add(made)
        return made

    @rule(role=roles)
    def make_main(self, role: int) -> None:
        if role in self.known:
            services.make_main(self.planner, self.role(role))
            self.main = role

    @rule(role=roles, main=st.booleans())
    def edit(self, role: int, *, main: bool) -> None:
        if role not in self.known:
            return
        found = self.role(role)
        details = AffiliationDetails(is_main=main)
        try:
            services.edit_affiliation(self.planner, found, details=details, revision=found.revision)
        except MainAffiliationNeeded:
            assert role == self.main
            return
        self.main = role if main else self.main

    @rule(role=roles)
    def end(self, role: int) -> None:
        if role in self.known:
            services.end_affiliation(self.planner, self.role(role), on=date(2025, 1, 1))

    @rule(role=roles)
    def remove(self, role: int) -> None:
        if role not in self.known:
            return
        try:
            services.remove_affiliation(self.planner, self.role(role))
        except MainAffiliationNeeded:
            assert role == self.main
            assert len(self.known) > 1
            return
        self.known.discard(role)
        self.main = self.main if self.known else None

    @invariant()
    def one_role_is_the_main_one(self) -> None:
        session().expire_all()
        found = self.person.affiliations
        assert {one.id for one in found} == self.known
        assert [one.id for one in found if one.is_main] == [self.main] * bool(self.known)

    @property
    def person(self) -> Person:
        return queries.person(self.person_id)

    def role(self, role: int) -> Affiliation:
        return queries.affiliation(self.person, role)


def test_one_role_is_the_main_one_whatever_is_done(project: Project) -> None:
    few = settings(max_examples=examples(10), stateful_step_count=12, deadline=None)

    run_state_machine_as_test(Roles, settings=few)
