"""Pairs that look like one: found in their blocks, kept, told apart; on both engines."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.projects.models import Project
from crm.stakeholders import jobs
from crm.stakeholders.models import Kind, LikelyPair, LikenessKey, PairState, Person
from crm.stakeholders.queries import duplicates as queries
from crm.stakeholders.services import duplicates, persons
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.pages import Enter
from tests.statements import counted

pytestmark = pytest.mark.both_engines("own SQL")


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


def new(first_name: str, surname: str, email: str = "") -> NewPerson:
    name = NameParts(first_name=first_name, surname=surname)
    return NewPerson(PersonDetails(name, (email,) if email else ()))


def found(kind: Kind = Kind.PERSON) -> list[tuple[int, int]]:
    return [pair.ids for pair in session().scalars(queries.pairs(queries.PairFilter(kind)))]


def search() -> None:
    jobs.find_likely_pairs({})


@pytest.fixture
def two(planner: Actor, project: Project) -> tuple[int, int]:
    one, other = add_persons_in_bulk(
        planner, project, new=[new("Jan", "Vries", "j@v.example"), new("J", "Vries", "J@v.example")]
    )
    return one, other


def test_a_pair_is_found_once_with_its_reasons(two: tuple[int, int]) -> None:
    search()
    search()

    assert found() == [two]
    assert session().scalars(select(LikelyPair.reasons)).one() == ["same_email", "initials_fit"]


def test_one_who_comes_later_is_compared_with_those_there(planner: Actor, project: Project) -> None:
    at = factories.organisation("Buurthuis")
    known = factories.person("Dijkstra", first_name="Marieke", at=at)
    search()
    later = factories.person("Dijstra", first_name="Marieke", at=at)

    search()

    assert found() == [(known.id, later.id)]


def test_a_pair_that_is_no_longer_likely_goes(
    planner: Actor, project: Project, two: tuple[int, int]
) -> None:
    search()
    other = session().get_one(Person, two[1])
    details = PersonDetails(NameParts(first_name="Kim", surname="Bos"), ("kim@bos.example",))

    persons.edit_person(planner, other, details=details, revision=other.revision)
    search()

    assert found() == []


def test_two_who_were_told_apart_stay_so_and_can_be_doubted_again(
    planner: Actor, two: tuple[int, int]
) -> None:
    search()
    pair = session().scalars(select(LikelyPair)).one()

    duplicates.tell_apart(planner, pair)
    with unit_of_work(planner, "tests.note"):
        session().get_one(Person, two[0]).first_name = "Johan"
    search()

    assert found() == []
    assert session().scalars(select(LikelyPair.state)).all() == [PairState.NOT_THE_SAME]
    duplicates.doubt_again(planner, session().scalars(select(LikelyPair)).one())
    assert found() == [two]


def test_a_pair_goes_with_either_of_them(planner: Actor, two: tuple[int, int]) -> None:
    search()

    persons.remove_person(planner, session().get_one(Person, two[0]))

    assert found() == []
    assert session().scalars(select(LikenessKey.subject_id).distinct()).all() == [two[1]]


def test_a_block_that_is_too_large_is_left_out_and_counted(
    planner: Actor, project: Project
) -> None:
    add_persons_in_bulk(planner, project, new=[new("Jan", "Jansen") for _ in range(51)])

    search()

    assert found() == []
    assert queries.crowded_blocks(Kind.PERSON) == 1
    assert not queries.is_waiting(Kind.PERSON)


def test_those_from_before_get_their_blocks(planner: Actor, two: tuple[int, int]) -> None:
    with unit_of_work(planner, "tests.forget"):
        duplicates._forget(Kind.PERSON, two)

    jobs.fill_likeness({})
    search()

    assert found() == [two]


def test_organisations_are_compared_too(project: Project) -> None:
    one = factories.organisation("Stichting De Schakel")
    other = factories.organisation("De Schakel")

    search()

    assert found(Kind.ORGANISATION) == [(one.id, other.id)]


def test_comparing_one_more_takes_the_same_number_of_statements(
    app: Flask, planner: Actor, project: Project
) -> None:
    taken = []
    for size in (5, 60):
        people = [new(f"A{size}{number}", f"Familie{size}{number}") for number in range(size)]
        add_persons_in_bulk(planner, project, new=people)
        search()
        add_persons_in_bulk(planner, project, new=[new("Jan", f"Vries{size}")])
        with counted(app) as sent:
            duplicates.find_pairs(planner, project, kind=Kind.PERSON)
        taken.append(len(sent))

    assert taken[0] == taken[1]


def test_the_list_shows_a_pair_and_takes_not_the_same(
    enter: Enter, project: Project, two: tuple[int, int]
) -> None:
    search()
    pair = session().scalars(select(LikelyPair)).one()
    leader, base = enter(Role.LEADER), f"/projects/{project.slug}/duplicates"

    page = leader.get(f"{base}?least=70").text
    answer = leader.post(f"{base}/{pair.id}/apart", data={"least": "70"})

    assert "same e-mail address" in page
    assert page.count("Vries") >= 2
    assert answer.location.endswith("/duplicates?least=70")
    assert "not the same" in leader.get(answer.location).text
    assert "Put back on the list" in leader.get(f"{base}?state=not_the_same").text
    assert 'value="not_the_same"' in leader.get(base).text


@pytest.mark.parametrize("query", ["why=same_email", "why=same_phone", "least=99", "kind=nonsense"])
def test_filters_narrow_the_list_and_the_file_alike(
    enter: Enter, project: Project, two: tuple[int, int], query: str
) -> None:
    search()
    leader, base = enter(Role.LEADER), f"/projects/{project.slug}/duplicates"
    is_left = query in {"why=same_email", "kind=nonsense"}

    assert ("Vries" in leader.get(f"{base}?{query}").text) is is_left
    assert ("Vries" in leader.get(f"{base}.csv?{query}").text) is is_left


def test_a_reviewer_does_not_see_the_list(enter: Enter, project: Project) -> None:
    reviewer: FlaskClient = enter(Role.REVIEWER)

    assert reviewer.get(f"/projects/{project.slug}/duplicates").status_code == 403
