"""Persons as their pages show them: to leaders, planners, reviewers and strangers."""

import re

import pytest
from flask.testing import FlaskClient

from crm.core.permissions import Actor, Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries import persons as queries
from crm.stakeholders.services import affiliations, persons
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from tests.pages import Enter

HOSTILE = "<script>alert(1)</script> \"'><a href=x>"
TYPED = {
    "first_name": "Jolanda", "prefix": "van der", "surname": "Veen", "name_use": "own",
    "form_of_address": "madam", "language": "nl", "emails-0": "j@veen.example", "emails-1": "",
    "phones-0": "06 12345678", "area": "Pittelo", "tags": "sport, Jeugd", "note": "belt graag",
    "helix": "",
}  # fmt: skip


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons"


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def leader(enter: Enter) -> FlaskClient:
    return enter(Role.LEADER)


@pytest.fixture
def resident(planner: Actor, project: Project) -> Person:
    name = NameParts(first_name="Geheimina", surname="Verborgen")
    details = PersonDetails(
        name, ("g@verborgen.example",), ("06 87654321",), tags=("buurvrouw",), note="stil"
    )
    roles = (AffiliationDetails(role="buurvrouw van Kees"),)
    return persons.add_person(planner, project, new=NewPerson(details, roles))


def by_address(page: str) -> list[str]:
    return re.findall(r'href="([^"]*/persons/\d+)"', page)


def test_a_person_is_added_with_a_first_role(leader: FlaskClient, base: str) -> None:
    role = {"organisation": "Buurthuis", "make_organisation": "y", "helix": "business"}

    answer = leader.post(f"{base}/new", data={**TYPED, **role, "role": "beheerder"})

    assert answer.status_code == 303
    page = leader.get(answer.location).text
    shown = (
        "Jolanda van der Veen", "Buurthuis", "beheerder", "Pittelo", "06 12345678", "sport",
        "j@veen.example", "Geachte mevrouw Van der Veen", "belt graag",
    )  # fmt: skip
    assert [text for text in shown if text not in page] == []


def test_a_refused_form_keeps_what_was_typed(leader: FlaskClient, base: str) -> None:
    nameless = {**TYPED, "first_name": "", "surname": "", "emails-1": "no address"}

    answer = leader.post(f"{base}/new", data=nameless)

    assert answer.status_code == 400
    assert "Fill in a first name, initials or a surname." in answer.text
    assert 'value="no address"' in answer.text


def test_an_address_that_is_none_is_named(leader: FlaskClient, base: str) -> None:
    answer = leader.post(f"{base}/new", data={**TYPED, "emails-1": "no address"})

    assert answer.status_code == 400
    assert "“no address” is not an e-mail address." in answer.text


def test_hidden_signs_do_not_come_in(leader: FlaskClient, base: str) -> None:
    typed = {**TYPED, "surname": "Ve\u202een\x00", "emails-0": "j\u200b@veen.example"}

    page = leader.get(leader.post(f"{base}/new", data=typed).location).text

    assert "Jolanda van der Veen" in page
    assert ">j@veen.example<" in page


def test_the_second_to_save_sees_both_texts(
    leader: FlaskClient, base: str, resident: Person
) -> None:
    address = f"{base}/{resident.id}/edit"
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', leader.get(address).text)
    assert revision is not None
    first = {**TYPED, "revision": revision[1], "emails-0": "eerste@veen.example"}
    second = {**TYPED, "revision": revision[1], "emails-0": "tweede@veen.example"}

    assert leader.post(address, data=first).status_code == 303
    answer = leader.post(address, data=second)

    assert answer.status_code == 409
    assert "eerste@veen.example" in answer.text
    assert "tweede@veen.example" in answer.text
    latest = re.search(r'name="revision"[^>]*value="(\d+)"', answer.text)
    assert latest is not None
    assert leader.post(address, data={**second, "revision": latest[1]}).status_code == 303


def test_a_role_is_added_ended_made_main_and_removed(
    leader: FlaskClient, base: str, resident: Person, opened: object
) -> None:
    own = f"{base}/{resident.id}"
    typed = {"organisation": "UBO", "make_organisation": "y", "helix": "research", "role": "lector"}

    assert leader.post(f"{own}/roles/new", data=typed).status_code == 303
    roles = re.findall(r"/roles/(\d+)/edit", leader.get(own).text)
    assert len(roles) == 2
    assert leader.post(f"{own}/roles/{roles[1]}/main").status_code == 303
    assert leader.post(f"{own}/roles/{roles[0]}/remove").status_code == 303
    assert leader.post(f"{own}/roles/{roles[1]}/end").status_code == 303

    page = leader.get(own).text
    assert "lector" in page
    assert "buurvrouw van Kees" not in page
    assert "End today" not in page


