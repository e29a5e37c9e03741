"""Persons as they are added, edited and removed, one by one and in bulk."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.core import search
from crm.core.audit import AuditEntry, broken_entry
from crm.core.db import session, unit_of_work
from crm.core.errors import StaleRecord
from crm.core.permissions import Actor, system
from crm.initiatives.models import Involvement
from crm.projects.models import Project
from crm.stakeholders.models import Helix, NameMissing, Person, ReasonMissing
from crm.stakeholders.queries import persons as queries
from crm.stakeholders.services import persons as services
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.organisations import HelixMissing, OrganisationUnknown
from crm.stakeholders.services.persons import (
    LanguageUnknown,
    NewPerson,
    PersonDetails,
    free_pseudonyms,
)
from crm.stakeholders.values.addresses import NotAnEmail
from crm.stakeholders.values.names import NameParts, NameUse
from tests import factories

VEEN = NameParts(first_name="Jolanda", prefix="van der", surname="Veen")


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def veen(planner: Actor, project: Project) -> Person:
    details = PersonDetails(VEEN, ("J@Veen.example",), ("0612345678",), tags=("Sport", "jeugd"))
    return services.add_person(planner, project, new=NewPerson(details))


def everybody() -> list[Person]:
    return list(session().scalars(select(Person)))


def test_a_person_is_put_in_order_and_compared_by_folded_names(veen: Person) -> None:
    assert veen.sort_key.startswith("veen")
    assert veen.name_key == "jolanda van der veen"


def test_a_person_needs_something_to_be_called_by(planner: Actor, project: Project) -> None:
    with pytest.raises(NameMissing):
        services.add_person(planner, project, new=NewPerson(PersonDetails(NameParts())))


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        (PersonDetails(VEEN, ("goed@veen.example", "fout")), NotAnEmail),
        (PersonDetails(VEEN, language="Nederlands"), LanguageUnknown),
    ],
)
def test_what_cannot_be_used_adds_nobody(
    planner: Actor, project: Project, details: PersonDetails, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        services.add_person(planner, project, new=NewPerson(details))

    assert everybody() == []


def test_addresses_numbers_and_tags_are_each_kept_once(planner: Actor, veen: Person) -> None:
    details = PersonDetails(
        VEEN,
        ("j@veen.example", "J@VEEN.example", " ", "tweede@veen.example"),
        ("06 12 34 56 78", "+31612345678", "toestel 12"),
        tags=("sport", "SPORT ", "Müller", "muller"),
    )

    services.edit_person(planner, veen, details=details, revision=veen.revision)

    found = queries.person(veen.id)
    assert [one.address for one in found.emails] == ["j@veen.example", "tweede@veen.example"]
    assert [(one.number, one.raw) for one in found.phones] == [
        ("+31612345678", "0612345678"),
        ("", "toestel 12"),
    ]
    assert sorted(one.word for one in found.tags) == ["Müller", "Sport"]


def test_the_second_of_two_editors_is_refused_where_only_tags_changed(
    planner: Actor, veen: Person
) -> None:
    seen = veen.revision
    tagged = PersonDetails(VEEN, ("j@veen.example",), ("0612345678",), tags=("nieuw",))
    services.edit_person(planner, veen, details=tagged, revision=seen)

    with pytest.raises(StaleRecord):
        services.edit_person(planner, veen, details=PersonDetails(VEEN), revision=seen)

    assert [one.word for one in queries.person(veen.id).tags] == ["nieuw"]


def test_another_name_use_changes_the_order(planner: Actor, veen: Person) -> None:
    name = NameParts(surname="Veen", partner_surname="Aalders", name_use=NameUse.PARTNER)

    services.edit_person(planner, veen, details=PersonDetails(name), revision=veen.revision)

    assert veen.sort_key.startswith("aalders")
    assert search.found("person", "aalders") == [veen.id]
    assert search.found("person", "jolanda") == []


def test_removing_takes_along_and_notes_whatever_refers(
    planner: Actor, veen: Person, project: Project, opened: Session
) -> None:
    garden = factories.initiative(planner, project)
    with unit_of_work(planner, "tests.involvement"):
        involved = Involvement(initiative_id=garden.id, person_id=veen.id)
        session().add(involved)
    # What only says more of the person is no loss of its own.
    factories.objection(veen)

    gone = {("person", veen.id), ("involvement", involved.id)}
    assert queries.rows_that_refer(veen) == 1
    services.remove_person(planner, veen, reason="vraag van betrokkene")

    assert session().scalar(select(func.count()).select_from(Involvement)) == 0
    entries = opened.scalars(select(AuditEntry).where(AuditEntry.operation == "remove")).all()
    noted = {(entry.table, entry.row_id) for entry in entries}
    assert gone <= noted
    assert {entry.reason for entry in entries} == {"vraag van betrokkene"}
    assert search.found("person", "veen") == []
    assert broken_entry(project.id) is None


def test_pseudonyms_are_free_and_derived_from_nothing(planner: Actor, project: Project) -> None:
    new = [NewPerson(PersonDetails(NameParts(surname=f"Proef{n}"))) for n in range(150)]
    ids = add_persons_in_bulk(planner, project, new=new)

    numbers = [queries.person(one).pseudonym for one in ids]
    with unit_of_work(planner, "tests.draw"):
        more = free_pseudonyms(100)

    assert len(set(numbers)) == 150
    assert max(numbers) <= 450
    assert numbers != sorted(numbers)
    assert len(set(more)) == 100
    assert not set(more) & set(numbers)


def test_a_small_project_has_numbers_up_to_two_hundred(project: Project) -> None:
    with unit_of_work(system(project.id), "tests.draw"):
        drawn = free_pseudonyms(66)

    assert sorted(drawn) != list(range(1, 67))
    assert max(drawn) <= 200


def test_bulk_gives_what_adding_one_by_one_gives(planner: Actor, project: Project) -> None:
    role = AffiliationDetails(
        organisation="Actium", make_organisation=True, role="adviseur", helix=Helix.BUSINESS
    )
    chair = AffiliationDetails(role="voorzitter", is_main=True)
    new = NewPerson(
        PersonDetails(VEEN, ("j@veen.example",), ("0612345678",), area="Pittelo", tags=("sport",)),
        (role, chair),
    )
    alone = queries.person(services.add_person(planner, project, new=new).id)
    (key,) = add_persons_in_bulk(planner, project, new=[new])

    many = queries.person(key)

    assert values_of(many) == values_of(alone)
    assert search.found("person", "veen actium pitt sport") == [alone.id, many.id]
    assert broken_entry(project.id) is None


@pytest.mark.parametrize(
    ("role", "refusal"),
    [
        (AffiliationDetails(organisation="Nergens"), OrganisationUnknown),
        (AffiliationDetails(organisation="Nergens", make_organisation=True), HelixMissing),
        (AffiliationDetails(helix=Helix.RESEARCH), ReasonMissing),
    ],
)
def test_one_refusal_stops_all_of_a_bulk(
    planner: Actor, project: Project, role: AffiliationDetails, refusal: type[Exception]
) -> None:
    good, bad = NewPerson(PersonDetails(VEEN)), NewPerson(PersonDetails(VEEN), (role,))

    with pytest.raises(refusal):
        add_persons_in_bulk(planner, project, new=[good, bad])

    assert everybody() == []
    with pytest.raises(refusal):
        services.add_person(planner, project, new=bad)
    assert everybody() == []


def values_of(person: Person) -> dict[str, object]:
    kept = {column.key: getattr(person, column.key) for column in Person.__mapper__.column_attrs}
    for own in ("id", "pseudonym", "created_at"):
        kept.pop(own)
    roles = [
        (one.organisation_id, one.role, one.helix, one.helix_reason, one.is_main)
        for one in sorted(person.affiliations, key=lambda one: one.role)
    ]
    emails = [(one.address, one.address_key, one.position) for one in person.emails]
    numbers = [(one.number, one.raw, one.position) for one in person.phones]
    tags = [(one.word, one.word_key) for one in person.tags]
    return {**kept, "roles": roles, "emails": emails, "phones": numbers, "tags": tags}
