"""A feature above adds its own kind of tie: named, counted, drawn and opened like the others."""

import json
from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

import crm
from config import Config
from crm import application, features
from crm.core import ties
from crm.core.db import unit_of_work
from crm.core.i18n import _l
from crm.core.permissions import Actor, system
from crm.core.ties import Asked, Evidence, Gathering, TieShare, TieSource, person_key
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.web.feature import Feature
from tests import factories
from tests.networks.gathering import meet

pytestmark = pytest.mark.both_engines("own SQL")

RUNS = date(2021, 9, 1), date(2022, 3, 1)


class Pilots:
    """Pilots, as a later feature would bring them."""

    def __init__(self) -> None:
        self.people: list[Person] = []

    def gather(self, asked: Asked) -> Iterable[Gathering]:
        keys = [person_key(one.id) for one in self.people]
        if asked.among is None or asked.among & set(keys):
            yield Gathering("pilot", 7, (), tuple(TieShare(key, *RUNS) for key in keys))

    def evidence(self, _actor: Actor, _asked: Asked, ids: Sequence[int]) -> Iterable[Evidence]:
        yield from (Evidence("pilot", number, "Walking together", *RUNS) for number in ids)


@pytest.fixture
def pilots() -> Pilots:
    return Pilots()


@pytest.fixture
def app(config: Config, pilots: Pilots, monkeypatch: pytest.MonkeyPatch) -> Iterable[Flask]:
    """The application with one more feature, which brings a kind of tie in its manifest."""
    page = ("initiatives.initiative", "initiative_id")
    source = TieSource("pilot", _l("Show"), pilots.gather, pilots.evidence, page)
    monkeypatch.setattr(ties, "_sources", dict(ties._sources))
    more = (*features.FEATURES, Feature("pilots", ties=(source,)))
    monkeypatch.setattr(application, "FEATURES", more)
    made = crm.create_app(config)
    yield made
    made.extensions["kring_database"].dispose()


@pytest.fixture
def both(pilots: Pilots, official: Person, resident: Person) -> tuple[Person, Person]:
    """Two people who share a pilot and a session."""
    meet(official, resident)
    pilots.people = [official, resident]
    return official, resident


def drawn(client: FlaskClient, address: str) -> dict[tuple[str, str], float]:
    data = json.loads(client.get(address).data)
    return {(tie["from"], tie["to"]): tie["weight"] for tie in data["edges"]}


def test_its_ties_count_beside_the_others(
    leader: FlaskClient, where: str, both: tuple[Person, Person]
) -> None:
    ends = person_key(both[0].id), person_key(both[1].id)

    every = drawn(leader, f"{where}/picture.json?minimum=0")
    alone = drawn(leader, f"{where}/picture.json?minimum=0&tie=pilot")
    before = drawn(leader, f"{where}/picture.json?minimum=0&tie=pilot&until=2021-08-31")

    assert every[ends] == 2
    assert alone == {ends: 1}
    assert before == {}


def test_it_is_offered_and_named_and_opens_its_evidence(
    leader: FlaskClient, where: str, both: tuple[Person, Person]
) -> None:
    one, other = both

    page = leader.get(f"{where}?minimum=0&tie=pilot").text
    evidence = leader.get(f"{where}/people/{one.id}?with=p{other.id}").text

    assert 'name="tie" type="checkbox" value="pilot"' in page.replace("checked ", "")
    assert "Walking together" in evidence
    assert "/initiatives/7" in evidence


def test_without_the_feature_its_kind_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
    leader: FlaskClient,
    where: str,
    both: tuple[Person, Person],
) -> None:
    monkeypatch.delitem(ties._sources, "pilot")

    assert set(drawn(leader, f"{where}/picture.json?minimum=0&tie=pilot").values()) == {1}


def test_roles_are_told_whole_and_fold_into_shared_people(
    project: Project, office: Organisation, official: Person
) -> None:
    office_key, person = f"o{office.id}", person_key(official.id)
    second = factories.organisation("Stichting Proef")
    with unit_of_work(system(project.id), "tests.role"):
        official.affiliations.append(Affiliation(organisation=second, helix=Helix.BUSINESS))

    roles = list(ties.source("affiliation").gather(Asked()))
    shared = list(
        ties.source("affiliation").gather(Asked(folded=True, among=frozenset({office_key})))
    )

    assert [{part.stakeholder for part in one.parts} for one in roles] == [
        {person, office_key},
        {person, f"o{second.id}"},
    ]
    assert [[part.stakeholder for part in one.parts] for one in shared] == [
        [office_key, f"o{second.id}"]
    ]
