"""Pages of the words of messages: list, editor, versions, preview and test message."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core import mail
from crm.core.db import session, unit_of_work
from crm.core.permissions import Role, system
from crm.messages.models import MessageTemplate, OutboxMessage
from crm.messages.rules import vocabulary
from crm.messages.views import templates as views
from crm.projects.models import Project
from tests import factories, pages
from tests.conventions import page_rules
from tests.web import hostile

BODY = "Dag ((voornaam)),\n\n((wanneer))\n\n[Antwoord](((antwoordlink)))"


@pytest.fixture
def planner(project: Project, client: FlaskClient) -> FlaskClient:
    return factories.sign_in(client, factories.member(project, Role.PLANNER))


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/mail-words"


def versions() -> list[MessageTemplate]:
    session().rollback()
    statement = select(MessageTemplate).order_by(MessageTemplate.version)
    return list(session().scalars(statement))


def test_the_list_names_every_message_in_every_language(planner: FlaskClient, base: str) -> None:
    text = pages.text_of(planner.get(base))

    assert "Invitation to a session Dutch" in text
    assert "Message to people English" in text
    assert "New password" not in text


def test_words_are_saved_and_shown_as_they_will_look(planner: FlaskClient, base: str) -> None:
    answer = pages.post(
        planner,
        f"{base}/invite/nl",
        {"subject": "Kom je, ((voornaam))?", "body": BODY, "revision": "0"},
    )

    assert answer.status_code == 303
    assert [(one.version, one.body) for one in versions()] == [(1, BODY)]
    assert "Kom je, Noa?" in pages.text_of(planner.get(answer.headers["Location"]))


def test_an_unknown_placeholder_is_named_beside_the_field(planner: FlaskClient, base: str) -> None:
    answer = pages.post(
        planner, f"{base}/invite/nl", {"subject": "Kom", "body": BODY + "((maat))", "revision": "0"}
    )

    assert answer.status_code == 400
    assert 'id="body-error"' in answer.text
    assert "((maat))" in answer.text.partition('id="body-error"')[2].partition("</ul>")[0]
    assert versions() == []


def test_who_saves_second_sees_both_texts(planner: FlaskClient, base: str) -> None:
    address = f"{base}/invite/nl"
    pages.post(planner, address, {"subject": "Eerste", "body": BODY, "revision": "0"})

    answer = pages.post(planner, address, {"subject": "Tweede", "body": BODY, "revision": "0"})
    again = pages.post(planner, address, {"subject": "Tweede", "body": BODY, "revision": "1"})

    assert answer.status_code == 409
    assert "Eerste" in answer.text
    assert "Tweede" in answer.text
    assert again.status_code == 303
    assert [one.subject for one in versions()] == ["Eerste", "Tweede"]


def test_an_old_version_can_be_used_again(planner: FlaskClient, base: str) -> None:
    address = f"{base}/invite/nl"
    pages.post(planner, address, {"subject": "Eerste", "body": BODY, "revision": "0"})
    pages.post(planner, address, {"subject": "Tweede", "body": BODY, "revision": "1"})

    history = planner.get(f"{address}/history")
    pages.post(planner, f"{address}/use-again", {"number": "1"}, form_at=f"{address}/history")

    assert "Version 2" in history.text
    assert [one.subject for one in versions()] == ["Eerste", "Tweede", "Eerste"]


def test_the_letter_is_sealed_and_only_its_preview_frames_it(
    planner: FlaskClient, base: str
) -> None:
    letter = planner.get(f"{base}/invite/nl/letter")
    preview = planner.get(f"{base}/invite/nl/preview")
    other = planner.get(f"{base}/invite/nl")

    policy = letter.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert policy.endswith("sandbox")
    assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in preview.headers["Content-Security-Policy"]
    assert "frame-src 'none'" in other.headers["Content-Security-Policy"]
    assert ' sandbox referrerpolicy="no-referrer"' in preview.text
    assert page_rules.parse(letter.text)[1] == []


def test_what_is_typed_stays_text_in_the_letter_and_on_the_pages(
    planner: FlaskClient, base: str
) -> None:
    body = BODY + "\n\n" + hostile.ALL_IN_ONE + "\n\n" + "[" * 5000
    address = f"{base}/invite/nl"

    saved = pages.post(planner, address, {"subject": hostile.MARKUP, "body": body, "revision": "0"})

    assert saved.status_code == 303
    for page in (address, f"{address}/letter", f"{address}/preview", f"{address}/history", base):
        assert hostile.faults(planner.get(page).text) == []


def test_a_test_message_goes_to_ones_own_address_once(planner: FlaskClient, base: str) -> None:
    for _twice in range(2):
        pages.post(
            planner, f"{base}/invite/nl/test", {"number": "1"}, form_at=f"{base}/invite/nl/preview"
        )

    session().rollback()
    sent = session().scalars(select(OutboxMessage)).all()
    assert [(one.params, one.purpose, one.language) for one in sent] == [
        ({"example": 1}, "invite", "nl")
    ]
    assert sent[0].account_id is not None


@pytest.mark.parametrize(
    "address", ["invite/de", "invite/xx", "reset/nl", "nonsense/nl", "consent_request/nl"]
)
def test_words_that_nobody_needs_are_not_found(
    planner: FlaskClient, base: str, address: str
) -> None:
    assert planner.get(f"{base}/{address}").status_code == 404


def test_a_language_of_people_can_be_written_in(
    planner: FlaskClient, base: str, project: Project
) -> None:
    person = factories.person("Ada")
    with unit_of_work(system(project.id), "tests.language"):
        person.language = "de"

    answer = planner.get(f"{base}/invite/de")

    assert answer.status_code == 200
    assert "((answer link))" in answer.text


def test_a_reviewer_has_no_part_in_it(project: Project, client: FlaskClient, base: str) -> None:
    factories.sign_in(client, factories.member(project, Role.REVIEWER))

    assert client.get(base).status_code == 403


def test_each_placeholder_says_what_it_means(app: Flask) -> None:
    assert views.MEANINGS.keys() == vocabulary.WORDS.keys()


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("", "The test message is written to a file, not sent."),
        ("smtp://127.0.0.1:1", "A test message is on its way to your own address."),
    ],
)
def test_a_test_message_is_called_sent_only_where_a_server_takes_it(
    planner: FlaskClient, base: str, server: str, said: str
) -> None:
    before = mail.settings()
    mail.use_settings(replace(before, server=server))
    here = f"{base}/invite/nl/preview"

    sent = pages.post(planner, f"{base}/invite/nl/test", {"number": "1"}, form_at=here)
    page = planner.get(sent.location)
    mail.use_settings(before)

    assert said in page.text
