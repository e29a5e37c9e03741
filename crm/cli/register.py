"""`flask --app crm contacts …`: what there is to tidy in the register of a project."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from crm.cli.context import answer, as_json, as_seen_by, database, in_project
from crm.core import access
from crm.core.permissions import Actor, require, system
from crm.stakeholders.jobs import find_pairs_of
from crm.stakeholders.models import Kind, LikelyPair
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import duplicates as records
from crm.stakeholders.queries.duplicates import PairFilter
from crm.stakeholders.views import duplicates as shown


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
        rows = [_row(one, names) for one, names in zip(found, _names(actor, found), strict=True)]
        if actor:
            access.note(access.Access("duplicates.export", shown.PURPOSE))
            access.write(database(), actor)
    _tell(rows, as_json=given["as_json"])


def _names(actor: Actor | None, found: list[LikelyPair]) -> list[tuple[str, ...]]:
    if actor is None:
        return [() for _pair in found]
    return [tuple(side.name for side in row.sides) for row in shown.rows_of(actor, found)]


def _row(pair: LikelyPair, names: tuple[str, ...]) -> dict[str, Any]:
    one, other = pair.ids
    told = {"score": pair.score, "one": one, "other": other, "reasons": pair.reasons}
    return {**told, "names": list(names)} if names else told


def _tell(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        answer({"pairs": rows}, as_json=True)
        return
    for row in rows:
        names = " – ".join(row.get("names", ()))
        reasons = ", ".join(row["reasons"])
        click.echo("\t".join(filter(None, (_numbers(row), reasons, names))))


def _numbers(row: Mapping[str, Any]) -> str:
    return f"{row['score']}\t{row['one']}\t{row['other']}"
