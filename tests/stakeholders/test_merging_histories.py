"""Merging and taking it back gives what there was, whatever there was; on both engines."""

from dataclasses import replace
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.consent.models import Basis, ContactBasis, ContactPurpose, Objection
from crm.core import undo
from crm.core.db import Base, add_many, project_scope, remove_many, session, unit_of_work
from crm.core.permissions import Actor, system
from crm.core.undo import Decisions
from crm.design_sessions.models import Answer, Attendance, AttendanceStatus, Invitation
from crm.initiatives.models import Initiative, Involvement
from crm.networks.models import DeclaredTie, NameLookup, NetworkLayout, SaidBy
from crm.networks.rules.layout import Places
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Email, Helix, Person, PersonTag, Phone
from crm.stakeholders.rules.fields import PERSON, columns_of
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests import factories
from tests.depth import examples
from tests.stakeholders.merges import last_step, planned, rows

TABLES: tuple[type[Base], ...] = (
    Person, Email, Phone, PersonTag, Affiliation, ContactBasis, Objection, Involvement, Invitation,
    Attendance, DeclaredTie, NameLookup,
)  # fmt: skip
NOWHERE: dict[str, Any] = {"tied": {}, "shelf": {}}
TWO = st.sampled_from((0, 1))
LETTER = st.sampled_from("abc")
KINDS = (
    "email", "phone", "tag", "role", "ground", "objection", "part", "invitation", "came", "tie",
    "looked_up", "place",
)  # fmt: skip
HISTORY = st.lists(st.tuples(st.sampled_from(KINDS), TWO, LETTER), max_size=14)
CHOICES = st.frozensets(st.sampled_from(sorted(columns_of(PERSON))), max_size=3)


class Place:
    """Two persons and what things can happen to them."""

    def __init__(self, actor: Actor, project: Project) -> None:
        self.people = [factories.person("Vries", first_name=one).id for one in ("Jan", "Joh")]
        self.third = factories.person("Bos").id
        self.organisations = {
            one: factories.organisation(f"Huis {one} {self.third}").id for one in "abc"
        }
        self.held = {one: planned(actor, project).id for one in "abc"}
        with unit_of_work(actor, "tests.garden"):
            gardens = [Initiative(name=one) for one in "abc"]
            session().add_all(gardens)
            session().flush()
            self.layout = NetworkLayout(view="people", points=NOWHERE, mark="", version="")
            remove_many(NetworkLayout, NetworkLayout.id > 0)  # that of the example before
            session().add(self.layout)
            self.gardens = dict(zip("abc", (one.id for one in gardens), strict=True))

    def happen(self, kind: str, who: int, letter: str) -> None:
        """Let one thing happen, unless it is there already."""
        if kind == "place":
            self._stand(f"p{self.people[who]}", letter)
            return
        model, values, unique = self._row(kind, letter)
        values["person_id"] = self.people[who]
        same = [getattr(model, name) == values[name] for name in ("person_id", *unique)]
        if session().scalar(select(model.id).where(*same)) is None:
            add_many(model, [values])

    def _stand(self, key: str, letter: str) -> None:
        """Let somebody stand among the ties or on the shelf of the picture."""
        points = {"tied": dict(self.points["tied"]), "shelf": dict(self.points["shelf"])}
        part = "shelf" if letter == "c" else "tied"
        points[part][key] = [ord(letter), len(points[part])]
        self.layout.points = points

    @property
    def points(self) -> dict[str, Any]:
        """The places that are kept of the picture."""
        return self.layout.points

    @property
    def stand(self) -> Places:
        """Where both stand in the picture, as long as they are two."""
        session().expire(self.layout)
        here = {f"p{one}" for one in session().scalars(select(Person.id))}
        return replace(Places.read(self.points, here=here), away={})

    def _row(self, kind: str, letter: str) -> tuple[type[Base], dict[str, Any], tuple[str, ...]]:
        number = "abc".index(letter)
        answer = (Answer.NONE, Answer.YES, Answer.REVOKED)[number]
        status = list(AttendanceStatus)[number]
        basis = (Basis.DECLINED, Basis.NOT_ASKED, Basis.WITHDRAWN)[number]
        session_id = self.held[letter]
        found: dict[str, tuple[type[Base], dict[str, Any], tuple[str, ...]]] = {
            "email": (Email, {"address": f"{letter}@x.example", "address_key": letter}, ()),
            "phone": (Phone, {"number": "", "raw": letter, "position": number}, ("raw",)),
            "tag": (PersonTag, {"word": letter, "word_key": letter}, ("word_key",)),
            "role": (
                Affiliation,
                {
                    "organisation_id": self.organisations[letter], "role": "lid",
                    "helix": Helix.BUSINESS, "is_main": True, "revision": 1,
                },
                (),
            ),
            "ground": (
                ContactBasis, {"purpose": ContactPurpose.NEWS, "basis": basis}, ("purpose",)
            ),
            "objection": (Objection, {"source": letter}, ()),
            "part": (
                Involvement,
                {"initiative_id": self.gardens[letter], "role": "lid", "revision": 1},
                ("initiative_id",),
            ),
            "invitation": (
                Invitation,
                {"design_session_id": session_id, "helix": Helix.BUSINESS, "answer": answer},
                ("design_session_id",),
            ),
            "came": (
                Attendance,
                {"design_session_id": session_id, "helix": Helix.BUSINESS, "status": status},
                ("design_session_id",),
            ),
            "tie": (
                DeclaredTie,
                {"other_person_id": self.third, "said_by": SaidBy.TEAM, "about": letter},
                ("about",),
            ),
            "looked_up": (NameLookup, {"reason": letter}, ("reason",)),
        }  # fmt: skip
        return found[kind]


@settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=HISTORY, chosen=CHOICES, kept=TWO)
def test_merging_and_undoing_leaves_everything_as_it_was(
    app: Flask,
    project: Project,
    history: list[tuple[str, int, str]],
    chosen: frozenset[str],
    kept: int,
) -> None:
    actor = system(project.id)
    with project_scope(project.id):
        place = Place(actor, project)
        with unit_of_work(actor, "tests.history"):
            for kind, who, letter in history:
                place.happen(kind, who, letter)
        before, stood = {model: rows(model) for model in TABLES}, place.stand
        merge = Merge(place.people[kept], place.people[1 - kept], from_gone=chosen)

        merging.merge_persons(actor, project, merge=merge)
        between = session().scalars(select(Person.id)).all()
        with unit_of_work(actor, "tests.undo"):
            plan = undo.carry_out(last_step(), Decisions())

        assert merge.gone_id not in between
        assert plan.conflicts == ()
        assert {model: rows(model) for model in TABLES} == before
        assert place.stand == stood
