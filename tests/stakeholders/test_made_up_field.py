"""A field is declared once: by that alone it stands wherever fields of persons stand."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, fields, references
from crm.core.conditions import Audience
from crm.core.db import Audited, Base, Database, ProjectScoped, session
from crm.core.db import models as tables_of
from crm.core.db.engine import WRITING
from crm.core.fields import Column, Field, Values, Where
from crm.core.permissions import Role, system
from crm.core.undo import Step
from crm.core.undo import kinds as told
from crm.messages.queries.own_pages import kept_about
from crm.messages.views.details_words import readable
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from crm.steps.services import take_back
from tests import factories
from tests.contacts.lists import exported
from tests.pages import Enter
from tests.statements import counted

EVERYWHERE = Where.FORM | Where.LIST | Where.FILE | Where.FILTER | Where.BULK | Where.SEARCH


def forget() -> None:
    """Let everything that was worked out of the tables be worked out anew."""
    ours = [module for name, module in sys.modules.items() if name.startswith("crm.")]
    for known in {id(one): one for module in ours for one in vars(module).values()}.values():
        if isinstance(known, _lru_cache_wrapper):
            known.cache_clear()


@pytest.fixture(scope="module")
def models() -> Iterator[tuple[type[Base], type[Base]]]:
    """Tables of their own, which go again: other tests know nothing of them."""

    class Hobby(Base, ProjectScoped, Audited):
        __tablename__ = "hobby"
        __table_args__ = (UniqueConstraint("person_id"),)

        person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
        value: Mapped[str]
        key: Mapped[str]

    class Motto(Base, ProjectScoped, Audited):
        __tablename__ = "motto"
        __table_args__ = (UniqueConstraint("organisation_id"),)

        organisation_id: Mapped[int] = mapped_column(
            ForeignKey("organisation.id", ondelete="CASCADE")
        )
        value: Mapped[str]
        key: Mapped[str]

    forget()
    yield Hobby, Motto
    for model in (Hobby, Motto):
        table: Any = model.__table__
        manager = model.__mapper__.class_manager
        Base.registry._dispose_manager_and_mapper(manager)
        Base.registry._managers.pop(manager)
        Base.metadata.remove(table)
        tables_of._models.pop(table.name, None)
    forget()
    assert not {mapper.class_ for mapper in Base.registry.mappers} & {Hobby, Motto}


@pytest.fixture(autouse=True)
def tables(app: Flask, models: tuple[type[Base], type[Base]]) -> None:
    database: Database = app.extensions["kring_database"]
    with database.engine.connect().execution_options(**{WRITING: True}) as connection:
        for model in models:
            table: Any = model.__table__
            table.create(connection)
        connection.commit()


@contextmanager
def declared(model: type[Base], key: str, label: Any, audience: Audience) -> Iterator[Field]:
    """Declare a field, and nothing else."""
    owner, table = key.partition(".")[0], model.__tablename__
    store = Values(model, f"{owner}_id")
    field = Field(key, label, fields.text(), store, EVERYWHERE, audience)
    fields.register([field])
    yield field
    # Nobody takes a declaration back but a test.
    del fields._declared[key], fields._searched[owner][model]
    del references._references[table, f"{owner}_id"], told._told[table]


@pytest.fixture
def hobby(models: tuple[type[Base], type[Base]]) -> Iterator[Field]:
    with declared(models[0], "person.hobby", "Liefhebberij", Audience.NAMED) as made:
        yield made


@pytest.fixture
def motto(models: tuple[type[Base], type[Base]]) -> Iterator[Field]:
    with declared(models[1], "organisation.motto", "Lijfspreuk", Audience.NOBODY) as made:
        yield made


@pytest.fixture
def planner(hobby: Field, enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons"


def held(field: Field, *records: Any) -> list[str]:
    session().rollback()
    session().expire_all()
    values = field.store.values(records, clock.today())
    return [values[record.id] for record in records]


def given(client: FlaskClient, base: str, person: Person, value: str) -> None:
    """Fill the field in on the page of a person."""
    typed = {"surname": person.surname, "revision": person.revision, "hobby": value}
    more = {"language": "nl", "name_use": "own", "form_of_address": "neutral"}
    answer = client.post(f"{base}/{person.id}/edit", data={**typed, **more})
    assert answer.status_code == 303
    session().rollback()
    session().expire_all()


@pytest.fixture
def diver(planner: FlaskClient, base: str) -> Person:
    person = factories.person("Duiker", helix=Helix.BUSINESS)
    given(planner, base, person, "Diepzee duiken")
    return person


@pytest.fixture
def other(planner: FlaskClient, base: str) -> Person:
    person = factories.person("Ander", helix=Helix.BUSINESS)
    given(planner, base, person, "Schaken")
    return person


def test_it_is_asked_in_the_form(
    planner: FlaskClient, base: str, hobby: Field, diver: Person
) -> None:
    shown = planner.get(f"{base}/{diver.id}/edit").text
    made = {"surname": "Nieuw", "hobby": "Koken", "language": "nl"}
    planner.post(f"{base}/new", data={**made, "name_use": "own", "form_of_address": "neutral"})

    assert "Liefhebberij" in shown
    assert 'value="Diepzee duiken"' in shown
    session().rollback()
    new = session().scalars(select(Person).where(Person.surname == "Nieuw")).one()
    assert held(hobby, diver, new) == ["Diepzee duiken", "Koken"]


def test_it_is_a_column_of_list_and_file(
    planner: FlaskClient, base: str, project: Project, diver: Person
) -> None:
    factories.person("Zonder", helix=Helix.BUSINESS)

    listed, rows = planner.get(base).text, exported(planner, project, "persons")

    assert "<dt>Liefhebberij</dt><dd>Diepzee duiken</dd>" in planner.get(f"{base}/{diver.id}").text
    assert '<td data-label="Liefhebberij">Diepzee duiken</td>' in listed
    assert {row["Surname"]: row["Liefhebberij"] for row in rows} == {
        "Duiker": "Diepzee duiken",
        "Zonder": "",
    }


def test_many_who_come_at_once_bring_it(project: Project, hobby: Field) -> None:
    new = [
        NewPerson(PersonDetails(NameParts(surname=surname), more={"hobby": said} if said else {}))
        for surname, said in (("Een", "Roeien"), ("Twee", ""))
    ]

    ids = add_persons_in_bulk(system(project.id), project, new=new)

    assert held(hobby, *(session().get_one(Person, key) for key in ids)) == ["Roeien", ""]


def test_a_longer_list_takes_no_more_statements(
    app: Flask, planner: FlaskClient, base: str, diver: Person
) -> None:
    planner.get(base)

    def asked() -> int:
        with counted(app) as sent:
            planner.get(base)
            planner.get(f"{base}/export.csv")
        return len(sent)

    before = asked()
    for number in range(20):
        factories.person(f"Nog {number}", helix=Helix.BUSINESS)

    assert asked() == before


def test_it_narrows_the_list(planner: FlaskClient, base: str, diver: Person, other: Person) -> None:
    shown = planner.get(base).text
    narrowed = planner.get(f"{base}?hobby=diepzee-duiken").text
    others = planner.get(f"{base}?where=!hobby:diepzee-duiken").text

    assert '<option value="diepzee-duiken">Diepzee duiken</option>' in shown
    assert (diver.surname in narrowed, other.surname in narrowed) == (True, False)
    assert (diver.surname in others, other.surname in others) == (False, True)
    assert "Liefhebberij is not Diepzee duiken" in others


def test_many_get_it_at_once_and_that_is_undone(
    planner: FlaskClient, base: str, project: Project, hobby: Field, diver: Person, other: Person
) -> None:
    ticked = f"person={diver.id}&person={other.id}"
    shown = planner.get(f"{base}/selection?{ticked}").text
    planner.post(
        f"{base}/selection?{ticked}&do=set_hobby",
        data={"hobby-value": "Lezen", "hobby-expected": "2"},
    )

    assert "Change Liefhebberij" in shown
    assert held(hobby, diver, other) == ["Lezen", "Lezen"]
    step = session().scalars(select(Step).order_by(Step.id.desc())).first()
    assert step is not None
    told = planner.get(f"/projects/{project.slug}/steps/{step.id}").text
    assert "Liefhebberij" in told
    take_back(system(project.id), step)
    assert held(hobby, diver, other) == ["Diepzee duiken", "Schaken"]


@pytest.mark.parametrize(("chosen", "left"), [("kept", "Diepzee duiken"), ("gone", "Schaken")])
def test_a_merge_asks_which_is_right(
    planner: FlaskClient,
    base: str,
    hobby: Field,
    diver: Person,
    other: Person,
    *,
    chosen: str,
    left: str,
) -> None:
    shown = planner.get(f"{base}/{diver.id}/merge/{other.id}").text
    revisions = {"kept_revision": diver.revision, "gone_revision": other.revision}
    planner.post(f"{base}/{diver.id}/merge/{other.id}", data={**revisions, "hobby": chosen})

    assert "Liefhebberij" in shown
    assert held(hobby, diver) == [left]


def test_what_was_changed_since_is_told_where_a_step_is_undone(
    planner: FlaskClient, base: str, project: Project, diver: Person, other: Person
) -> None:
    both = f"person={diver.id}&person={other.id}"
    planner.post(f"{base}/selection?{both}&do=set_hobby", data={"hobby-value": "Lezen"})
    session().rollback()
    step = session().scalars(select(Step).order_by(Step.id.desc())).first()
    assert step is not None
    given(planner, base, diver, "Zwemmen")

    told = planner.get(f"/projects/{project.slug}/steps/{step.id}").text

    assert "Liefhebberij" in told
    assert "Zwemmen" in told


def test_it_is_found_by_who_may_see_it(
    planner: FlaskClient, enter: Enter, project: Project, diver: Person
) -> None:
    search = f"/projects/{project.slug}/search?q=diepzee"

    assert diver.surname in planner.get(search).text
    assert diver.surname in enter(Role.REVIEWER).get(search).text


def test_the_access_file_tells_it(app: Flask, diver: Person) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        sections = {one.heading: one.rows for one in readable(kept_about(diver))}

    assert sections["Liefhebberij"] == [[("Value", "Diepzee duiken")]]


def test_who_sees_a_pseudonym_sees_nothing_of_it(
    planner: FlaskClient, enter: Enter, base: str, project: Project, diver: Person
) -> None:
    hidden = factories.person("Stil", helix=Helix.END_USERS)
    given(planner, base, hidden, "Mediteren")
    reviewer = enter(Role.REVIEWER)

    pages = [
        reviewer.get(address).text
        for address in (
            base,
            f"{base}?hobby=mediteren",
            f"{base}?where=!hobby:mediteren",
            f"{base}/export.csv",
            f"{base}/{hidden.id}",
            f"/projects/{project.slug}/search?q=mediteren",
        )
    ]

    assert "Mediteren" in planner.get(base).text
    assert "Diepzee duiken" in pages[0]
    assert not [page for page in pages if "Mediteren" in page or "Stil" in page]
    assert "Resident" not in pages[1] + pages[2]


def test_a_field_of_organisations_stands_where_theirs_stand(
    motto: Field, enter: Enter, project: Project
) -> None:
    planner, reviewer = enter(Role.PLANNER), enter(Role.REVIEWER)
    base = f"/projects/{project.slug}/organisations"
    for name, said in (("Eerste", "Samen sterk"), ("Tweede", "Elk apart")):
        typed = {"name": name, "helix": "business", "second_helix": "", "motto": said}
        assert planner.post(f"{base}/new", data=typed).status_code == 303
    session().rollback()
    first, second = session().scalars(select(Organisation).order_by(Organisation.id))
    search = f"/projects/{project.slug}/search?q=sterk"

    listed, rows = planner.get(base).text, exported(planner, project, "organisations")
    pages = [
        reviewer.get(address).text
        for address in (base, f"{base}/export.csv", f"{base}/{first.id}", search)
    ]
    revisions = {"kept_revision": first.revision, "gone_revision": second.revision}
    page = planner.get(f"{base}/{first.id}").text
    asked = planner.get(f"{base}/{first.id}/merge/{second.id}").text
    found = planner.get(search).text
    planner.post(f"{base}/{first.id}/merge/{second.id}", data={**revisions, "motto": "gone"})

    assert "<dt>Lijfspreuk</dt><dd>Samen sterk</dd>" in page
    assert '<td data-label="Lijfspreuk">Samen sterk</td>' in listed
    assert [row["Lijfspreuk"] for row in rows] == ["Samen sterk", "Elk apart"]
    assert "Eerste" in found
    # It is of those alone who see private persons: no column, no value, no hit.
    assert not [page for page in pages if "Samen sterk" in page or "Lijfspreuk" in page]
    assert "Eerste</a>" not in pages[3]
    assert "Lijfspreuk" in asked
    assert held(motto, first) == ["Elk apart"]


def test_a_column_of_the_record_is_a_field_by_its_declaration_too(
    app: Flask, enter: Enter, project: Project, base: str
) -> None:
    label: Any = "Herkomst"
    store = Column(Person.hidden_source)
    made = Field("person.from", label, fields.text(), store, EVERYWHERE, column="from")
    fields.register([made])
    planner, person = enter(Role.PLANNER), factories.person("Duiker", helix=Helix.BUSINESS)

    typed = {"surname": "Duiker", "revision": person.revision, "language": "nl", "from": "markt"}
    answer = planner.post(
        f"{base}/{person.id}/edit",
        data={**typed, "name_use": "own", "form_of_address": "neutral"},
    )
    shown, (row,) = planner.get(base).text, exported(planner, project, "persons")
    planner.post(
        f"{base}/selection?person={person.id}&do=set_from", data={"from-value": "buurthuis"}
    )
    del fields._declared[made.key]

    assert answer.status_code == 303
    assert '<td data-label="Herkomst">markt</td>' in shown
    assert row["Herkomst"] == "markt"
    assert held(made, person) == ["buurthuis"]
