"""The trail holds every change, survives erasure, and shows any tampering."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crm.core import audit
from crm.core.audit import AuditEntry, AuditValue
from crm.core.db import change_many, remove_many, take, unit_of_work, unscoped
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories

pytestmark = pytest.mark.both_engines("locks")

OPTIONS = unscoped("the test looks at the trail")


def trail(opened: Session, project: Project) -> list[AuditEntry]:
    return list(opened.scalars(audit.entries_of(project.id), execution_options=OPTIONS))


def last_value(opened: Session) -> AuditValue:
    return opened.scalars(select(AuditValue).order_by(AuditValue.id.desc()).limit(1)).one()


def test_a_change_keeps_old_and_new_even_of_an_expired_record(
    opened: Session, project: Project
) -> None:
    somebody = factories.person("Oud")
    opened.expire(somebody)

    with unit_of_work(system(project.id), "tests.rename", reason="ze trouwde"):
        somebody.surname = "Nieuw"

    entry, value = trail(opened, project)[0], last_value(opened)
    assert (entry.action, entry.reason, entry.fields) == ("tests.rename", "ze trouwde", ["surname"])
    assert (value.old, value.new) == ({"surname": "Oud"}, {"surname": "Nieuw"})


def test_what_is_taken_out_of_its_list_is_written_as_removed(
    opened: Session, project: Project
) -> None:
    somebody = factories.person("Om", email="om@kring.example")

    with unit_of_work(system(project.id), "tests.address"):
        somebody.emails = []

    entry, value = trail(opened, project)[0], last_value(opened)
    assert (entry.table, entry.operation) == ("email", "remove")
    assert (value.old["address"], value.old["person_id"]) == ("om@kring.example", somebody.id)


def test_bulk_changes_are_written_row_by_row(opened: Session, project: Project) -> None:
    people = [factories.person(f"P{number}") for number in range(3)]
    first = people[0].id
    before = len(trail(opened, project))

    with unit_of_work(system(project.id), "tests.bulk"):
        changed = change_many(Person, Person.surname != "P0", {"note": "gezien"})
        removed = remove_many(Person, Person.id == first)

    assert (len(changed), removed) == (2, [first])
    assert len(trail(opened, project)) == before + 3
    assert audit.broken_entry(project.id) is None


def test_the_chain_still_holds_after_erasure(opened: Session, project: Project) -> None:
    factories.person("Weg", helix=Helix.END_USERS)
    entries = [entry.id for entry in trail(opened, project)]

    with unit_of_work(system(project.id), "tests.erase"):
        opened.execute(delete(AuditValue).where(AuditValue.entry_id.in_(entries)))

    assert audit.broken_entry(project.id) is None


def test_tampering_with_an_entry_is_found(opened: Session, project: Project) -> None:
    factories.person("Een")
    factories.person("Twee")
    victim = trail(opened, project)[-1]

    with unit_of_work(system(project.id), "tests.tamper"):
        opened.execute(
            update(AuditEntry).where(AuditEntry.id == victim.id).values(action="niets gebeurd"),
            execution_options=OPTIONS,
        )
    opened.expire_all()

    assert audit.broken_entry(project.id) == victim.number


def test_tampering_with_a_value_is_found(opened: Session, project: Project) -> None:
    factories.person("Een")

    with unit_of_work(system(project.id), "tests.tamper"):
        opened.execute(update(AuditValue).values(new={"surname": "Ander"}))
    opened.expire_all()

    assert audit.broken_entry(project.id) == 1


def test_cutting_off_the_end_is_found(opened: Session, project: Project) -> None:
    factories.person("Een")
    last = trail(opened, project)[0]

    with unit_of_work(system(project.id), "tests.cut"):
        opened.execute(
            delete(AuditEntry).where(AuditEntry.id == last.id), execution_options=OPTIONS
        )
    opened.expire_all()

    assert audit.broken_entry(project.id) == last.number


def test_the_version_of_a_project_moves_with_every_change(
    opened: Session, project: Project
) -> None:
    first = audit.version_of(project.id)
    factories.person("Een")
    second = audit.version_of(project.id)

    assert first != second == audit.version_of(project.id)


def test_what_one_of_many_takes_is_written_once(opened: Session, project: Project) -> None:
    somebody = factories.person("Nieuw")
    before = len(trail(opened, project))

    with unit_of_work(system(project.id), "tests.take"):
        taken = [take(somebody, Person.note == "", {"note": word}) for word in ("mijn", "ook")]

    entries, value = trail(opened, project), last_value(opened)
    assert taken == [True, False]
    assert (len(entries) - before, entries[0].operation) == (1, "change")
    assert (value.old, value.new) == ({"note": ""}, {"note": "mijn"})
    assert audit.broken_entry(project.id) is None
    assert somebody.note == "mijn"
