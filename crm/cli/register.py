"""`flask --app crm import …`, `contacts …` and `export …`: lists in, what to tidy, lists out."""

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click

from crm.cli.context import answer, as_json, as_seen_by, database, in_project, stop
from crm.contacts.queries.imports import as_known, contact_import, plan_for
from crm.contacts.rules import column_guess, headings, organisations, reading
from crm.contacts.rules.choices import Choices
from crm.contacts.rules.plan import Plan
from crm.contacts.services import import_parts, imports
from crm.contacts.services.import_files import Explained
from crm.core import access, jobs
from crm.core.db import project_scope
from crm.core.permissions import require, system
from crm.intake.reading import tables
from crm.projects.models import Project
from crm.segments import queries as segments
from crm.stakeholders.jobs import find_pairs_of
from crm.stakeholders.models import Helix, Kind
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import condition_filter
from crm.stakeholders.queries import duplicates as records
from crm.stakeholders.queries.duplicates import PairFilter
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.views import duplicates as shown
from crm.stakeholders.views.exports import table_of
from crm.web.downloads import csv_text

MOST_NAMED = 10
COUNTED = ("rows", "new", "changed", "duplicate", "rejected", "skipped", "aside")
PAUSE = 0.5
"""Seconds before it looks again whether somebody else has brought a list in."""


@click.group(name="import")
def importing() -> None:
    """Lists from elsewhere: contacts."""


