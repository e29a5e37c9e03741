"""Conditions on people: each as its reference in Python has it, and what a reviewer may learn."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.core import clock, conditions
from crm.core.conditions import Condition, Expression, Group
from crm.core.db import session
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession, Invitation
from crm.design_sessions.services import attending, inviting, planning
from crm.design_sessions.services.attending import Noted
from crm.initiatives.models import Involvement
from crm.initiatives.services import InvolvementDetails, Stakeholder, involve
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.depth import examples
from tests.design_sessions.conftest import details
from tests.statements import counted

pytestmark = pytest.mark.both_engines("own SQL")

DAYS = [date(2021, 1, 1) + timedelta(days=90 * number) for number in range(12)]
TAGS = ("sport", "groen doen", "zorg")
AREAS = ("Pittelo", "Lariks", "")
CLUBS = ("Stad", "Club")
FIVE = "helix:end_users,!tag:zorg,any(attended,involved),!language:fy"


@dataclass
class Register:
    """A made-up register, with what the reference needs to know of it."""

    people: list[Person]
    organisations: dict[str, int]
    areas: list[int]
    sessions: list[DesignSession]
    initiative: int
    attended: dict[int, set[int]]
    invited: dict[int, set[int]]
    involved: set[int]


@pytest.fixture
def register(project: Project) -> Register:
    return _filled(project, random.Random(7), 40)


def _filled(project: Project, chance: random.Random, size: int) -> Register:
    actor = system(project.id)
    new = [_new(chance, number) for number in range(size)]
    ids = add_persons_in_bulk(actor, project, new=new)
    planned = [
        planning.add_session(actor, project, details=details(f"Sessie {day}", day=str(day)))
        for day in (DAYS[2], DAYS[6])
    ]
    garden = factories.initiative(actor, project, "Tuin")
    for one in planned:
        there = chance.sample(ids, size // 3)
        inviting.invite(actor, one, person_ids=chance.sample(ids, size // 2), helixes={})
        noted = {key: Noted(None, chance.choice(list(AttendanceStatus))) for key in there}
        attending.take_attendance(actor, one, noted=noted, walk_ins={})
    for key in chance.sample(ids, size // 4):
        involve(
            actor,
            garden,
            stakeholder=Stakeholder(person_id=key),
            part=InvolvementDetails(role="maker"),
        )
    return _known(planned, garden.id)


def _new(chance: random.Random, number: int) -> NewPerson:
    roles = tuple(_role(chance) for _one in range(chance.randrange(3)))
    details = PersonDetails(
        NameParts(first_name="A", surname=f"Naam {number}"),
        emails=(f"a{number}@kring.example",) if chance.random() < 0.6 else (),
        language=chance.choice(("nl", "en")),
        area=chance.choice(AREAS),
        tags=tuple(chance.sample(TAGS, chance.randrange(3))),
        is_private=chance.random() < 0.2,
    )
    return NewPerson(details, roles)


def _role(chance: random.Random) -> AffiliationDetails:
    since, until = sorted(chance.sample(DAYS, 2))
    return AffiliationDetails(
        organisation=chance.choice((*CLUBS, "")),
        make_organisation=True,
        helix=chance.choice(list(Helix)),
        helix_reason="zo is het",
        since=chance.choice((since, None)),
        until=chance.choice((until, None)),
    )


def _known(planned: list[DesignSession], initiative: int) -> Register:
    people = list(session().scalars(select(Person).options(*persons.with_details())).unique())
    roles = [role for one in people for role in one.affiliations]
    there = select(Attendance.design_session_id, Attendance.person_id).where(
        Attendance.status == AttendanceStatus.PRESENT
    )
    listed = select(Invitation.design_session_id, Invitation.person_id)
    return Register(
        people,
        {one.organisation.name: one.organisation.id for one in roles if one.organisation},
        sorted({one.area_id for one in people if one.area_id}),
        planned,
        initiative,
        _by_session(session().execute(there).all()),
        _by_session(session().execute(listed).all()),
        {one for one in session().scalars(select(Involvement.person_id)) if one},
    )


def _by_session(pairs: object) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for key, person_id in pairs:  # type: ignore[attr-defined]  # rows
        found.setdefault(key, set()).add(person_id)
    return found


def _leaves(register: Register) -> st.SearchStrategy[Condition]:
    day = st.sampled_from(["", *map(str, DAYS)])
    kinds = {
        "helix": (st.sampled_from([one.value for one in Helix]), day),
        "organisation": (st.sampled_from([*map(str, register.organisations.values())]), day),
        "neighbourhood": (st.sampled_from([*map(str, register.areas), "999"]),),
        "tag": (st.sampled_from(["sport", "groen-doen", "zorg", "niets"]),),
        "private": (),
        "language": (st.sampled_from(["nl", "en", "fy"]),),
        "email": (),
        "attended": (st.sampled_from(["", *(str(one.id) for one in register.sessions)]),),
        "invited": (st.just(""), day),
        "involved": (st.sampled_from(["", str(register.initiative), "999"]),),
    }
    return st.one_of(
        *(
            st.builds(Condition, st.just(kind), st.tuples(*values), st.booleans())
            for kind, values in kinds.items()
        )
    )


def _expressions(register: Register) -> st.SearchStrategy[Group]:
    def groups(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
        made = st.lists(parts, min_size=1, max_size=3).map(tuple)
        return st.builds(Group, made, st.booleans(), st.booleans())

    deep = st.recursive(_leaves(register), groups, max_leaves=6)
    return deep.map(conditions.tidy).filter(lambda one: conditions.depth_of(one) <= 3)


def _fits(expression: Expression, one: Person, register: Register) -> bool:
    if isinstance(expression, Condition):
        found = _fits_one(expression, one, register)
    else:
        parts = [_fits(part, one, register) for part in expression.parts]
        found = any(parts) if expression.any else all(parts)
    return found != expression.negated


def _fits_one(condition: Condition, one: Person, register: Register) -> bool:
    first, second, *_more = (*condition.values, "", "")
    day = date.fromisoformat(second) if second else clock.today()
    running = [role for role in one.affiliations if role.runs_on(day)]
    tests: dict[str, Callable[[], bool]] = {
        "helix": lambda: (
            any(role.helix == first for role in running)
            or (first == Helix.END_USERS and not running)
        ),
        "organisation": lambda: any(role.organisation_id == int(first) for role in running),
        "neighbourhood": lambda: one.area_id == int(first),
        "tag": lambda: first.replace("-", " ") in {tag.word_key for tag in one.tags},
        "private": lambda: one.counts_as_private(day),
        "language": lambda: one.language == first,
        "email": lambda: bool(one.emails),
        "attended": lambda: any(
            one.id in there for key, there in register.attended.items() if first in {"", str(key)}
        ),
        "invited": lambda: any(
            one.id in register.invited.get(held.id, ())
            for held in register.sessions
            if not second or held.day >= day
        ),
        "involved": lambda: one.id in register.involved and first in {"", str(register.initiative)},
    }
    return tests[condition.kind]()


SOME = settings(
    max_examples=examples(25),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def _found(actor: Actor, expression: Group) -> set[int]:
    meant = conditions.expanded(expression, actor, clock.today())
    return {one.id for one in persons.everybody(actor, PersonFilter(where=meant))}


def test_any_conditions_leave_whom_the_reference_leaves(
    project: Project, register: Register
) -> None:
    actor = system(project.id)

    @SOME
    @given(_expressions(register))
    def run(expression: Group) -> None:
        expected = {one.id for one in register.people if _fits(expression, one, register)}
        chosen = PersonFilter(where=conditions.expanded(expression, actor, clock.today()))

        first = persons.page_of_persons(actor, chosen, 1)

        assert _found(actor, expression) == expected
        assert persons.ids_of(chosen) == sorted(expected)
        assert {one.id for one in first.items} == expected

    run()


def test_what_a_reviewer_sees_follows_from_nothing_that_is_hidden(
    project: Project, register: Register
) -> None:
    eyes = Actor(1, "Rie Kijkt", role=Role.REVIEWER, project_id=project.id)
    named = {one.id for one in register.people if not one.counts_as_private(clock.today())}

    @SOME
    @given(_expressions(register))
    def run(expression: Group) -> None:
        fits = {one.id for one in register.people if _fits(expression, one, register)}
        opposite = conditions.tidy(Group((expression,), negated=True))
        asked = {one.kind for one in conditions.conditions_of(expression)}

        found, others = _found(eyes, expression), _found(eyes, opposite)

        assert found <= fits
        assert not found & others
        if not asked & {"tag", "language", "email"}:
            assert found == fits
        elif not asked & {"language", "email"}:
            assert found & named == fits & named

    run()


def test_a_tag_of_somebody_hidden_is_told_by_no_condition(
    project: Project, register: Register
) -> None:
    eyes = Actor(1, "Rie Kijkt", role=Role.REVIEWER, project_id=project.id)
    hidden = {one.id for one in register.people if one.counts_as_private(clock.today())}
    asked = conditions.parse("tag:sport")

    shown = _found(eyes, asked) | _found(eyes, conditions.parse("!tag:sport"))

    assert not shown & hidden


def test_five_conditions_are_one_statement(app: Flask, register: Register) -> None:
    meant = condition_filter.read(FIVE, system()).held()
    statement = persons.by_name(PersonFilter(where=meant)).with_only_columns(Person.id)

    with counted(app) as sent:
        found = list(session().scalars(statement))

    assert found
    assert len(sent) == 1
