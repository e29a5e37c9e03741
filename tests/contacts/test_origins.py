"""Where values came from: file, row and day stay with each of them until it changes."""

from flask.testing import FlaskClient
from sqlalchemy import select

from crm.contacts.models import PersonOrigin
from crm.contacts.queries.imports import sources_of_organisation, sources_of_person
from crm.contacts.rules.choices import Choice, Decisions, Reason
from crm.contacts.services import imports
from crm.core.db import session
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.services.persons import set_tags
from tests.contacts.lists import begun, imported
from tests.pages import Enter

FIRST = (
    "Voornaam;Achternaam;Organisatie;Functie;E-mail;Wijk;Plaats;Helix;Trefwoorden\n"
    ";;Café Oost;;;;;bedrijven;horeca\n"
    "Ada;Vos;Café Oost;kok;ada@kring.example;Lariks;ASSEN;bedrijven;buurt\n"
)
SECOND = "Voornaam;Achternaam;E-mail;Wijk;Telefoon\nAda;Vos;ada@kring.example;Marsdijk;0612345678\n"


def ada() -> Person:
    session().expire_all()
    return session().scalars(select(Person).where(Person.first_name == "Ada")).one()


def told(person: Person) -> list[tuple[int, list[Field]]]:
    return [
        (source.row, [field for field, _value in source.values])
        for source in sources_of_person(person)
    ]


def test_each_value_tells_its_row_until_it_changes(project: Project) -> None:
    imported(project, FIRST)
    everything = [
        Field.FIRST_NAME, Field.SURNAME, Field.ORGANISATION, Field.ROLE, Field.EMAIL, Field.AREA,
        Field.TAGS,
    ]  # fmt: skip
    assert told(ada()) == [(3, everything)]

    set_tags(system(project.id), ada(), words=["anders"])
    made = begun(project, SECOND)
    imports.decide(system(project.id), made, decisions=Decisions({Reason.EMAIL: Choice.OVERWRITE}))
    imports.carry_out(system(project.id), made, project=project)

    assert told(ada()) == [
        (2, [Field.PHONE, Field.AREA]),
        (3, [one for one in everything if one not in {Field.AREA, Field.TAGS}]),
    ]


def test_an_organisation_tells_it_too(project: Project) -> None:
    imported(project, FIRST)

    cafe = session().scalars(select(Organisation)).one()

    assert [(source.row, list(source.values)) for source in sources_of_organisation(cafe)] == [
        (2, [(Field.ORGANISATION, "")]),
        (3, [(Field.TOWN, "")]),
    ]


def test_what_is_kept_of_a_value_is_not_the_value(project: Project) -> None:
    imported(project, FIRST)

    kept = session().scalars(select(PersonOrigin.given)).one()

    assert "ada" not in kept.lower()
    assert "vos" not in kept.lower()


def test_the_page_of_a_person_says_where_values_came_from(enter: Enter, project: Project) -> None:
    imported(project, FIRST)
    address = f"/projects/{project.slug}/persons/{ada().id}"
    planner: FlaskClient = enter(Role.PLANNER)

    page = planner.get(address).text
    cards = [page.index(words) for words in ("May we write?", "In the network", "From lijst.csv, ")]
    assert cards == sorted(cards)
    assert "From lijst.csv, row 3, on " in page
    assert "goes along" not in planner.get(f"{address}/remove").text
    assert "lijst.csv" not in enter(Role.REVIEWER).get(address).text
