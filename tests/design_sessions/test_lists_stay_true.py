"""Whatever a planner does in whatever order: lists and balance say what is in the tables."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from crm.core.permissions import Actor
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import Noted, WalkIn
from crm.stakeholders.models import Helix
from tests import factories
from tests.depth import examples
from tests.design_sessions.conftest import Plan

SOME = st.sets(st.integers(0, 5), min_size=1)
WHO = st.integers(0, 5)


HELIXES = [list(Helix)[number % 4] for number in range(6)]


@dataclass(frozen=True)
class World:
    """Who plans, and the people of the register with their helixes."""

    plan: Plan
    leader: Actor
    people: list[int]


class Planner(RuleBasedStateMachine):
    """A planner, and what they remember of what they did."""

    world: ClassVar[World]
    held: DesignSession

    @initialize()
    def plan(self) -> None:
        self.held = self.world.plan()
        self.invited: set[int] = set()
        self.noted: dict[int, AttendanceStatus] = {}

    @rule(some=SOME)
    def invite(self, some: set[int]) -> None:
        ids = [self.world.people[one] for one in some]
        assert inviting.invite(self.world.leader, self.held, person_ids=ids) == len(
            some - self.invited
        )
        self.invited |= some

    @rule(some=SOME)
    def take_off(self, some: set[int]) -> None:
        removed = [self.world.people[one] for one in some]
        inviting.change_invited(self.world.leader, self.held, helixes={}, removed=removed)
        self.invited -= some

    @rule(who=WHO, status=st.sampled_from([*AttendanceStatus, None]), twice=st.booleans())
    def mark(self, who: int, status: AttendanceStatus | None, *, twice: bool) -> None:
        noted = {self.world.people[who]: Noted(self.noted.get(who), status)}
        for _time in range(1 + twice):
            attending.take_attendance(self.world.leader, self.held, noted=noted, walk_ins={})
        if status is None:
            self.noted.pop(who, None)
        else:
            self.noted[who] = status

    @rule(who=WHO)
    def walk_in(self, who: int) -> None:
        walk_ins = {0: WalkIn("", person_id=self.world.people[who])}
        attending.take_attendance(self.world.leader, self.held, noted={}, walk_ins=walk_ins)
        self.noted[who] = AttendanceStatus.PRESENT

    @invariant()
    def lists_hold(self) -> None:
        listed = {
            one.shown.id: one for one in people_queries.people_of(self.world.leader, self.held)
        }
        invited = {number for number, one in listed.items() if one.invited_for}
        noted = {number: one.status for number, one in listed.items() if one.status}
        assert invited == {self.world.people[one] for one in self.invited}
        assert noted == {self.world.people[one]: status for one, status in self.noted.items()}

    @invariant()
    def balance_holds(self) -> None:
        found = sessions.balance_of(self.held)
        present = [one for one, status in self.noted.items() if status.value == "present"]
        for one in found.helixes:
            assert one.invited == sum(HELIXES[who] is one.helix for who in self.invited)
            assert one.attended == sum(HELIXES[who] is one.helix for who in present)


@pytest.mark.engine("sqlite")
def test_lists_and_balance_say_what_was_done(plan: Plan, leader: Actor) -> None:
    people = [factories.person(f"Proef{n}", helix=helix).id for n, helix in enumerate(HELIXES)]
    Planner.world = World(plan, leader, people)

    run_state_machine_as_test(
        Planner,
        settings=settings(
            max_examples=examples(10),
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
