"""Steps: what was done as one thing goes back as one, and what was changed since is named."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm.contacts.services.import_preview import STEP
from crm.core import audit, undo
from crm.core.db import (
    WriteOutsideCommand,
    add_many,
    change_many,
    remove_many,
    session,
    set_many,
    unit_of_work,
    unscoped,
)
from crm.core.permissions import system
from crm.core.search import found
from crm.core.undo import Decisions, Reason, Step
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Email, Organisation, Person, PersonTag
from crm.stakeholders.services.persons import name_values
from crm.stakeholders.values.names import NameParts
from crm.steps.services import take_back
from tests import factories
from tests.core.undoing import back
from tests.statements import counted

pytestmark = pytest.mark.both_engines("undo")

Dump = dict[str, list[tuple[object, ...]]]
PUT_ALL_BACK = Decisions(everything=True)


def dump() -> Dump:
    """Everything in the tables that steps here touch; revisions count on."""
    kept = {}
    for model in (Person, Organisation, Affiliation, Email, PersonTag):
        columns = [one for one in model.__table__.columns if one.name != "revision"]
        rows = session().execute(
            select(*columns).order_by(model.id), execution_options=unscoped("the test looks")
        )
        kept[model.__tablename__] = [tuple(row) for row in rows]
    return kept


def tag(person: Person, word: str) -> dict[str, object]:
    return {"person_id": person.id, "word": word, "word_key": word}


def test_every_row_gets_its_own_value_and_a_line_in_the_trail(
    app: Flask, opened: Session, project: Project
) -> None:
    people = [factories.person(f"P{n}", email=f"p{n}@kring.example") for n in range(3)]
    values = {one.id: {"note": f"nr. {one.id} 🌳"} for one in people[:2]}
    values[people[0].id]["surname"] = "Zeldzaam"

    with counted(app) as sent, unit_of_work(system(project.id), "test"):
        changed = set_many(Person, {**values, 999_999: {"note": "nobody"}})

    assert changed == [one.id for one in people[:2]]
    opened.expire_all()
    assert [one.note for one in people] == [f"nr. {one.id} 🌳" for one in people[:2]] + [""]
    assert [one.revision for one in people] == [2, 2, 1]
    assert [one.surname for one in people] == ["Zeldzaam", "P1", "P2"]
    assert len([one for one in sent if one.startswith("UPDATE person ")]) == 1
    lines = opened.scalars(audit.entries_of(project.id).limit(2)).all()
    assert [one.fields for one in reversed(lines)] == [["note", "surname"], ["note"]]


def test_nothing_is_set_outside_a_command(project: Project) -> None:
    with pytest.raises(WriteOutsideCommand):
        set_many(Person, {1: {"note": "x"}})
    with pytest.raises(WriteOutsideCommand):
        undo.begin(STEP)


def test_a_step_of_an_unknown_kind_is_refused(project: Project) -> None:
    with pytest.raises(undo.UnknownKind), unit_of_work(system(project.id), "test"):
        undo.begin("nobody.declared_this")


@pytest.fixture
def done(project: Project) -> tuple[Step, Dump, Person]:
    """A step that makes, changes and removes; what was before it; and who was changed."""
    place = factories.organisation("Wijkraad")
    old = factories.person("Oud", at=place, email="oud@kring.example")
    gone = factories.person("Weg", at=place, email="weg@kring.example")
    with unit_of_work(system(project.id), "test"):
        add_many(PersonTag, [tag(gone, "sport")])
    before = dump()
    with unit_of_work(system(project.id), "test"):
        step = undo.begin(STEP, about={"new": 1, "changed": 1, "import_id": 0})
        old.surname, old.note = "Nieuw", "gezien"
        change_many(Email, Email.person_id == gone.id, {"person_id": old.id, "position": 1})
        remove_many(Person, Person.id == gone.id)
        add_many(PersonTag, [tag(old, "buurt")])
    return step, before, old


def test_a_step_goes_back_whole_and_comes_back_whole(
    opened: Session, project: Project, done: tuple[Step, Dump, Person]
) -> None:
    step, before, old = done
    after = dump()
    assert not found("person", "weg")[:-1]

    undoing = back(step)

    opened.expire_all()
    assert dump() == before
    assert len(found("person", "weg@kring.example")) == 1
    assert found("person", "sport") == found("person", "weg")
    assert found("person", "oud") == [old.id]

    back(undoing)

    assert dump() == after
    assert step.undone_at is None
    back(step)
    assert dump() == before
    assert audit.broken_entry(project.id) is None


def test_a_step_is_undone_once(project: Project, done: tuple[Step, Dump, Person]) -> None:
    back(done[0])

    with pytest.raises(undo.AlreadyUndone):
        take_back(system(project.id), done[0])


def test_what_was_changed_since_is_named_and_stays(
    opened: Session, project: Project, done: tuple[Step, Dump, Person]
) -> None:
    step, _before, old = done
    with unit_of_work(system(project.id), "test"):
        opened.get_one(Person, old.id).note = "anders"

    conflicts = undo.plan(step).conflicts

    assert [(one.decision, one.reason, one.before, one.step, one.now) for one in conflicts] == [
        (f"person.{old.id}.note", Reason.CHANGED, "", "gezien", "anders")
    ]
    undoing = back(step)
    opened.expire_all()
    assert (old.surname, old.note) == ("Oud", "anders")
    back(undoing)
    back(step, Decisions([f"person.{old.id}.note"]))
    opened.expire_all()
    assert old.note == ""


@pytest.fixture
def made(project: Project) -> tuple[Step, Dump, list[int]]:
    """A step that makes two persons with a role in a new organisation."""
    before = dump()
    with unit_of_work(system(project.id), "test"):
        step = undo.begin(STEP)
        place = factories.organisation("Buurthuis")
        people = [
            factories.person(name, at=place, email=f"{name}@kring.example")
            for name in ("een", "twee")
        ]
        session().flush()
        ids = [one.id for one in people]
    return step, before, ids


def test_a_new_record_that_others_refer_to_since_stays_with_what_it_is_made_of(
    opened: Session, project: Project, made: tuple[Step, Dump, list[int]]
) -> None:
    step, before, (one, two) = made
    with unit_of_work(system(project.id), "test"):
        add_many(PersonTag, [tag(opened.get_one(Person, one), "bestuur")])

    conflicts = undo.plan(step).conflicts

    assert [(c.decision, c.reason, c.referring, c.count) for c in conflicts] == [
        (f"person.{one}", Reason.REFERRED, "person_tag", 1)
    ]
    undoing = back(step)
    opened.expire_all()
    kept = opened.get_one(Person, one)
    assert [role.organisation.name for role in kept.affiliations if role.organisation] == [
        "Buurthuis"
    ]
    assert len(kept.emails) == 1
    assert opened.get(Person, two) is None
    back(undoing)
    back(step, PUT_ALL_BACK)
    assert dump() == before


def test_a_part_that_was_changed_is_decided_with_its_person(
    opened: Session, project: Project, made: tuple[Step, Dump, list[int]]
) -> None:
    step, before, (one, _two) = made
    with unit_of_work(system(project.id), "test"):
        change_many(Email, Email.person_id == one, {"address": "x@kring.example"})

    (conflict,) = undo.plan(step).conflicts

    assert (conflict.decision, conflict.record.table, conflict.field) == (
        f"person.{one}", "email", "address",
    )  # fmt: skip
    back(step, Decisions([f"person.{one}"]))
    assert dump() == before


def test_records_that_are_gone_are_named_or_need_nothing(
    opened: Session, project: Project, done: tuple[Step, Dump, Person]
) -> None:
    step, _before, old = done
    with unit_of_work(system(project.id), "test"):
        remove_many(Person, Person.id == old.id)

    conflicts = undo.plan(step).conflicts

    assert {(one.record.table, one.reason, one.can_go_back) for one in conflicts} == {
        ("person", Reason.GONE, False),
        ("email", Reason.GONE, False),
    }
    back(step, PUT_ALL_BACK)
    assert opened.scalars(select(Person.surname)).all() == ["Weg"]


def test_what_has_to_be_unique_and_is_taken_is_named(
    opened: Session, project: Project, done: tuple[Step, Dump, Person]
) -> None:
    step = done[0]
    other = factories.person("Ander")
    restores = undo.plan(step).restores
    (values,) = [row for key, row in restores.items() if key.table == "person"]
    with unit_of_work(system(project.id), "test"):
        set_many(Person, {other.id: {"pseudonym": values["pseudonym"]}})

    reasons = {(one.record.table, one.reason) for one in undo.plan(step).conflicts}

    assert reasons == {
        ("person", Reason.TAKEN),
        ("affiliation", Reason.LACKING),
        ("person_tag", Reason.LACKING),
        ("email", Reason.LACKING),
    }
    back(step, PUT_ALL_BACK)
    assert audit.broken_entry(project.id) is None


def test_erased_values_do_not_come_back(
    opened: Session, project: Project, done: tuple[Step, Dump, Person]
) -> None:
    step, _before, old = done
    with unit_of_work(system(project.id), "test"):
        opened.execute(delete(audit.AuditValue))

    reasons = {one.reason for one in undo.plan(step).conflicts}

    assert Reason.ERASED in reasons
    with pytest.raises(undo.NothingGoesBack):
        back(step)
    opened.expire_all()
    assert old.surname == "Nieuw"


def rename(person: Person, parts: NameParts) -> None:
    for column, value in name_values(parts).items():
        setattr(person, column, value)


def test_a_name_put_back_in_part_is_filed_as_it_now_is(opened: Session, project: Project) -> None:
    person = factories.person("Oud")
    with unit_of_work(system(project.id), "test"):
        step = undo.begin(STEP, about={"new": 0, "changed": 1, "import_id": 0})
        rename(person, replace(person.name_parts, surname="Nieuw"))
    with unit_of_work(system(project.id), "test"):
        rename(person, replace(person.name_parts, first_name="Later"))

    back(step, PUT_ALL_BACK)

    opened.expire_all()
    filed = name_values(person.name_parts)
    assert (person.first_name, person.surname) == ("Later", "Oud")
    assert (person.sort_key, person.name_key) == (filed["sort_key"], filed["name_key"])
