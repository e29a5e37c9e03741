"""Calendar feeds: made by a colleague, read by a calendar without a cookie."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from crm.accounts.models import Account
from crm.accounts.services import set_active
from crm.core import mail
from crm.core.db import project_scope, session, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import (
    Answer,
    CalendarFeed,
    DesignSession,
    Invitation,
    SessionState,
)
from crm.design_sessions.queries import people
from crm.design_sessions.rules import links
from crm.design_sessions.services import inviting, planning
from crm.projects.models import Membership, Project
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.design_sessions.conftest import Plan, anew, details


@pytest.fixture
def at(project: Project) -> str:
    return f"/projects/{project.slug}/sessions/calendar"


@pytest.fixture
def who(project: Project) -> Account:
    """A colleague who reads Dutch."""
    account = factories.account("Wim Proef", locale="nl")
    return factories.member(project, Role.PLANNER, who=account)


@pytest.fixture
def colleague(client: FlaskClient, who: Account) -> FlaskClient:
    return factories.sign_in(client, who)


@pytest.fixture
def subscriber(app: Flask) -> FlaskClient:
    """A calendar: it keeps no cookie and signs in nowhere."""
    return app.test_client(use_cookies=False)


def item_of(invitation: Invitation) -> str:
    return f"/c/{links.calendar_token(invitation)}.ics"


def invited(planned: DesignSession, actor: Actor, answer: Answer) -> Invitation:
    """Invite somebody who answered so."""
    person = factories.person("Zichtbaar", helix=Helix.BUSINESS)
    inviting.invite(actor, planned, person_ids=[person.id], helixes={})
    with unit_of_work(actor, "tests.answer"):
        found = next(i for i in people.invitations_of(planned) if i.person_id == person.id)
        found.answer = answer
    return found


def made_link(client: FlaskClient, at: str, of: str = "project") -> str:
    """Make a feed and return the path of its link, as it stands on the page."""
    pages.post(client, at, {"of": of})
    found = re.search(rf'id="feed-{of}"[^>]*value="([^"]+)"', client.get(at).text)
    assert found
    return urlsplit(found[1]).path


def read(data: bytes) -> list[Any]:
    """Return the events of a calendar."""
    calendar: Any = Calendar.from_ical(data)
    return list(calendar.walk("VEVENT"))


def test_a_calendar_reads_the_sessions_of_a_project_without_a_cookie(
    colleague: FlaskClient, subscriber: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan("Ontwerpbijeenkomst Lariks", place="De Zuidstee", capacity=30)
    invited(planned, leader, Answer.YES)
    invited(planned, leader, Answer.MAYBE)
    link = made_link(colleague, at)

    answer = subscriber.get(link)

    (event,) = read(answer.data)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert event["summary"] == "Ontwerpbijeenkomst Lariks"
    assert event["location"] == "De Zuidstee"
    assert "Zeiden ja: 1 van 30" in event["description"]
    assert event["url"].endswith(f"/sessions/{planned.id}")
    assert "Zichtbaar" not in answer.text
    assert "business" not in answer.text.casefold()
    assert len(link) < 60


def test_a_feed_of_everything_holds_the_sessions_of_each_project_of_the_account(
    colleague: FlaskClient, subscriber: FlaskClient, at: str, plan: Plan, who: Account
) -> None:
    plan("In het eerste")
    second, third = factories.project("Tweede"), factories.project("Derde")
    factories.member(second, Role.REVIEWER, who=who)
    for other, title in ((second, "In het tweede"), (third, "In het derde")):
        with project_scope(other.id):
            planning.add_session(system(other.id), other, details=details(title))

    link = made_link(colleague, at, "all")

    titles = {str(event["summary"]) for event in read(subscriber.get(link).data)}
    assert titles == {"In het eerste", "In het tweede"}


def test_a_cancelled_session_says_so(
    colleague: FlaskClient, subscriber: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan("Gaat niet door")
    with unit_of_work(leader, "tests.cancel"):
        planned.state = SessionState.CANCELLED

    (event,) = read(subscriber.get(made_link(colleague, at)).data)

    assert event["status"] == "CANCELLED"
    assert event["summary"] == "Afgelast: Gaat niet door"


def test_a_calendar_that_has_it_already_gets_nothing_new(
    colleague: FlaskClient, subscriber: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    link = made_link(colleague, at)
    first = subscriber.get(link)
    known = {"If-None-Match": first.headers["ETag"]}

    again = subscriber.get(link, headers=known)
    invited(planned, leader, Answer.YES)
    changed = subscriber.get(link, headers=known)

    assert first.headers["Last-Modified"]
    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_new_link_ends_the_old_one(
    colleague: FlaskClient, subscriber: FlaskClient, at: str
) -> None:
    old = made_link(colleague, at)

    pages.post(colleague, f"{at}/renew", {"of": "project"}, form_at=at)

    new = made_link(colleague, at)
    assert new != old
    assert subscriber.get(old).status_code == 404
    assert subscriber.get(new).status_code == 200


def test_an_ended_link_opens_nothing(
    colleague: FlaskClient, subscriber: FlaskClient, at: str
) -> None:
    link, kept = made_link(colleague, at), made_link(colleague, at, "all")

    pages.post(colleague, f"{at}/end", {"of": "project"}, form_at=at)

    assert subscriber.get(link).status_code == 404
    assert subscriber.get(kept).status_code == 200
    assert made_link(colleague, at) != link


@pytest.mark.parametrize("loses", ["role", "account"])
def test_whoever_may_not_see_it_any_more_reads_nothing(
    colleague: FlaskClient,
    subscriber: FlaskClient,
    at: str,
    plan: Plan,
    who: Account,
    loses: str,
) -> None:
    plan()
    link, of_all = made_link(colleague, at), made_link(colleague, at, "all")
    anew()
    with unit_of_work(system(), "tests.loses"):
        if loses == "role":
            session().delete(session().query(Membership).filter_by(account_id=who.id).one())
        else:
            who.is_active = False

    everything = subscriber.get(of_all)
    assert subscriber.get(link).status_code == 404
    if loses == "role":
        assert read(everything.data) == []
    else:
        assert everything.status_code == 404


def test_a_feed_stands_still_while_its_account_is_disabled(
    colleague: FlaskClient, subscriber: FlaskClient, at: str, plan: Plan, who: Account
) -> None:
    plan()
    link = made_link(colleague, at)

    set_active(system(), who, is_active=False)
    assert subscriber.get(link).status_code == 404
    set_active(system(), who, is_active=True)

    assert len(read(subscriber.get(link).data)) == 1


def test_a_link_that_is_pressed_twice_is_made_once(colleague: FlaskClient, at: str) -> None:
    first = made_link(colleague, at)

    assert made_link(colleague, at) == first
    anew()
    assert session().query(CalendarFeed).count() == 1


@pytest.mark.parametrize("token", ["x", "abcdefghij.0123456789012345678901", "é.x", "%00.x"])
def test_what_is_no_link_opens_nothing(
    subscriber: FlaskClient, client: FlaskClient, token: str
) -> None:
    assert subscriber.get(f"/f/{token}.ics").status_code == 404
    assert subscriber.get(f"/c/{token}.ics").status_code == 404


def test_who_said_yes_saves_the_item_that_is_mailed_too(
    subscriber: FlaskClient, plan: Plan, leader: Actor
) -> None:
    comes = invited(plan(), leader, Answer.YES)
    doubts = invited(plan("Andere"), leader, Answer.MAYBE)

    answer, other = (subscriber.get(item_of(one)) for one in (comes, doubts))

    (event,), (tentative,) = read(answer.data), read(other.data)
    assert event["uid"] == f"{comes.calendar_id}@localhost"
    assert (event["status"], tentative["status"]) == ("CONFIRMED", "TENTATIVE")
    assert "attachment" in answer.headers["Content-Disposition"]
    for text in ("ATTENDEE", "ORGANIZER", "Zichtbaar", "/r/"):
        assert text not in answer.text


def test_a_link_opens_only_what_it_was_made_for(
    subscriber: FlaskClient, plan: Plan, leader: Actor
) -> None:
    invitation = invited(plan(), leader, Answer.YES)
    other = mail.link(f"/c/{links.answer_token(invitation)}.ics")

    assert subscriber.get(urlsplit(other).path).status_code == 404


def test_who_was_taken_off_the_list_saves_nothing(
    subscriber: FlaskClient, plan: Plan, leader: Actor
) -> None:
    invitation = invited(plan(), leader, Answer.YES)
    with unit_of_work(leader, "tests.revoke"):
        invitation.answer = Answer.REVOKED

    assert subscriber.get(item_of(invitation)).status_code == 404
