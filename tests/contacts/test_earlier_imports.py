"""What the pages that list imports say of each: under way, ended half-way, done, undone."""

import pytest
from sqlalchemy.orm import Session

from crm.contacts.services import import_parts, imports
from crm.contacts.services.import_preview import planned_now
from crm.core import undo
from crm.core.db import session
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.steps.services import take_back
from tests.contacts.lists import begun, imported
from tests.long_tasks import part
from tests.pages import Enter, text_of

LIST = "Voornaam;Achternaam\nAda;Vos\nBo;Berg\n"


def test_earlier_imports_say_how_each_ended(
    enter: Enter, project: Project, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_parts, "PART", 1)
    actor, planner = system(project.id), enter(Role.PLANNER)
    undone = imported(project, LIST)
    take_back(actor, session().get_one(undo.Step, undone.step_id))
    stopped = begun(project, LIST)
    import_parts.carry_out_later(actor, stopped)
    part(actor, stopped.task, (planned_now(stopped), 1))
    under_way = text_of(planner.get(f"/projects/{project.slug}/"))
    listed = text_of(planner.get(f"/projects/{project.slug}/persons/import"))
    imports.cancel(actor, stopped)
    imported(project, LIST)

    after = text_of(planner.get(f"/projects/{project.slug}/persons/import"))

    assert "The import of lijst.csv is under way: 1 of 2 rows" in under_way
    assert "Finish the import" not in under_way
    assert [listed.count(one) for one in ("Under way", "Undone", "Ended half-way")] == [1, 1, 0]
    assert [after.count(one) for one in ("Under way", "Undone", "Ended half-way")] == [0, 1, 1]


def test_the_end_of_an_import_leads_to_people_and_organisations(
    enter: Enter, project: Project
) -> None:
    made = imported(
        project, "Voornaam;Organisatie;Helix\nAda;Café Oost;bedrijf\n;Wijkraad;bewoners\n"
    )
    planner, address = enter(Role.PLANNER), f"/projects/{project.slug}/persons/import/{made.id}"

    page = planner.get(address)
    next_page = planner.get(f"{address}?organisations=2")

    for words in ("People from this list", "Organisations from this list", "Café Oost", "Wijkraad"):
        assert words in text_of(page)
    assert "Wijkraad" not in text_of(next_page)
    assert "Ada" in text_of(next_page)
