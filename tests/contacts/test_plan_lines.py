"""What there is to tell of the rows: kept in parts, of which a page reads what it shows."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import ReportPart
from crm.contacts.queries.imports import all_lines, lines_about, lines_at, overview
from crm.contacts.rules import plan_lines
from crm.contacts.rules.choices import Choice, Decisions, Reason
from crm.contacts.rules.plan import RowOutcome
from crm.contacts.rules.plan_lines import ReportLine
from crm.contacts.services import imports
from crm.core.pagination import PER_PAGE
from crm.core.permissions import Role, system
from crm.projects.models import Project
from tests.contacts.lists import begun, imported
from tests.pages import Enter, text_of
from tests.statements import counted

HEADINGS = "Voornaam;Achternaam;Organisatie;Helix\n"
KNOWN = HEADINGS + "Jan;de Vries;Wijkraad;\n"


def many(count: int) -> str:
    """Return a list of which each tenth row may mean somebody, and each eleventh is nobody."""
    rows = []
    for at in range(count):
        name = "=1+1;" if at % 11 == 10 else f"Ada;Vos {at}"
        rows.append("Jan;de Vries;Bakkerij;iets" if at % 10 == 9 else f"{name};;")
    return HEADINGS + "\n".join(rows) + "\n"


def test_lines_are_found_by_what_they_are_and_by_their_row(project: Project) -> None:
    imported(project, KNOWN)
    made = begun(project, many(PER_PAGE * 4))
    whole = list(all_lines(made))
    kinds = overview(made)

    rejected = lines_at(made, kinds.places(RowOutcome.REJECTED, None))
    alike = lines_at(made, kinds.places(None, Reason.SAME_NAME))
    everything = lines_at(made, kinds.places(None, None))

    assert len(whole) == made.rows == PER_PAGE * 4
    assert rejected == [one for one in whole if one.outcome is RowOutcome.REJECTED]
    assert alike == [one for one in whole if one.reason is Reason.SAME_NAME] != []
    assert everything == sorted(whole, key=lambda one: not one.needs_eyes) != whole
    assert kinds.reasons == {Reason.SAME_NAME: len(alike)}
    asked = {whole[0].row, whole[60].row, whole[-1].row}
    assert lines_about(made, {*asked, 0, 10**6}) == {
        one.row: one for one in whole if one.row in asked
    }


def test_a_page_of_a_long_list_asks_no_more_and_reads_no_other_lines(
    app: Flask, enter: Enter, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(project, KNOWN)
    planner = enter(Role.PLANNER)
    read: list[object] = []
    line_of = plan_lines._line_of

    def noted(found: dict[str, Any]) -> ReportLine:
        read.append(found["row"])
        return line_of(found)

    monkeypatch.setattr(plan_lines, "_line_of", noted)

    def asked(rows: int, query: str) -> int:
        made = begun(project, many(rows))
        address = f"/projects/{project.slug}/persons/import/{made.id}{query}"
        read.clear()
        with counted(app) as sent:
            answer = planner.get(address)
        assert answer.status_code == 200
        assert len(read) <= PER_PAGE
        return len(sent)

    for query in ("", "?page=2", "?reason=same_name", "?outcome=rejected"):
        assert asked(110, query) == asked(550, query)


def test_a_report_that_is_made_anew_leaves_nothing_of_the_one_before(
    project: Project, opened: Session
) -> None:
    made = begun(project, many(PER_PAGE * 2))

    imports.decide(system(project.id), made, decisions=Decisions(rows={2: Choice.SKIP}))

    assert opened.scalar(select(func.count()).select_from(ReportPart)) == 2
    assert [one.row for one in all_lines(made)][:2] == [2, 3]
    assert overview(made).places(RowOutcome.SKIPPED, None) == [0]


def test_a_row_that_was_skipped_can_be_taken_after_all(project: Project) -> None:
    made = begun(project, many(3))
    for choice in (Choice.SKIP, Choice.NEW):
        imports.decide(system(project.id), made, decisions=Decisions(rows={2: choice}))

    assert (made.new, made.skipped) == (3, 0)


def test_words_are_counted_once_and_asked_until_somebody_says_what_they_mean(
    enter: Enter, project: Project
) -> None:
    imported(project, KNOWN)
    made = begun(project, many(30))
    planner = enter(Role.PLANNER)
    address = f"/projects/{project.slug}/persons/import/{made.id}"

    assert "There is 1 word of which we are not sure" in text_of(planner.get(address))
    assert "in 3 rows" in text_of(planner.get(f"{address}/words"))
