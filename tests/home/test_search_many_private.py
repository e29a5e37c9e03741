"""A word that many private people have hides nobody from a reviewer who is shown by name."""

import re

import pytest
from sqlalchemy.orm import Session

from crm.core.db import add_many, unit_of_work
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.pages import Enter

pytestmark = pytest.mark.both_engines("search")

PRIVATE = 1_010  # more than the thousand hits of one kind that are listed


@pytest.fixture
def many(opened: Session, project: Project) -> list[Person]:
    """People called Veelvoor: over a thousand who are private, then three shown by name."""
    rows = [
        {
            "first_name": "Aad", "surname": "Veelvoor", "sort_key": "veelvoor aad",
            "name_key": "aad veelvoor", "pseudonym": 10_000 + number,
        }
        for number in range(PRIVATE)
    ]  # fmt: skip
    with unit_of_work(system(project.id), "tests.many"):
        add_many(Person, rows)
    work = factories.organisation("Tuinen", helix=Helix.BUSINESS)
    return [factories.person("Veelvoor", first_name=one, at=work) for one in ("Wim", "Xia", "Zoë")]


def test_a_reviewer_finds_and_counts_everybody_with_a_common_word_who_is_shown(
    enter: Enter, project: Project, many: list[Person]
) -> None:
    reviewer, base = enter(Role.REVIEWER), f"/projects/{project.slug}"

    pages = {
        what: reviewer.get(f"{base}/{what}q=veelvoor").text
        for what in ("search?", "search?group=people&", "search/quick?", "persons?")
    }
    file = reviewer.get(f"{base}/search/export.csv?q=veelvoor").text

    for what, text in {**pages, "file": file}.items():
        assert [one for one in ("Wim", "Xia", "Zoë") if one not in text] == [], what
        assert "Aad" not in text
    assert "Shown for" not in pages["search?"]
    assert re.search(
        r"People\s*\(?3\b|\b3 (people|hits|results)", re.sub("<[^>]+>", " ", pages["search?"])
    )
