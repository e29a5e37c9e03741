"""Merging organisations and taking it back gives what there was, or says what stands in the way."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.core import undo
from crm.core.db import Base, add_many, project_scope, session, unit_of_work
from crm.core.permissions import Actor, system
from crm.core.undo import Decisions, Reason
from crm.initiatives.models import Initiative, Involvement
from crm.networks.models import DeclaredTie, SaidBy
from crm.projects.models import Project
from crm.segments.models import Segment
from crm.stakeholders.models import (
    Affiliation,
    Helix,
    Kind,
    LikelyPair,
    Organisation,
    OrganisationTag,
    PairState,
)
from crm.stakeholders.rules.fields import ORGANISATION, columns_of
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests import factories
from tests.depth import examples
from tests.stakeholders.merges import last_step, rows

TABLES: tuple[type[Base], ...] = (
    Organisation, OrganisationTag, Affiliation, Involvement, DeclaredTie, Segment, LikelyPair,
)  # fmt: skip
KINDS = ("tag", "role", "part", "tie", "segment", "apart")
TWO = st.sampled_from((0, 1))
HISTORY = st.lists(st.tuples(st.sampled_from(KINDS), TWO, st.sampled_from("abc")), max_size=12)
# Both have the same usual helix, so either may be chosen beside either second one.
CHOSEN = st.frozensets(st.sampled_from(sorted(columns_of(ORGANISATION))), max_size=4)


class Place:
    """Two organisations and what things can happen to them."""

    def __init__(self, actor: Actor) -> None:
        names = ("De Schakel", "Stichting Schakel")
        self.two = [factories.organisation(name, second=Helix.RESEARCH).id for name in names]
        self.others = {one: factories.organisation(f"Huis {one}").id for one in "abc"}
        self.people = {one: factories.person(f"Bos {one}").id for one in "abc"}
        self.account = factories.account().id
        with unit_of_work(actor, "tests.gardens"):
            gardens = [Initiative(name=one) for one in "abc"]
            session().add_all(gardens)
            session().flush()
            self.gardens = dict(zip("abc", (one.id for one in gardens), strict=True))

    def happen(self, kind: str, who: int, letter: str) -> None:
        """Let one thing happen, unless it is there already."""
        one, mine = self.two[who], {"organisation_id": self.two[who]}
        made: dict[str, tuple[type[Base], dict[str, Any], tuple[str, ...]]] = {
            "tag": (OrganisationTag, {**mine, "word": letter, "word_key": letter}, ("word_key",)),
            "role": (
                Affiliation,
                {
                    **mine, "person_id": self.people[letter], "role": "lid",
                    "helix": Helix.GOVERNMENT, "is_main": False, "revision": 1,
                },
                ("person_id",),
            ),
            "part": (
                Involvement,
                {**mine, "initiative_id": self.gardens[letter], "role": "", "revision": 1},
                ("initiative_id",),
            ),
            "tie": (
                DeclaredTie,
                {
                    **mine, "other_organisation_id": self.others[letter], "about": letter,
                    "said_by": SaidBy.TEAM,
                },
                ("about",),
            ),
            "segment": (
                Segment,
                {
                    "account_id": self.account, "name": f"{who}{letter}", "is_shared": True,
                    "conditions": f"private,any(organisation:{one},!organisation:{one}:2026-01-01)",
                },
                ("name",),
            ),
            "apart": (
                LikelyPair,
                {
                    "kind": Kind.ORGANISATION, "score": 70, "reasons": ["same_name"],
                    "state": PairState.NOT_THE_SAME, "organisation_id": one,
                    "other_organisation_id": self.others[letter],
                },
                ("organisation_id", "other_organisation_id"),
            ),
        }  # fmt: skip
        model, values, unique = made[kind]
        same = [getattr(model, name) == values[name] for name in unique]
        if kind not in {"segment", "apart"}:
            same.append(getattr(model, "organisation_id") == one)  # noqa: B009 - of each
        if session().scalar(select(model.id).where(*same)) is None:
            add_many(model, [values])


@settings(
    max_examples=examples(4),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=HISTORY, chosen=CHOSEN, kept=TWO)
def test_merging_and_undoing_leaves_everything_as_it_was(
    app: Flask,
    project: Project,
    history: list[tuple[str, int, str]],
    chosen: frozenset[str],
    kept: int,
) -> None:
    actor = system(project.id)
    with project_scope(project.id):
        place = Place(actor)
        with unit_of_work(actor, "tests.history"):
            for kind, who, letter in history:
                place.happen(kind, who, letter)
        before = {model: rows(model) for model in TABLES}
        merge = Merge(place.two[kept], place.two[1 - kept], from_gone=chosen)

        merging.merge_organisations(actor, project, merge=merge)
        named = list(session().scalars(select(Segment.conditions)))
        with unit_of_work(actor, "tests.undo"):
            plan = undo.carry_out(last_step(), Decisions())

        assert all(f"organisation:{merge.gone_id}," not in one for one in named)
        assert plan.conflicts == ()
        assert {model: rows(model) for model in TABLES} == before


@pytest.fixture
def two(project: Project) -> tuple[int, int]:
    return tuple(factories.organisation(one).id for one in ("De Schakel", "Schakel"))  # type: ignore[return-value]  # two


def test_what_was_changed_since_is_named_and_stays(project: Project, two: tuple[int, int]) -> None:
    actor, (kept, gone) = system(project.id), two
    person = factories.person("Bos").id
    with unit_of_work(actor, "tests.role"):
        role = {"person_id": person, "organisation_id": gone, "helix": Helix.BUSINESS}
        (role_id,) = add_many(Affiliation, [{**role, "is_main": True, "revision": 1}])
    merge = Merge(kept, gone, from_gone=frozenset({"name"}))
    merging.merge_organisations(actor, project, merge=merge)
    with unit_of_work(actor, "tests.change"):
        session().get_one(Organisation, kept).town = "Assen"
        found = session().get_one(Organisation, kept)
        found.name, found.name_key, found.sort_key = "Nieuw", "nieuw", "nieuw"
        session().delete(session().get_one(Affiliation, role_id))

    with unit_of_work(actor, "tests.undo"):
        plan = undo.carry_out(last_step(), Decisions())

    named = {(one.record.table, one.field, one.reason) for one in plan.conflicts}
    assert ("organisation", "name", Reason.CHANGED) in named
    assert ("affiliation", "", Reason.GONE) in named
    session().expire_all()
    names = list(session().scalars(select(Organisation.name).order_by(Organisation.id)))
    assert names == ["Nieuw", "Schakel"]
    assert session().get_one(Organisation, kept).town == "Assen"


@pytest.mark.engine("sqlite")
def test_of_a_chain_of_merges_the_last_is_taken_back_first(project: Project) -> None:
    actor = system(project.id)
    one, two, three = (factories.organisation(name).id for name in ("Een", "Twee", "Drie"))
    with unit_of_work(actor, "tests.tags"):
        row = {"word": "oud", "word_key": "oud"}
        add_many(OrganisationTag, [{"organisation_id": one, **row}])
    before = {model: rows(model) for model in TABLES}
    merging.merge_organisations(actor, project, merge=Merge(two, one))
    first = last_step().id
    merging.merge_organisations(actor, project, merge=Merge(three, two))
    second = last_step().id

    for step_id in (second, first):
        with unit_of_work(actor, "tests.undo"):
            plan = undo.carry_out(session().get_one(undo.Step, step_id), Decisions())
            assert plan.conflicts == ()

    assert {model: rows(model) for model in TABLES} == before


@pytest.mark.engine("sqlite")
def test_the_first_of_a_chain_brings_back_what_it_can(project: Project) -> None:
    actor = system(project.id)
    one, two, three = (factories.organisation(name).id for name in ("Een", "Twee", "Drie"))
    with unit_of_work(actor, "tests.tags"):
        row = {"word": "oud", "word_key": "oud"}
        (tag,) = add_many(OrganisationTag, [{"organisation_id": one, **row}])
    merging.merge_organisations(actor, project, merge=Merge(two, one))
    first = last_step().id
    merging.merge_organisations(actor, project, merge=Merge(three, two))

    with unit_of_work(actor, "tests.undo"):
        plan = undo.carry_out(session().get_one(undo.Step, first), Decisions())

    named = {(item.record.table, item.reason) for item in plan.conflicts}
    assert ("organisation_tag", Reason.CHANGED) in named
    ids = session().scalars(select(Organisation.id).order_by(Organisation.id))
    assert list(ids) == [one, three]
    assert session().get_one(OrganisationTag, tag).organisation_id == three
