"""Pages on which mail to the people of a session is sent, without JavaScript."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import AttendanceStatus, DesignSession, Invitation
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import Noted
from crm.messages.models import MessageBatch, OutboxMessage
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.design_sessions.conftest import anew
from tests.design_sessions.mailbox import page_of


def key_on(answer: TestResponse) -> str:
    return answer.text.partition('name="key"')[2].partition('value="')[2].partition('"')[0]


def queued() -> list[OutboxMessage]:
    anew()
    return list(session().scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


@pytest.mark.usefixtures("official")
def test_a_planner_sees_who_gets_it_and_how_it_reads(
    planner: FlaskClient, project: Project, planned: DesignSession, leader: Actor
) -> None:
    resident = factories.person("Bewoner", email="bewoner@kring.example")
    inviting.invite(leader, planned, person_ids=[resident.id])

    answer = planner.get(page_of(project, planned))
    seen = pages.text_of(answer)

    assert "1 person gets it." in seen
    assert "Dutch: 1" in seen
    assert "Ambtenaar, Ans" in seen
    assert "no ground to write" in seen
    assert "Did they give their address for this session?" in seen
    assert "/r/" in seen
    assert "Send invitations (1)" in seen


@pytest.mark.usefixtures("official")
def test_sending_leads_to_the_batch(
    planner: FlaskClient, project: Project, planned: DesignSession
) -> None:
    key = key_on(planner.get(page_of(project, planned)))

    first = pages.post(planner, page_of(project, planned), {"key": key, "when": "now"})
    second = pages.post(planner, page_of(project, planned), {"key": key, "when": "now"})

    [message] = queued()
    assert first.status_code == 303
    assert first.location == second.location
    assert first.location.endswith(f"/messages/{message.batch_id}")


@pytest.mark.usefixtures("official")
def test_a_batch_for_later_says_when_in_the_zone_of_the_session(
    planner: FlaskClient, project: Project, planned: DesignSession, leader: Actor
) -> None:
    with unit_of_work(leader, "tests.zone"):
        planned.zone = "America/New_York"
    day = (clock.now() + timedelta(days=3)).date()
    later = {"when": "later", "at_date": day.isoformat(), "at_time": "09:30", "key": "k"}

    pages.post(planner, page_of(project, planned), later)

    anew()
    batch = session().scalars(select(MessageBatch)).one()
    there = batch.not_before.astimezone(ZoneInfo("America/New_York"))
    assert there.replace(tzinfo=None) == datetime.combine(day, time(9, 30))


@pytest.mark.usefixtures("official")
def test_later_asks_for_a_day_and_a_time(
    planner: FlaskClient, project: Project, planned: DesignSession
) -> None:
    answer = pages.post(planner, page_of(project, planned), {"when": "later", "key": "k"})

    assert answer.status_code == 400
    assert "Fill in a day and a time, or send now." in answer.text
    assert queued() == []


def test_who_gave_an_address_is_ticked_with_where(
    planner: FlaskClient, project: Project, planned: DesignSession, leader: Actor
) -> None:
    resident = factories.person("Bewoner", email="bewoner@kring.example")
    inviting.invite(leader, planned, person_ids=[resident.id])
    data = {"person": str(resident.id)}
    here = page_of(project, planned)

    missing = pages.post(planner, f"{here}/gave-address", data, form_at=here)
    noted = pages.post(
        planner, f"{here}/gave-address", {**data, "given-source": "buurtmarkt"}, form_at=here
    )

    anew()
    assert missing.status_code == 400
    assert "Say where they gave their address" in missing.text
    assert noted.status_code == 303
    assert session().scalars(select(Invitation)).one().address_source == "buurtmarkt"
    assert "1 person gets it." in planner.get(here).text


def test_a_language_without_words_is_mended_by_a_link(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person, leader: Actor
) -> None:
    with unit_of_work(leader, "tests.language"):
        official.language = "uk"

    answer = planner.get(page_of(project, planned))

    assert "Nothing can be sent yet: words are missing" in answer.text
    assert "/mail-words/invite/uk" in answer.text
    assert "Send invitations (1)" not in answer.text


def test_people_with_one_address_are_named_and_sent_to_after_a_tick(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person, leader: Actor
) -> None:
    at = factories.organisation("Provincie", helix=Helix.GOVERNMENT)
    twin = factories.person("Tweeling", at=at, email=official.emails[0].address)
    inviting.invite(leader, planned, person_ids=[twin.id])
    here = page_of(project, planned)

    stopped = pages.post(planner, here, {"when": "now", "key": "k"})
    sent = pages.post(planner, here, {"when": "now", "key": "k", "despite_doubles": "y"})

    assert stopped.status_code == 409
    assert "Possible duplicates" in stopped.text
    assert sent.status_code == 303
    assert len(queued()) == 2


def test_reminders_and_thanks_have_pages_of_their_own(
    planner: FlaskClient, project: Project, planned: DesignSession
) -> None:
    reminders = planner.get(page_of(project, planned, "send-reminders"))
    thanks = planner.get(page_of(project, planned, "send-thanks"))

    assert "Remind those who did not answer" in reminders.text
    assert "0 people get it." in reminders.text
    assert "Thank those who came" in thanks.text


def test_a_reviewer_sends_nothing(
    reviewer: FlaskClient, project: Project, planned: DesignSession
) -> None:
    assert reviewer.get(page_of(project, planned)).status_code == 403


def test_the_mail_says_how_to_ask_something_without_the_link(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person, leader: Actor
) -> None:
    with unit_of_work(leader, "tests.phone"):
        planned.contact_phone = "0592 366911"

    seen = pages.text_of(planner.get(page_of(project, planned)))

    assert official.language == "nl"
    assert "Neem contact op: \u20680592 366911\u2069" in seen


def test_whoever_has_no_address_cannot_have_given_it(
    planner: FlaskClient, project: Project, planned: DesignSession, leader: Actor
) -> None:
    known = factories.person("Bewoner", email="bewoner@kring.example")
    unknown = factories.person("Adresloos")
    inviting.invite(leader, planned, person_ids=[known.id, unknown.id])

    asked = planner.get(page_of(project, planned)).text.partition("given-source")[0]

    assert f'name="person" value="{known.id}"' in asked
    assert f'name="person" value="{unknown.id}"' not in asked


def test_only_who_came_is_written_to_or_asked_for_consent_from_the_session(
    planner: FlaskClient, project: Project, planned: DesignSession, official: Person, leader: Actor
) -> None:
    at = factories.organisation("Provincie", helix=Helix.GOVERNMENT)
    factories.person("Thuis", at=at, email="thuis@kring.example")
    came = {official.id: Noted(None, AttendanceStatus.PRESENT)}
    attending.take_attendance(leader, planned, noted=came, walk_ins={})
    words = {"subject_nl": "Wat ervan werd", "body_nl": "Een moestuin.", "when": "now", "key": "w"}
    write, ask = (page_of(project, planned, end) for end in ("write", "ask-consent"))

    tried = pages.post(planner, write, {**words, "preview": "yes"})
    written = pages.post(planner, write, words)
    asked = pages.post(planner, ask, {"when": "now", "key": "a"})

    assert "Recipient 1 of 1." in pages.text_of(tried)
    assert (written.status_code, asked.status_code) == (303, 303)
    assert [(one.purpose, one.person_id) for one in queued()] == [
        (Purpose.NEWS, official.id), (Purpose.CONSENT_REQUEST, official.id),
    ]  # fmt: skip
