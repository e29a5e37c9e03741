"""The letter of each recipient beside the button that sends it: sealed, and read-only."""

from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core.audit import AuditEntry
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import people
from crm.design_sessions.rules import links
from crm.design_sessions.services import inviting
from crm.messages.models import MessageBatch, MessageTemplate, OutboxMessage
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.design_sessions.conftest import anew
from tests.design_sessions.mailbox import page_of

HOSTILE = "<script>alert(1)</script>"


def letters(project: Project, planned: DesignSession, person: Person, purpose: str) -> str:
    return page_of(project, planned, f"letters/{purpose}/{person.id}")


def test_a_planner_steps_through_the_recipients_and_sees_what_each_gets(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person, leader: Actor
) -> None:
    at = factories.organisation("Provincie", helix=Helix.GOVERNMENT)
    second = factories.person("Zuid", at=at, email="zuid@kring.example", first_name="Zoë")
    inviting.invite(leader, planned, person_ids=[second.id])
    with unit_of_work(leader, "tests.language"):
        second.language = "en"
    here = page_of(project, planned)

    first = planner.get(here)
    other = planner.get(f"{here}?reader={second.id}")
    letter = planner.get(letters(project, planned, second, "invite"))

    assert f"{here}?reader={second.id}#letter" in first.text
    assert letters(project, planned, official, "invite") in first.text
    assert "Recipient 1 of 2. Language: Dutch." in pages.text_of(first)
    assert "Recipient 2 of 2. Language: English." in pages.text_of(other)
    assert "Previous recipient" in other.text
    assert "Next recipient" not in other.text
    assert letters(project, planned, second, "invite") in other.text
    assert '<html lang="en"' in letter.text
    assert "Zoë" in letter.text
    assert "<bdi>Ans</bdi>" not in letter.text


def test_the_letter_is_sealed_and_its_personal_links_open_nothing(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person, leader: Actor
) -> None:
    with unit_of_work(leader, "tests.name"):
        official.first_name = HOSTILE
    own = links.answer_token(people.invitations_of(planned)[0])

    page = planner.get(page_of(project, planned))
    letter = planner.get(letters(project, planned, official, "invite"))

    policy = letter.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "sandbox" in page.text.partition("<iframe")[2].partition(">")[0]
    assert own not in page.text + letter.text
    assert "/r/voorbeeld" in letter.text
    assert planner.get("/r/voorbeeld").status_code == 404
    assert "/u/" not in letter.text
    assert HOSTILE not in page.text + letter.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in letter.text


def test_looking_at_a_letter_leaves_everything_as_it_was(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person
) -> None:
    def rows() -> list[int]:
        anew()
        counted = (AuditEntry, OutboxMessage, MessageBatch, MessageTemplate)
        return [session().scalar(select(func.count(one.id))) or 0 for one in counted]

    before = rows()
    planner.get(page_of(project, planned))
    planner.get(letters(project, planned, official, "invite"))

    assert rows() == before


def test_who_does_not_get_a_message_has_no_preview_of_it(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person
) -> None:
    reminder = planner.get(letters(project, planned, official, "reminder"))
    other = planner.get(letters(project, planned, official, "confirmation"))

    assert reminder.status_code == 200
    assert "This person does not get this message now." in reminder.text
    assert other.status_code == 404


def test_a_reviewer_sees_no_letter(
    reviewer: FlaskClient, project: Project, planned: DesignSession, official: Person
) -> None:
    assert reviewer.get(letters(project, planned, official, "invite")).status_code == 403
