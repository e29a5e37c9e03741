"""Undoing imports: how much is asked of the database, and what comes back as itself."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core.db import project_scope, session, unit_of_work
from crm.core.errors import StaleRecord
from crm.core.permissions import system
from crm.core.undo import Step
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.stakeholders.services.persons import PersonDetails, edit_person, free_pseudonyms
from crm.stakeholders.values.names import NameParts
from crm.steps.services import take_back
from tests import factories
from tests.contacts.lists import imported
from tests.core.undoing import back
from tests.statements import counted

pytestmark = pytest.mark.both_engines("undo")

ROW = "Jo;Vos{n};Groep {n};p{n}@kring.example;buurt;{note}\n"


def as_list(rows: int, note: str = "") -> str:
    """Return a list of contacts, each of an organisation of their own."""
    heads = "Voornaam;Achternaam;Organisatie;E-mail;Trefwoorden;Opmerking\n"
    return heads + "".join(ROW.format(n=n, note=note) for n in range(rows))


def statements_to_undo(app: Flask, rows: int) -> tuple[int, int]:
    """Return the statements to undo a list of news, and one of people who are all new."""
    found = []
    project = factories.project()
    with project_scope(project.id):
        made = [imported(project, as_list(rows, note)) for note in ("", "uit de lijst")]
        for one in reversed(made):
            step = session().get_one(Step, one.step_id)
            with counted(app) as sent:
                take_back(system(project.id), step)
            # A table that grew much is measured anew for whoever asks next, whatever the step.
            found.append(len([one for one in sent if not one.startswith(("ANALYZE", "PRAGMA"))]))
        assert session().scalars(select(Person.id)).all() == []
    return found[0], found[1]


def test_undoing_a_long_list_asks_no_more_of_the_database_than_a_short_one(
    app: Flask, opened: Session
) -> None:
    assert statements_to_undo(app, 10) == statements_to_undo(app, 250)


def test_what_comes_back_goes_on_with_its_revision_so_a_form_of_before_is_refused(
    opened: Session, project: Project
) -> None:
    step = session().get_one(Step, imported(project, as_list(1)).step_id)
    person = opened.scalars(select(Person)).one()
    one, seen = person.id, person.revision

    back(back(step))

    opened.expire_all()
    person = opened.get_one(Person, one)
    assert person.revision > seen
    assert person.affiliations[0].revision > seen
    details = PersonDetails(NameParts(surname="Later"))
    with pytest.raises(StaleRecord):
        edit_person(system(project.id), person, details=details, revision=seen)


def test_a_number_is_not_given_anew_while_its_person_is_away(
    opened: Session, project: Project
) -> None:
    step = session().get_one(Step, imported(project, as_list(60)).step_id)
    numbers = set(opened.scalars(select(Person.pseudonym)))

    undoing = back(step)
    with unit_of_work(system(project.id), "test"):
        drawn = set(free_pseudonyms(100))
    back(undoing)

    assert not drawn & numbers
    assert set(opened.scalars(select(Person.pseudonym))) == numbers
