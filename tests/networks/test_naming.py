"""The names of the points of a network, asked a part at a time."""

import pytest

from crm.core.permissions import system
from crm.core.ties import organisation_key, person_key
from crm.networks.queries import materials
from crm.projects.models import Project
from tests import factories


def test_names_that_are_asked_in_parts_are_all_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [person_key(factories.person(f"Persoon{one}").id) for one in range(7)]
    clubs = [organisation_key(factories.organisation(f"Club {one}").id) for one in range(4)]
    actor = system(project.id)
    at_once = materials.names(actor, [*people, *clubs])

    monkeypatch.setattr(materials, "SET_SIZE", 3)

    assert materials.names(actor, [*people, *clubs]) == at_once
    assert list(at_once) == [*clubs, *people]
