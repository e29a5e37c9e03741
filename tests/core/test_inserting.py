"""Many rows at once: their ids, and what the trail holds of them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from crm.contacts.models import ContactImport, ImportState
from crm.core import audit, clock
from crm.core.db import add_many, add_missing, among, change_many, session, unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import system
from crm.messages.models import MessageState, OutboxMessage
from crm.projects.models import Project
from crm.stakeholders.models import OrganisationTag
from tests import factories
from tests.statements import counted

pytestmark = pytest.mark.both_engines("bulk work")


def test_ids_come_in_the_order_of_the_rows(project: Project) -> None:
    where = factories.organisation()
    rows = [
        {"organisation_id": where.id, "word": f"w{n}", "word_key": f"w{n}"}
        for n in range(30, 0, -1)
    ]

    with unit_of_work(system(project.id), "test"):
        ids = add_many(OrganisationTag, rows)

    kept = dict(session().execute(select(OrganisationTag.id, OrganisationTag.word)).all())
    assert [kept[one] for one in ids] == [row["word"] for row in rows]
    assert audit.broken_entry(project.id) is None


def test_every_value_comes_back_as_it_was_given(project: Project) -> None:
    now = clock.now()
    words = "100% “zo”: :naam, %(x)s, {a}, \\n 'één' \"twee\" \n\t 🌳"
    values = {"a": None, "b": [1, 2.5, "x"], "c": {"é": words}}
    rows: list[dict[str, Any]] = [
        _message(number, params=values, last_text=words, mime=mime, finished_at=moment)
        for number, (mime, moment) in enumerate([(b"\x00\\x\xff", now), (None, None)])
    ]

    with unit_of_work(system(project.id), "test"):
        ids = [*add_many(OutboxMessage, rows[:1]), *_added(rows[1:])]

    session().expire_all()
    kept = [session().get_one(OutboxMessage, one) for one in ids]
    assert [(one.mime, one.finished_at) for one in kept] == [(b"\x00\\x\xff", now), (None, None)]
    for one in kept:
        assert (one.params, one.last_text, one.attempts) == (values, words, 0)
        assert (one.state, one.purpose) == (MessageState.QUEUED, Purpose.NEWS)


def _added(rows: list[dict[str, Any]]) -> list[int]:
    return add_missing(OutboxMessage, rows, unique=["dedup_key"])


def _message(number: int, **more: object) -> dict[str, Any]:
    given = {"purpose": Purpose.NEWS, "address": "a@kring.example", "domain": "kring.example"}
    named = {"dedup_key": f"{number}", "message_id": f"<{number}@kring.example>"}
    return {**given, **named, "language": "nl", "date_header": "", **more}


def test_a_condition_on_many_values_holds_for_these_and_no_others(project: Project) -> None:
    where = factories.organisation()
    rows = [{"organisation_id": where.id, "word": f"w{n}", "word_key": f"w{n}"} for n in range(90)]
    with unit_of_work(system(project.id), "test"):
        ids = add_many(OrganisationTag, rows)
    names = ["w1", "w'2", 'w"3', "w4"]

    by_id = session().scalars(select(OrganisationTag.id).where(among(OrganisationTag.id, ids[:70])))
    by_name = select(OrganisationTag.word).where(among(OrganisationTag.word, names))
    nobody = session().scalars(select(OrganisationTag.id).where(among(OrganisationTag.id, [])))

    assert sorted(by_id) == sorted(ids[:70])
    assert sorted(session().scalars(by_name)) == ["w1", "w4"]
    assert list(nobody) == []


def test_rows_with_different_columns_and_given_ids_are_taken_too(project: Project) -> None:
    mixed: list[dict[str, Any]] = [
        {"file_name": "a", "state": ImportState.DONE},
        {"file_name": "b", "state": ImportState.DONE, "rows": 3},
    ]

    with unit_of_work(system(project.id), "test"):
        first, second = add_many(ContactImport, mixed)
        given = add_many(ContactImport, [{"id": 77, "file_name": "c", "state": ImportState.DONE}])

    assert session().get_one(ContactImport, first).rows == 0
    assert session().get_one(ContactImport, second).rows == 3
    assert given == [77]


def test_many_rows_take_few_statements(app: Flask, project: Project) -> None:
    where = factories.organisation()
    rows = [{"organisation_id": where.id, "word": f"w{n}", "word_key": f"w{n}"} for n in range(400)]

    with counted(app) as sent, unit_of_work(system(project.id), "test"):
        add_many(OrganisationTag, rows)

    assert 0 < len([one for one in sent if one.startswith("INSERT")]) < 10


def test_what_is_not_audited_stays_out_of_the_trail_in_bulk_too(project: Project) -> None:
    with unit_of_work(system(project.id), "test"):
        add_many(ContactImport, [{"file_name": "a", "state": ImportState.DONE, "table": "geheim"}])
        change_many(ContactImport, ContactImport.file_name == "a", {"table": "", "rows": 2})

    values = [(value.old, value.new) for value in session().scalars(select(audit.AuditValue))]
    assert "geheim" not in str(values)
    assert "'rows': 2" in str(values)


def test_only_what_is_missing_is_added_and_stands_in_the_trail(project: Project) -> None:
    where = factories.organisation()
    rows = [{"organisation_id": where.id, "word": word, "word_key": word} for word in "abca"]
    unique = ["organisation_id", "word_key"]

    with unit_of_work(system(project.id), "test"):
        first = add_missing(OrganisationTag, rows[:2], unique=unique)
        second = add_missing(OrganisationTag, rows, unique=unique)
        nothing = add_missing(OrganisationTag, [], unique=unique)

    assert (len(first), len(second), nothing) == (2, 1, [])
    entry = session().scalars(audit.entries_of(project.id)).first()
    assert entry is not None
    assert (entry.table, entry.row_id) == ("organisation_tag", second[0])
    assert audit.broken_entry(project.id) is None
