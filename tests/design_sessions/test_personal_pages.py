"""The page of an invitation: what it says, what its answer does, and what it never tells."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core import clock, tokens
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, system
from crm.design_sessions.models import (
    Answer,
    AnswerEvent,
    DesignSession,
    Invitation,
    SessionState,
)
from crm.stakeholders.models import Helix
from tests import kept, pages
from tests.design_sessions.conftest import anew
from tests.design_sessions.own_page import address_of, change, count, invite, say, stands, text

SECRETS = ("Lindeman", "noa@kring.example", "Onbekend", "0612345678", "Business", "Bakkerij")


def test_looking_changes_nothing_whoever_looks(
    app: Flask, client: FlaskClient, address: str
) -> None:
    session().rollback()
    before = kept.everything(app)

    for place in (address, f"{address}?a=yes", f"{address}?a=no&language=nl&done=answer"):
        for method in ("GET", "HEAD", "GET"):
            assert client.open(place, method=method).status_code == 200

    assert kept.everything(app) == before


def test_the_page_says_when_where_and_whom_to_call(client: FlaskClient, address: str) -> None:
    words = text(client, address)

    assert "Hello Noa," in words
    assert "Tuesday 4 May 2027, 14:00 – 16:30 (Dutch time)" in words
    assert "De Zuidstee" in words
    assert "0592-123456" in words
    assert 'href="https://kring.example/samen"' in client.get(address).text


def test_the_page_tells_nothing_that_is_kept(
    client: FlaskClient, roomy: DesignSession, leader: Actor, address: str
) -> None:
    invite(roomy, leader, "Kai", "Onbekend", "kai@kring.example")
    for given in ("yes", "maybe", "no"):
        say(client, address, given)
        html = client.get(address).text
        assert [word for word in (*SECRETS, "Kai", "kai@") if word in html] == []


def test_a_link_in_a_mail_only_chooses(client: FlaskClient, noa: Invitation) -> None:
    html = client.get(f"{address_of(noa)}?a=yes").text

    assert re.search(r'<input checked [^>]*value="yes"', html)
    anew()
    assert stands(noa) is Answer.NONE


def test_an_answer_is_given_changed_and_said_twice(
    client: FlaskClient, noa: Invitation, address: str
) -> None:
    codes = [say(client, address, given) for given in ("yes", "yes", "no", "maybe", "maybe")]

    assert codes == [303] * 5
    assert stands(noa) is Answer.MAYBE
    assert count(AnswerEvent) == 3


def test_after_an_answer_one_reads_the_page_anew(client: FlaskClient, address: str) -> None:
    answer = client.post(f"{address}?language=nl", data={"answer": "yes", "seen_sequence": "0"})

    after = client.get(answer.location)
    assert answer.status_code == 303
    assert 'lang="nl"' in after.text
    assert "Je antwoord is bewaard." in pages.text_of(after)


def test_no_answer_at_all_is_asked_again(
    client: FlaskClient, noa: Invitation, address: str
) -> None:
    answers = [client.post(address, data=data) for data in ({}, {"answer": "offered"})]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("Choose one of these answers." in pages.text_of(one) for one in answers)
    anew()
    assert stands(noa) is Answer.NONE


def test_a_page_from_before_a_change_explains_and_saves_nothing(
    client: FlaskClient, roomy: DesignSession, noa: Invitation, address: str
) -> None:
    change(roomy, sequence=1, starts_local="2027-05-05T10:00", ends_local="2027-05-05T12:00")

    answer = client.post(address, data={"answer": "yes", "seen_sequence": "0"})

    anew()
    assert answer.status_code == 409
    assert "Wednesday 5 May 2027, 10:00 – 12:00" in pages.text_of(answer)
    assert "Nothing was saved." in pages.text_of(answer)
    assert stands(noa) is Answer.NONE
    assert 'name="seen_sequence" type="hidden" value="1"' in answer.text
    assert say(client, address, "yes", seen=1) == 303


def test_what_comes_without_the_number_of_the_page_counts_as_stale(
    client: FlaskClient, noa: Invitation, address: str
) -> None:
    assert client.post(address, data={"answer": "yes"}).status_code == 409


def test_a_full_session_leads_to_the_waiting_list_and_off_it_in_one_click(
    client: FlaskClient, roomy: DesignSession, leader: Actor, noa: Invitation, address: str
) -> None:
    for name in ("Een", "Twee"):
        say(client, address_of(invite(roomy, leader, name, name)), "yes")
    assert "With “yes” you come on the waiting list" in text(client, address)

    say(client, address, "yes")

    words = text(client, address)
    assert stands(noa) is Answer.WAITING
    assert "You are on the waiting list" in words
    assert "Who waits longest goes first." in words
    assert say(client, address, "no") == 303
    assert stands(noa) is Answer.NO


def test_a_place_that_falls_free_is_taken_by_its_button(
    client: FlaskClient, roomy: DesignSession, leader: Actor, noa: Invitation, address: str
) -> None:
    change(roomy, capacity=1)
    first = address_of(invite(roomy, leader, "Een", "Een"))
    say(client, first, "yes")
    say(client, address, "yes")

    say(client, first, "no")

    assert stands(noa) is Answer.OFFERED
    assert "A place is free for you until" in text(client, address)
    say(client, address, "yes")
    assert stands(noa) is Answer.YES


def test_an_offer_that_ended_says_so(
    client: FlaskClient, roomy: DesignSession, noa: Invitation, address: str
) -> None:
    change(noa, answer=Answer.OFFERED, offer_until=clock.now() - timedelta(minutes=1))

    words = text(client, address)

    assert "was not taken in time" in words
    assert say(client, address, "yes") == 303
    assert stands(noa) is Answer.YES


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": SessionState.CANCELLED}, "This session is cancelled."),
        ({"state": SessionState.CLOSED}, "Answers are closed."),
        (
            {"state": SessionState.CLOSED, "answer_until": clock.now() + timedelta(days=1)},
            "Answers are closed.",
        ),
        ({"answer_until": clock.now() - timedelta(days=1)}, "Answers are closed since"),
        ({"starts_at": clock.now() - timedelta(hours=1)}, "This session has begun or is over."),
    ],
)
def test_when_no_answer_is_taken_the_page_says_why_and_shows_the_phone(
    client: FlaskClient, roomy: DesignSession, address: str, values: dict[str, object], words: str
) -> None:
    change(roomy, **values)

    shown = text(client, address)

    assert words in shown
    assert "0592-123456" in shown
    assert "Send my answer" not in shown
    assert say(client, address, "yes") == 409
    assert count(AnswerEvent) == 0


def test_links_that_open_nothing_look_alike(
    client: FlaskClient, noa: Invitation, address: str
) -> None:
    name = noa.public_name
    change(noa, token_version=2)
    broken = [
        address,
        f"/r/{tokens.signed('answer', tokens.public())}",
        f"/r/{tokens.signed('unsubscribe', name, 2)}",
        f"/r/{name}",
        "/r/%00",
        "/r/%ff.%ff",
        "/r/" + "x" * 5_000,
        f"{address_of(noa)}/",
        f"{address_of(noa)}/and/more",
        "/r/",
    ]

    answers = [client.get(link) for link in broken]
    answers += [client.post(link, data={"answer": "yes"}) for link in broken]

    assert {answer.status_code for answer in answers} == {404}
    assert len({pages.text_of(answer) for answer in answers}) == 1
    assert {answer.headers.get("Set-Cookie") for answer in answers} == {None}
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert client.get(address_of(noa)).status_code == 200


def test_answering_needs_no_cookie(client: FlaskClient, address: str) -> None:
    answers = [
        client.get(address),
        client.post(address, data={"answer": "yes", "seen_sequence": "0"}),
        client.post(address, data={}),
    ]

    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None, None, None]
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_the_page_is_in_the_language_of_the_person_unless_asked(
    client: FlaskClient, noa: Invitation, address: str
) -> None:
    with unit_of_work(system(noa.project_id), "tests.language"):
        noa.person.language = "nl"
        noa.person.affiliations[0].helix = Helix.BUSINESS
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

    own, other = client.get(address).text, client.get(f"{address}?language=en").text

    assert 'lang="nl"' in own
    assert "dinsdag 4 mei 2027, 14.00 – 16.30 uur" in own
    assert 'lang="en"' in other
    assert f'action="{address}?language=en"' in other