@importing.command(name="contacts")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option("--layout", default="", help="Name of a known layout; else by its headings.")
@click.option("--encoding", default="", help="Encoding of a text file; else as it is found.")
@click.option("--delimiter", default="", help="Sign between the cells of a text file.")
@click.option("--quote", default="", help='Sign around cells of a text file, or "-" for none.')
@click.option(
    "--heading-row", type=click.IntRange(0), default=None, help="Line of the headings; 0: none."
)
@click.option("--sheet", default="", help="Name of the sheet of a workbook; else by its headings.")
@click.option(
    "--helix",
    type=click.Choice([helix.value for helix in Helix]),
    default=None,
    help="Helix of new organisations for which the list gives none; else as their name tells.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@as_json
def import_contacts(file: Path, slug: str, layout: str, helix: str | None, **given: Any) -> None:
    """Import the persons and organisations in FILE (CSV, xlsx, xls, ods or vCard)."""
    with in_project(slug) as project:
        try:
            content = file.read_bytes()
        except OSError as failure:
            stop(f"{file} cannot be read: {failure.strerror}.")
        table = reading.read(content, file.name, _how(**given))
        if layout:
            mapping = headings.mapping_for(table.headings, layout)
        else:
            mapping = column_guess.mapping_of(table)
        choices = as_known(Choices(mapping, Helix(helix) if helix else None))
        headings.check_mapping(choices.columns)
        plan = plan_for(table, choices)
        told = _told_by_names(choices, plan) if helix is None else {}
        counts: dict[str, Any] = {"rows": len(plan.rows)}
        counts |= {str(outcome): count for outcome, count in plan.counts.items()}
        if not given["dry_run"]:
            counts = _carried_out(project, file.name, table, choices, told)
        _tell(counts, plan, as_json=given["as_json"])


def _told_by_names(choices: Choices, plan: Plan) -> dict[str, Helix]:
    """Return by name the helix that new organisations tell by it; stop at those that tell none."""
    open_ones = [
        organisation.name
        for key, organisation in plan.organisations.items()
        if organisation.id is None and not organisation.helixes and key not in choices.helixes
    ]
    told = {name: organisations.helix_by_name(name) for name in open_ones}
    unknown = [name for name, helix in told.items() if helix is None]
    if unknown:
        more = ", …" if len(unknown) > MOST_NAMED else ""
        stop(
            f"The list gives no helix for {len(unknown)} new organisations: "
            f"{', '.join(unknown[:MOST_NAMED])}{more}. "
            "Say which one they get: --helix government, research, business or end_users."
        )
    return {name: helix for name, helix in told.items() if helix is not None}


def _how(
    *, delimiter: str, encoding: str, quote: str, heading_row: int | None, sheet: str, **_more: Any
) -> tables.Reading:
    tab = delimiter.replace("\\t", "\t").replace("tab", "\t")
    row = tables.NO_HEADINGS if heading_row == 0 else heading_row or 0
    return tables.Reading(encoding, tab, quote[:1], row, sheet)


def _carried_out(
    project: Project, name: str, table: tables.Table, choices: Choices, told: Mapping[str, Helix]
) -> dict[str, Any]:
    """
    Bring a long list in, part by part as in the background: colleagues go on meanwhile.

    A server that runs may be at it already, and goes on if this command is cut off.
    """
    actor = system(project.id)
    begun = imports.receive(actor, project, file_name=name, table=table, choices=choices)
    imports.choose_columns(actor, begun, choices=choices)
    if told:
        words = Field.ORGANISATION
        explained = [Explained(words, name, helix.value) for name, helix in told.items()]
        imports.explain_words(actor, begun, explained=explained)
    import_parts.start(actor, begun, project=project)
    owner, project_id, import_id = secrets.token_hex(8), project.id, begun.id
    while True:
        with database().opened(), project_scope(project_id):
            done = contact_import(import_id)
        if not done.is_under_way:
            break
        if not jobs.run_due(database(), owner, kind=import_parts.JOB):
            time.sleep(PAUSE)
    if done.failed:
        stop("The import failed, by a fault in Kring. What came in stays.")
    return {name: getattr(done, name) for name in COUNTED}


def _tell(counts: dict[str, Any], plan: Plan, *, as_json: bool) -> None:
    messages = [
        {
            "row": message.row,
            "level": message.level,
            "field": message.field or "",
            "message": str(message.text),
        }
        for row in plan.rows
        for message in row.candidate.messages
    ]
    if as_json:
        answer({**counts, "messages": messages}, as_json=True)
        return
    answer(counts, as_json=False)
    for message in messages:
        field = f" ({message['field']})" if message["field"] else ""
        click.echo(f"{message['row']}: {message['level']}{field}: {message['message']}")


@click.group(name="contacts")
def contacts() -> None:
    """The register: duplicates."""


@contacts.command()
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), default=Kind.PERSON.value)
@click.option("--least", type=click.IntRange(0, 100), default=0, help="Lowest score to list.")
@click.option("--find", is_flag=True, help="Compare first who was not compared yet.")
@click.option(
    "--as", "email", default="", help="Account that may see names; without one: numbers only."
)
@as_json
def duplicates(*, slug: str, kind: str, least: int, email: str, **given: bool) -> None:
    """List the pairs that look like one: score, numbers of both, and the reasons."""
    with in_project(slug) as project:
        actor = as_seen_by(project, email) if email else None
        if actor:
            require(actor, StakeholderPermission.EDIT, project)
        if given["find"]:
            find_pairs_of(system(project.id), project, kind=Kind(kind))
        found = list(records.every_pair(PairFilter(Kind(kind), least=least)))
        rows: list[dict[str, Any]] = []
        for pair in found:
            one, other = pair.ids
            scored = {"score": pair.score, "one": one, "other": other}
            rows.append({**scored, "reasons": pair.reasons})
        if actor:
            for row, seen in zip(rows, shown.rows_of(actor, found), strict=True):
                row["names"] = [side.name for side in seen.sides]
            access.note(access.Access("duplicates.export", shown.PURPOSE))
            access.write(database(), actor)
    if given["as_json"]:
        answer({"pairs": rows}, as_json=True)
        return
    for row in rows:
        numbers = f"{row['score']}\t{row['one']}\t{row['other']}"
        reasons, both = ", ".join(row["reasons"]), " – ".join(row.get("names", ()))
        click.echo("\t".join(filter(None, (numbers, reasons, both))))


@click.group(name="export")
def exporting() -> None:
    """Lists to take along: persons."""


@exporting.command()
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option("--where", default="", help="Conditions, as they stand in an address after where=.")
@click.option("--segment", type=click.IntRange(min=1), help="Number of a segment.")
@click.option(
    "--as",
    "email",
    required=True,
    help="E-mail address of an account: what it may see, and in whose name it is noted.",
)
@click.option(
    "--output", "out", type=click.File("wb"), default="-", help="File to write; else the terminal."
)
def persons(*, slug: str, where: str, segment: int | None, email: str, out: BinaryIO) -> None:
    """Write the persons of a project who fit to a file (CSV), as the list of people gives it."""
    parts = [where, segments.address_of(segment) if segment else ""]
    with in_project(slug) as project:
        actor = as_seen_by(project, email)
        meant = condition_filter.read(",".join(filter(None, parts)), actor).held()
        content = csv_text(*table_of(actor, PersonFilter(where=meant)))
        access.write(database(), actor)
    out.write(content)
