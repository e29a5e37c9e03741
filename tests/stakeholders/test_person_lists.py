"""The list of persons: its order, filters and search, and what they give away to whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.permissions import Actor, Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries import persons
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails, add_person
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.statements import counted

pytestmark = pytest.mark.both_engines("own SQL")

MOST_STATEMENTS = {Role.LEADER: 12, Role.REVIEWER: 16}
EVERYBODY = PersonFilter()
Adding = Callable[..., Person]


@pytest.fixture
def adding(project: Project) -> Adding:
    def add(
        name: str,
        helix: Helix = Helix.GOVERNMENT,
        *,
        area: str = "",
        tags: tuple[str, ...] = (),
        emails: tuple[str, ...] = (),
        roles: tuple[AffiliationDetails, ...] | None = None,
    ) -> Person:
        first, _, last = name.rpartition(" ")
        parts = NameParts(first_name=first, surname=last)
        details = PersonDetails(parts, emails, area=area, tags=tags)
        given = (AffiliationDetails(helix=helix, helix_reason="zelf"),) if roles is None else roles
        return add_person(system(project.id), project, new=NewPerson(details, given))

    return add


def reviewer(project: Project) -> Actor:
    return Actor(1, "Rie Kijkt", role=Role.REVIEWER, project_id=project.id)


def names(actor: Actor, chosen: PersonFilter = EVERYBODY) -> list[str]:
    page = persons.page_of_persons(actor, chosen, 1)
    return [person.surname for person in page.items]


def test_persons_stand_in_the_order_of_a_dutch_name_list(project: Project, adding: Adding) -> None:
    for name in ("A Zwart", "B Åkesson", "C IJzerman", "D Bakker"):
        adding(name)

    assert names(system(project.id)) == ["Åkesson", "Bakker", "IJzerman", "Zwart"]


def test_each_filter_leaves_what_it_names(project: Project, adding: Adding) -> None:
    official = adding("A Ambt", area="Pittelo", tags=("sport",))
    adding("B Zaak", Helix.BUSINESS, area="Lariks")
    adding("C Buur", Helix.END_USERS, roles=())
    planner = system(project.id)

    assert names(planner, PersonFilter(helix=Helix.BUSINESS)) == ["Zaak"]
    assert names(planner, PersonFilter(helix=Helix.END_USERS)) == ["Buur"]
    assert names(planner, PersonFilter(area_id=official.area_id)) == ["Ambt"]
    assert names(planner, PersonFilter(tag="Sport")) == ["Ambt"]
    assert names(planner, PersonFilter(private=True)) == ["Buur"]
    assert names(planner, PersonFilter(private=False)) == ["Ambt", "Zaak"]


def test_a_role_that_ended_is_no_role_of_today(project: Project, adding: Adding) -> None:
    over = AffiliationDetails(
        organisation="Stad", make_organisation=True, helix=Helix.RESEARCH, until=date(2021, 6, 30)
    )
    adding("A Vroeger", roles=(over,))
    planner = system(project.id)

    assert names(planner, PersonFilter(helix=Helix.RESEARCH)) == []
    assert names(planner, PersonFilter(helix=Helix.END_USERS)) == ["Vroeger"]
    assert names(planner, PersonFilter(private=True)) == ["Vroeger"]


def test_words_find_by_their_beginning_whatever_case_and_accent(
    project: Project, adding: Adding
) -> None:
    adding("Zoë Vries", area="Pittelo", emails=("zoe@vries.example",))
    adding("Piet Vries", area="Lariks")
    planner = system(project.id)

    assert names(planner, PersonFilter(search="VRIE pitt")) == ["Vries"]
    assert len(names(planner, PersonFilter(search="vries"))) == 2
    assert names(planner, PersonFilter(search="zoe vries example")) == ["Vries"]
    assert names(planner, PersonFilter(search="pitt", helix=Helix.BUSINESS)) == []
    for strange in ("%", "_", '"', "*", "NEAR(", "a" * 10_000, "vries' OR 1=1"):
        assert names(planner, PersonFilter(search=strange)) == []


def test_a_reviewer_gets_private_persons_behind_the_others_by_number(
    project: Project, adding: Adding
) -> None:
    private = [adding(f"A {name}", Helix.END_USERS) for name in ("Aap", "Noot", "Mies")]
    adding("B Zwart")

    shown = names(reviewer(project))

    assert shown[0] == "Zwart"
    by_number = sorted(private, key=lambda person: person.pseudonym)
    assert shown[1:] == [person.surname for person in by_number]


def test_a_reviewer_finds_private_persons_by_their_number_only(
    project: Project, adding: Adding
) -> None:
    person = adding("A Geheim", Helix.END_USERS, area="Pittelo", tags=("sport",))
    actor = reviewer(project)

    for words in ("geheim", "pittelo", "sport", "a"):
        assert names(actor, PersonFilter(search=words)) == []
    assert names(actor, PersonFilter(search=f"resident {person.pseudonym}")) == ["Geheim"]
    assert names(actor, PersonFilter(search=str(person.pseudonym))) == ["Geheim"]
    assert names(actor, PersonFilter(tag="sport")) == []
    assert persons.tags_in_use(actor) == []


def test_a_reviewer_finds_others_by_what_is_shown_of_them(project: Project, adding: Adding) -> None:
    adding("Bo Ambt", area="Pittelo", emails=("bo@stad.example",))
    actor = reviewer(project)

    assert names(actor, PersonFilter(search="ambt pitt")) == ["Ambt"]
    assert names(actor, PersonFilter(search="stad")) == []


def test_pages_of_a_reviewer_run_on_from_named_to_private(project: Project) -> None:
    private = [replace(one, roles=()) for one in many(60)]
    add_persons_in_bulk(system(project.id), project, new=[*many(60), *private])
    actor = reviewer(project)

    pages = [persons.page_of_persons(actor, PersonFilter(), number) for number in (1, 2, 3, 4)]

    seen = [person for page in pages for person in page.items]
    hidden = [person.counts_as_private(date(2026, 1, 1)) for person in seen]
    assert hidden == [False] * 60 + [True] * 60
    assert len({person.id for person in seen}) == 120
    assert [page.total for page in pages] == [120] * 4


@pytest.mark.parametrize("role", [Role.LEADER, Role.REVIEWER])
def test_a_list_costs_as_many_statements_for_1_as_for_50(
    app: Flask, project: Project, role: Role
) -> None:
    client = factories.sign_in(app.test_client(), factories.member(project, role))
    addresses = [f"/projects/{project.slug}/persons{query}" for query in ("", "?q=proef")]
    add_persons_in_bulk(system(project.id), project, new=many(1))
    few = statements_of(app, client, addresses)
    add_persons_in_bulk(system(project.id), project, new=many(49))

    many_rows = statements_of(app, client, addresses)

    # A reviewer's short list asks for those behind it as well.
    assert many_rows == few if role is Role.LEADER else many_rows <= few
    assert max(few) <= MOST_STATEMENTS[role]


def many(count: int) -> list[NewPerson]:
    role = AffiliationDetails(organisation="Stad", make_organisation=True, helix=Helix.GOVERNMENT)
    return [
        NewPerson(
            PersonDetails(NameParts(surname=f"Proef{number}"), ("p@p.example",), tags=("sport",)),
            (role,),
        )
        for number in range(count)
    ]


def statements_of(app: Flask, client: FlaskClient, addresses: list[str]) -> list[int]:
    counts = []
    for address in addresses:
        with counted(app) as statements:
            assert client.get(address).status_code == 200
        counts.append(len(statements))
    return counts


def test_a_word_and_a_filter_leave_all_of_whom_both_hold(project: Project) -> None:
    tags = [("laat",) if at == 1_004 else () for at in range(1_005)]
    new = [NewPerson(PersonDetails(NameParts(surname="Naam"), tags=one)) for one in tags]
    add_persons_in_bulk(system(project.id), project, new=new)

    found = persons.page_of_persons(system(project.id), PersonFilter(search="naam", tag="laat"), 1)

    assert found.total == 1
