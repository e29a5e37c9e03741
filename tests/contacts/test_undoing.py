"""Undoing an import is as if it had not been: over random histories, on both databases."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from crm.consent.models import ContactBasis
from crm.contacts.models import PersonOrigin
from crm.core import audit, undo
from crm.core.db import (
    Base,
    add_many,
    change_many,
    remove_many,
    session,
    set_many,
    unit_of_work,
    unscoped,
)
from crm.core.permissions import system
from crm.core.search import SearchDocument
from crm.core.undo import Decisions, Step
from crm.projects.models import Project
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
    Phone,
)
from crm.steps.services import take_back
from tests.contacts.lists import imported
from tests.depth import examples

pytestmark = pytest.mark.both_engines("undo")

REGISTER: tuple[type[Base], ...] = (
    Person, Organisation, Affiliation, Email, Phone, PersonTag, OrganisationTag, PersonOrigin,
    ContactBasis,
)  # fmt: skip
HEADINGS = "Voornaam;Achternaam;Organisatie;Functie;Helix;E-mail;Telefoon;Trefwoorden;Opmerking"
OPTIONS = unscoped("the test looks at every table")
Dump = dict[str, dict[int, dict[str, Any]]]

WHO = st.sampled_from(["Ada;Vos", "Bo;Berg", "Cas;Dam", "Dee;Vos", ";Berg"])
rows = st.builds(
    "{};{};{};{};{};{};{};{}".format,
    WHO,
    st.sampled_from(["", "Café Oost", "Wijkraad"]),
    st.sampled_from(["", "lid", "gastvrouw"]),
    st.sampled_from(["bedrijven", "overheid", "bewoners"]),
    st.sampled_from(["", "a@kring.example", "b@kring.example", "c@kring.example"]),
    st.sampled_from(["", "0612345678"]),
    st.sampled_from(["", "sport", "sport, buurt"]),
    st.sampled_from(["", "uit de lijst", "belt graag"]),
)
lists = st.lists(rows, min_size=1, max_size=5)


def dump() -> Dump:
    """The whole register and its index; revisions only count on, and words have no order."""
    found: Dump = {}
    for model in REGISTER:
        columns = [one for one in model.__table__.columns if one.name != "revision"]
        kept = session().execute(select(*columns), execution_options=OPTIONS)
        found[model.__tablename__] = {row.id: dict(row._mapping) for row in kept}
    documents = session().scalars(select(SearchDocument), execution_options=OPTIONS)
    found["index"] = {
        one.subject_id * 2 + (one.kind == "person"): {"words": sorted(one.body.split())}
        for one in documents
    }
    session().rollback()
    return found


class Imports(RuleBasedStateMachine):
    """Lists that come in, people who change what came in, and undoing in any order."""

    project: Project

    def __init__(self) -> None:
        super().__init__()
        self.actor = system(self.project.id)
        self.steps: list[tuple[int, Dump, Dump]] = []

    @initialize(given=lists)
    def begin(self, given: list[str]) -> None:
        """Something is in the register before."""
        with unit_of_work(self.actor, "tests.begin"):
            for model in (Person, Organisation):
                remove_many(model, model.id > 0)
        imported(self.project, "\n".join([HEADINGS, *given]))

    @rule(given=lists)
    def bring(self, given: list[str]) -> None:
        """A list comes in."""
        before = dump()
        made = imported(self.project, "\n".join([HEADINGS, *given]))
        found = session().scalars(select(Step).order_by(Step.id.desc()).limit(1)).one()
        if found.about.get("import_id") == made.id and found.changes:
            self.steps.append((found.id, before, dump()))

    @rule(number=st.integers(0, 5), what=st.sampled_from(["note", "name", "tag", "mail", "gone"]))
    def change(self, number: int, what: str) -> None:
        """Somebody changes one person."""
        ids = session().scalars(select(Person.id).order_by(Person.id)).all()
        if not ids:
            return
        one = ids[number % len(ids)]
        with unit_of_work(self.actor, "tests.change"):
            if what == "note":
                set_many(Person, {one: {"note": f"anders {number}"}})
            elif what == "name":
                change_many(Organisation, Organisation.id > 0, {"town": f"Assen {number}"})
            elif what == "tag":
                remove_many(PersonTag, PersonTag.person_id == one)
                tag = {"person_id": one, "word": "eigen", "word_key": "eigen"}
                add_many(PersonTag, [tag])
            elif what == "mail":
                change_many(Email, Email.person_id == one, {"address": f"{number}@kring.example"})
            else:
                remove_many(Person, Person.id == one)

    @precondition(lambda self: self.steps)
    @rule(number=st.integers(0, 3), everything=st.booleans())
    def take_back(self, number: int, *, everything: bool) -> None:
        """Somebody undoes an import, undoes that, and undoes it again."""
        place = -1 - number % len(self.steps)
        step_id, before, after = self.steps.pop(place)
        now = dump()
        found = session().get_one(Step, step_id)
        conflicts = undo.plan(found).conflicts
        decisions = Decisions(everything=everything)

        try:
            first = self.undone(found, decisions)
        except undo.NothingGoesBack:
            assert dump() == now
            return

        back = dump()
        if now == after:
            assert conflicts == ()
            assert back == before
        self.undone(session().get_one(Step, first))
        assert dump() == now
        self.undone(session().get_one(Step, step_id), decisions)
        assert dump() == back
        if not everything:
            self.nothing_of_others_is_lost(now, after, back)

    def undone(self, found: Step, decisions: Decisions | None = None) -> int:
        """Undo a step and return the number of the step that did so."""
        take_back(self.actor, found, decisions=decisions or Decisions())
        session().refresh(found)
        assert found.undone_by_id is not None
        return found.undone_by_id

    def nothing_of_others_is_lost(self, now: Dump, after: Dump, back: Dump) -> None:
        """What anybody gave a record since the import is still there once it is undone."""
        for table in now.keys() - {"index"}:
            for row_id, values in now[table].items():
                changed = {
                    name: value
                    for name, value in values.items()
                    if value != after[table].get(row_id, {}).get(name)
                }
                kept = back[table].get(row_id)
                if changed:
                    assert kept is not None, (table, row_id)
                    assert {name: kept[name] for name in changed} == changed

    @invariant()
    def the_trail_is_whole(self) -> None:
        """Undoing is written down as anything else."""
        assert audit.broken_entry(self.project.id) is None


def test_undoing_imports_in_random_histories(app: Flask, project: Project) -> None:
    class Here(Imports):
        pass

    Here.project = project
    chosen = settings(
        max_examples=examples(5),
        stateful_step_count=6,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    with app.app_context():
        run_state_machine_as_test(Here, settings=chosen)
