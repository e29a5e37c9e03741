"""Pairs that look like one: both databases find the same, and a command lists them."""

import json
from itertools import combinations

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from crm.core.access import AccessEntry
from crm.core.db import Database, session
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.jobs import find_pairs_of
from crm.stakeholders.models import Kind, LikelyPair, Organisation, Person
from crm.stakeholders.queries.duplicates import traits_of
from crm.stakeholders.rules.likeness import LIKELY, Traits, keys_of, likeness
from tests import factories

pytestmark = pytest.mark.both_engines("own SQL")

NAMES = ("Vries", "Vriess", "Fries", "Jansen", "Janssen", "El Amrani", "Amrani", "Bos", "Smit")
FIRST = ("Jan", "Johan", "J.", "Anna", "")
PLACES = ("De Schakel", "Stichting De Schakel", "Schakel", "Huis van de Wijk", "Wijkhuis", "NOM")


def register() -> None:
    """Fill a register in which some are there twice."""
    places = [factories.organisation(name) for name in PLACES]
    for number in range(30):
        factories.person(
            NAMES[number % len(NAMES)],
            first_name=FIRST[number % len(FIRST)],
            at=places[number % 3],
            email=f"a{number % 11}@x.example",
        )


def expected(kind: Kind) -> dict[tuple[int, int], tuple[int, list[str]]]:
    """Return what comparing everybody with everybody who shares a block finds."""
    model = Person if kind is Kind.PERSON else Organisation
    traits = traits_of(kind, list(session().scalars(select(model.id))))

    def share(one: Traits, other: Traits) -> bool:
        return bool(keys_of(one) & keys_of(other))

    twos = [two for two in combinations(sorted(traits), 2) if share(*(traits[one] for one in two))]
    alike = {two: likeness(traits[two[0]], traits[two[1]]) for two in twos}
    return {
        two: (one.score, [why.value for why in one.reasons])
        for two, one in alike.items()
        if one.score >= LIKELY
    }


def test_both_databases_find_what_comparing_everybody_finds(project: Project) -> None:
    register()
    found = {}

    for kind in Kind:
        find_pairs_of(system(project.id), project, kind=kind)
        pairs = session().scalars(select(LikelyPair).where(LikelyPair.kind == kind))
        found[kind] = {one.ids: (one.score, one.reasons) for one in pairs}

    assert found == {kind: expected(kind) for kind in Kind}
    assert all(len(pairs) > 1 for pairs in found.values())


def run(app: Flask, project: Project, *options: str) -> Result:
    words = ["contacts", "duplicates", "--project", project.slug, *options]
    with app.app_context():
        return app.test_cli_runner().invoke(args=words)


@pytest.mark.engine("sqlite")
def test_the_command_lists_numbers_and_names_only_for_who_may_see_them(
    app: Flask, project: Project
) -> None:
    one, other = (
        factories.person("Vermeer", first_name=name, email="a@x.example") for name in ("Jan", "J.")
    )
    leader, reviewer = (
        factories.member(project, role).email for role in (Role.LEADER, Role.REVIEWER)
    )
    ids = [one.id, other.id]
    session().rollback()

    plain = run(app, project, "--find")
    named = run(app, project, "--json", "--as", leader)
    refused = run(app, project, "--as", reviewer)

    assert plain.exit_code == 0, plain.output
    score, *rest = plain.output.strip().split("\t")
    assert rest[:2] == [str(key) for key in ids]
    assert "Vermeer" not in plain.output
    (pair,) = json.loads(named.stdout)["pairs"]
    assert (pair["score"], [pair["one"], pair["other"]]) == (int(score), ids)
    assert [name.split(",")[0] for name in pair["names"]] == ["Vermeer", "Vermeer"]
    assert refused.exit_code == 1
    database: Database = app.extensions["kring_database"]
    with app.app_context(), database.opened() as opened:
        noted = list(opened.scalars(select(AccessEntry.what)))
    assert noted == ["duplicates.export"]
