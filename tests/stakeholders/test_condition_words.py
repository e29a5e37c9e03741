"""Conditions in plain words, and what is said where they make no sense."""

from flask import Flask

from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts

NEW = NewPerson(PersonDetails(NameParts(surname="Naam"), tags=("Sport",)), ())
SENTENCES = {
    "helix:research:2024-05-01": "helix is Research on 1 May 2024",
    "!helix:research": "helix is not Research today",
    "private,any(tag:sport,!email)": (
        "is a private person and (has the tag “Sport” or has no e-mail address)"
    ),
    "!any(email,private)": "not (has an e-mail address or is a private person)",
    "attended::2024-01-01:2024-12-31": "was at a session from 1 Jan 2024 until 31 Dec 2024",
    "involved": "takes or took part in an initiative",
    "organisation:999": "has a role at (no longer there) today",
}


def test_conditions_read_as_a_sentence(app: Flask, project: Project) -> None:
    add_persons_in_bulk(system(project.id), project, new=[NEW])

    with app.test_request_context(headers={"Accept-Language": "en"}):
        said = {text: condition_filter.read(text, system(project.id)).words for text in SENTENCES}

    assert said == SENTENCES


SENSELESS = (
    "nothing:1", "helix", "helix:moon", "helix:research:yesterday", "tag:!!", "tag:",
    "language:xx", "organisation:Stad", "attended:0", "attended:1:2024-01-01",
    "helix:research:2024-05-01:more", "attended::2024-05-02:2024-05-01", "added:0001-01-01",
    "contact:everything", "any(",
)  # fmt: skip


def test_conditions_that_make_no_sense_say_why_and_show_nobody(
    project: Project,
) -> None:
    actor = system(project.id)
    add_persons_in_bulk(actor, project, new=[NEW])

    found = {text: condition_filter.read(text, actor) for text in SENSELESS}

    assert [text for text, one in found.items() if not one.refusal] == []
    for one in found.values():
        assert not list(persons.everybody(actor, PersonFilter(where=one.meant)))
