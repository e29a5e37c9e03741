"""Every address of the application, filled in with rows of the demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Table, func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from crm.core.db import Base, Database
from tests import demonstration

# Answered before anybody is known, and not for people.
UNREAD = {"static", "healthz", "readyz"}
# Who is signed in has no need of it, and is sent on.
FOR_OTHERS = {"accounts.sign_in"}
# Where an id is not named after its table.
TABLES = {
    "batch_id": "message_batch",
    "import_id": "contact_import",
    "link_id": "access_link",
    "list_id": "attendance_list",
    "message_id": "outbox_message",
    "session_id": "design_session",
    "other_organisation_id": "organisation",
    "other_person_id": "person",
    "order_id": "long_task",
    "pair_id": "likely_pair",
    "word_id": "remembered_word",
}
# Where a table holds several kinds, which of them is meant.
KINDS = {"order_id": "stakeholders.carry_out_order"}
TABLES_OF = {("accounts", "session_id"): "user_session"}
# One example of each word that stands in an address.
WORDS = {"extension": "graphml", "purpose": "invite", "language": "nl", "aim": "news"}
# What an address has to be asked to do anything at all.
ASKED = {"selections.carry_out": "?do=tag"}


@dataclass(frozen=True, slots=True)
class Stop:
    """One address on the walk."""

    endpoint: str
    method: str
    address: str
    in_project: bool
    has_ids: bool  # of rows that belong to a project


def stops(app: Flask, *, slug: str = demonstration.SLUG) -> list[Stop]:
    """
    Return every address with ids of the demo project, under the short name of any project.

    :raises LookupError: if the demo has no example for an id or a word
    """
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in UNREAD]
    with _connected(app) as connection:
        found = [
            Stop(
                rule.endpoint,
                method,
                _address(connection, rule, slug),
                in_project="project_slug" in rule.arguments,
                has_ids=any("project_id" in _table(rule, name).c for name in _ids(rule)),
            )
            for rule in rules
            if "token" not in rule.arguments
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]
    return sorted(found, key=lambda stop: (stop.address, stop.method))


def reads(app: Flask) -> list[Stop]:
    """Return the addresses that who leads the demo and is administrator can read."""
    found = (stop for stop in stops(app) if stop.method == "GET")
    return [stop for stop in found if stop.endpoint not in FOR_OTHERS]


def pages(app: Flask, client: FlaskClient) -> dict[str, str]:
    """Return each whole page that the client can read; no parts, and no letters in a frame."""
    answers = {stop.address: client.get(stop.address) for stop in reads(app)}
    return {address: answer.text for address, answer in answers.items() if is_page(answer)}


def is_page(answer: TestResponse) -> bool:
    """Whether an answer is a whole page; parts, files and letters in a frame are none."""
    return (
        answer.status_code == HTTPStatus.OK
        and answer.data.startswith(b"<!doctype html>")
        and "sandbox" not in answer.headers["Content-Security-Policy"]
    )


@contextmanager
def _connected(app: Flask) -> Iterator[Connection]:
    database: Database = app.extensions["kring_database"]
    with database.engine.connect() as connection:
        yield connection


def _address(connection: Connection, rule: Rule, slug: str) -> str:
    given = {name: _example(connection, rule, name) for name in rule.arguments - {"project_slug"}}
    parts = [
        str({**given, "project_slug": slug}[content]) if is_argument else content
        for is_argument, content in rule._trace
    ]
    return "".join(parts).removeprefix("|") + ASKED.get(rule.endpoint, "")


def _ids(rule: Rule) -> list[str]:
    return [name for name in rule.arguments if name.endswith("_id")]


def _table(rule: Rule, name: str) -> Table:
    feature = rule.endpoint.partition(".")[0]
    by_name = TABLES.get(name, name.removesuffix("_id"))
    return Base.metadata.tables[TABLES_OF.get((feature, name), by_name)]


def _example(connection: Connection, rule: Rule, name: str) -> int | str:
    if not name.endswith("_id"):
        return WORDS[name]
    table = _table(rule, name)
    # Two of a kind are never the same one.
    which = func.max if name.startswith("other_") else func.min
    statement = select(which(table.c.id))
    if name in KINDS:
        statement = statement.where(table.c.kind == KINDS[name])
    if "project_id" in table.c:
        project = Base.metadata.tables["project"]
        ours = select(project.c.id).where(project.c.slug == demonstration.SLUG)
        statement = statement.where(table.c.project_id.in_(ours))
    found: int | None = connection.scalar(statement)
    if "project_id" not in table.c:
        return found or 1
    if found is None:
        message = f"the demo has no {table.name} for {rule.rule}"
        raise LookupError(message)
    return found