def test_the_main_role_is_not_removed_while_there_are_others(
    leader: FlaskClient, base: str, resident: Person, planner: Actor
) -> None:
    main = resident.affiliations[0].id
    affiliations.add_affiliation(planner, resident, details=AffiliationDetails(role="ouder"))

    answer = leader.post(f"{base}/{resident.id}/roles/{main}/remove")

    assert answer.status_code == 409
    assert "Make another role the main one first." in answer.text


def test_an_organisation_that_is_unknown_is_made_only_when_asked(
    leader: FlaskClient, base: str, resident: Person
) -> None:
    typed = {"organisation": "Nergens", "helix": "business", "role": "lid"}

    answer = leader.post(f"{base}/{resident.id}/roles/new", data=typed)

    assert answer.status_code == 400
    assert "No organisation has this name" in answer.text
    assert "make_organisation" in answer.text


def test_a_person_is_removed_after_a_question(
    leader: FlaskClient, base: str, resident: Person
) -> None:
    assert "This cannot be undone" in leader.get(f"{base}/{resident.id}/remove").text

    assert leader.post(f"{base}/{resident.id}/remove").status_code == 303

    assert leader.get(f"{base}/{resident.id}").status_code == 404
    assert by_address(leader.get(f"{base}?q=verborgen").text) == []


def test_names_reach_every_page_as_text(
    leader: FlaskClient, base: str, planner: Actor, project: Project
) -> None:
    details = PersonDetails(
        NameParts(first_name=HOSTILE, surname=HOSTILE), area=HOSTILE, tags=(HOSTILE,), note=HOSTILE
    )
    role = AffiliationDetails(
        HOSTILE, make_organisation=True, role=HOSTILE, helix=Helix.BUSINESS, helix_reason=HOSTILE
    )
    person = persons.add_person(planner, project, new=NewPerson(details, (role,)))
    one = f"{base}/{person.id}"
    roles = f"{one}/roles/{person.affiliations[0].id}"

    for address in (base, one, f"{one}/edit", f"{one}/remove", f"{roles}/edit", f"{roles}/remove"):
        page = leader.get(address).text
        assert "<script>alert" not in page, address
        assert "<a href=x>" not in page, address
        assert "&lt;script&gt;alert(1)" in page, address


def test_ids_of_another_project_are_not_there(leader: FlaskClient, base: str) -> None:
    assert leader.get(f"{base}/99").status_code == 404
    assert leader.get(f"{base}/{2**70}").status_code == 404
    assert leader.get(f"{base}?organisation=99").status_code == 404
    assert leader.get(f"{base}?area=x&helix=nothing&page=-1&private=x").status_code == 200


def test_a_reviewer_reads_and_changes_nothing(enter: Enter, base: str, resident: Person) -> None:
    reviewer = enter(Role.REVIEWER)
    one = f"{base}/{resident.id}"

    for address in (f"{base}/new", f"{one}/edit", f"{one}/remove", f"{one}/roles/new"):
        assert reviewer.get(address).status_code == 403
        assert reviewer.post(address, data=TYPED).status_code == 403
    assert "/new" not in reviewer.get(base).text
    assert "/edit" not in reviewer.get(one).text


def test_a_reviewer_meets_a_private_person_under_a_number(
    enter: Enter, base: str, resident: Person
) -> None:
    reviewer = enter(Role.REVIEWER)

    for address in (base, f"{base}/{resident.id}", f"{base}/export.csv"):
        page = reviewer.get(address).text
        assert f"Resident {resident.pseudonym}" in page
        for secret in ("Geheimina", "Verborgen", "8765", "buurvrouw", "stil"):
            assert secret not in page, address


def test_a_reviewer_gets_no_address_of_anybody(
    enter: Enter, base: str, planner: Actor, project: Project
) -> None:
    details = PersonDetails(
        NameParts(surname="Wethouder"), ("w@stad.example",), ("0592 366911",), note="vertrouwelijk"
    )
    role = AffiliationDetails("Stad", make_organisation=True, helix=Helix.GOVERNMENT)
    person = persons.add_person(planner, project, new=NewPerson(details, (role,)))
    reviewer = enter(Role.REVIEWER)

    for address in (base, f"{base}/{person.id}", f"{base}/export.csv"):
        page = reviewer.get(address).text
        assert "Wethouder" in page
        for secret in ("w@stad.example", "366911", "vertrouwelijk"):
            assert secret not in page, address
    assert by_address(reviewer.get(f"{base}?q=w stad example").text) == []


def test_an_empty_list_teaches_the_first_step(leader: FlaskClient, base: str) -> None:
    page = leader.get(base).text

    assert "Nobody yet" in page
    assert f'href="{base}/new"' in page


def test_a_person_of_the_project_in_scope_is_found(resident: Person) -> None:
    assert queries.person(resident.id) is resident


def test_a_person_reads_a_language_that_kring_does_not_speak(
    leader: FlaskClient, base: str
) -> None:
    form = leader.get(f"{base}/new").text

    answer = leader.post(f"{base}/new", data={**TYPED, "language": "de"})

    assert ">Deutsch</option>" in form
    assert 'selected value="de"' in leader.get(f"{answer.location}/edit").text
