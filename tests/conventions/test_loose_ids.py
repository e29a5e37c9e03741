"""Ids without a key: each column that may hold one says what becomes of it when two are merged."""

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, Integer, String

from crm.core import references
from crm.core.db import Base

pytestmark = pytest.mark.engine("sqlite")
STRUCTURED = {"{}", "[]"}
# Every column that by its name or its kind may hold ids of something, and is not a foreign key.
# What is told here is read by people: of a new column, say what it holds, or register a `Loose`.
FOLLOWS_BY_ITSELF = {
    ("attendance_list", "decisions"): "who is gone is not offered any more, and is asked again",
    ("likeness_key", "subject_id"): "follows from the record, and is written anew",
    ("search_document", "subject_id"): "follows from the record, and is written anew",
    ("step", "about"): "the page that it opens leads on from the old id",
}
TELLS_OF_THEN = {
    ("access_entry", "account_id"): "a log",
    ("access_entry", "project_id"): "a log",
    ("access_entry", "subject_id"): "a log",
    ("audit_chain", "project_id"): "a log",
    ("audit_entry", "account_id"): "a log",
    ("audit_entry", "fields"): "names of columns",
    ("audit_entry", "project_id"): "a log",
    ("audit_entry", "row_id"): "a log",
    ("audit_value", "new"): "a log",
    ("audit_value", "old"): "a log",
    ("former_record", "old_id"): "where the old address leads",
    ("person_origin", "given"): "digests of values",
    ("person_origin", "raw"): "words of a list",
    ("organisation_origin", "given"): "digests of values",
    ("sent_form", "answer"): "for a day, where a form led; what went into another is not found",
}
NAMES_NOBODY = {
    ("attendance_list", "reasons"): "numbers of rows, and words",
    ("attendance_list", "sheets"): "names of sheets",
    ("attendance_list", "step_id"): "a step",
    ("contact_import", "asked_words"): "words of a list",
    ("contact_import", "decisions"): "numbers of rows, and words",
    ("contact_import", "mapping"): "columns of a list",
    ("contact_import", "step_id"): "a step",
    ("contact_import_file", "sheets"): "names of sheets",
    ("inbound_message", "message_id"): "a header of mail",
    ("invitation", "calendar_id"): "the name of a calendar item",
    ("job", "payload"): "what is asked of the network, for minutes",
    ("job", "project_id"): "a project",
    ("likely_pair", "reasons"): "words",
    ("long_task", "about"): "what it is, in ids of what is no person, and words",
    ("long_task", "asked"): "a session, or words",
    ("long_task", "step_id"): "a step",
    ("message_batch", "templates"): "languages and templates",
    ("message_batch", "words"): "words by language",
    ("outbox_message", "message_id"): "a header of mail",
    ("reply", "message_id"): "a header of mail",
    ("step", "ranges"): "numbers of the trail",
}


def may_hold_ids(column: Column[object]) -> bool:
    """Whether a column may hold ids: by its name, or because it holds something with parts."""
    if column.primary_key or column.foreign_keys:
        return False
    default = getattr(column.default, "arg", None)
    parts = isinstance(column.type, JSON) or (
        isinstance(column.type, String) and isinstance(default, str) and default in STRUCTURED
    )
    named = column.name.endswith(("_id", "_ids")) and isinstance(column.type, Integer | String)
    return parts or named


def test_every_column_that_may_hold_an_id_says_what_becomes_of_it(app: Flask) -> None:
    found = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if may_hold_ids(column)
    }
    registered = {(one.model.__tablename__, one.column) for one in references.all_loose()}
    told = FOLLOWS_BY_ITSELF.keys() | TELLS_OF_THEN.keys() | NAMES_NOBODY.keys()

    assert found - registered - told == set()
    assert told - found == set()
    assert told & registered == set()
