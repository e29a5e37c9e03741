"""Pages on which people of the register are written to, and the page of a request for consent."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.consent.models import Basis, ContactBasis, ContactPurpose
from crm.core.db import session
from crm.core.permissions import Role
from crm.messages.models import MessageBatch, OutboxMessage
from crm.messages.rules.links import consent_link
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages

WORDS = {"subject_nl": "Wat ervan werd", "body_nl": "Er kwam een **moestuin**.", "when": "now"}


@pytest.fixture
def planner(project: Project, client: FlaskClient) -> FlaskClient:
    """A browser in which a planner of the project is signed in."""
    return factories.sign_in(client, factories.member(project, Role.PLANNER))


@pytest.fixture
def official(project: Project) -> Person:
    """Somebody of a municipality."""
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    return factories.person("Ambtenaar", at=at, email="ambtenaar@kring.example")


@pytest.fixture
def resident(project: Project) -> Person:
    """Somebody who was not asked anything yet."""
    return factories.person("Bewoner", email="bewoner@kring.example")


def message() -> OutboxMessage:
    session().rollback()
    session().expire_all()
    return session().scalars(select(OutboxMessage)).one()


@pytest.mark.usefixtures("official", "resident")
def test_a_message_is_tried_and_then_sent(planner: FlaskClient, project: Project) -> None:
    here = f"/projects/{project.slug}/messages/new"
    first = planner.get(here)

    tried = pages.post(planner, here, {**WORDS, "preview": "yes", "key": "k"})
    sent = pages.post(planner, here, {**WORDS, "key": "k"})

    assert "1 person gets it." in first.text
    assert "no ground to write" in first.text
    assert "Er kwam een moestuin." in pages.text_of(tried)
    assert "Wat ervan werd" in tried.text
    assert sent.status_code == 303
    assert message().batch_id is not None
    assert session().scalars(select(MessageBatch)).one().words["nl"][0] == "Wat ervan werd"


@pytest.mark.usefixtures("official", "resident")
def test_a_message_without_words_comes_back(planner: FlaskClient, project: Project) -> None:
    here = f"/projects/{project.slug}/messages/new"

    answer = pages.post(planner, here, {"subject_nl": "Titel", "when": "now", "key": "k"})

    assert answer.status_code == 400
    assert "Write a subject and a text in each language" in answer.text


@pytest.mark.usefixtures("official", "resident")
def test_the_filters_of_the_list_choose_who_gets_it(planner: FlaskClient, project: Project) -> None:
    here = f"/projects/{project.slug}/messages/new"

    nobody = planner.get(f"{here}?helix=business")
    news = planner.get(f"{here}?purpose=news")

    assert "0 people get it." in nobody.text
    assert "0 people get it." in news.text


def test_consent_is_asked_and_given_by_a_link(
    planner: FlaskClient, client: FlaskClient, project: Project, resident: Person
) -> None:
    here = f"/projects/{project.slug}/messages/consent"
    sent = pages.post(planner, here, {"when": "now", "key": "k"})
    link = "/k/" + consent_link(message().public_name).rpartition("/k/")[2]

    looked = client.get(link)
    nothing = session().scalars(select(ContactBasis)).all()
    half = client.post(link, data={"panel": "yes"})
    given = client.post(link, data={"panel": "yes", "news": "no"}, follow_redirects=True)

    session().rollback()
    kept = {one.purpose: one.basis for one in session().scalars(select(ContactBasis))}
    assert sent.status_code == 303
    assert looked.status_code == 200
    assert nothing == []
    assert half.status_code == 400
    assert given.status_code == 200
    assert kept == {
        ContactPurpose.PANEL: Basis.CONSENT, ContactPurpose.NEWS: Basis.DECLINED,
    }  # fmt: skip


def test_a_link_of_another_purpose_opens_nothing(client: FlaskClient, project: Project) -> None:
    assert client.get("/k/abc.def").status_code == 404


def test_what_is_typed_is_seen_as_each_recipient_gets_it(
    planner: FlaskClient, project: Project, official: Person
) -> None:
    at = factories.organisation("Provincie", helix=Helix.GOVERNMENT)
    second = factories.person("Zuid", first_name="Zoë", at=at, email="zuid@kring.example")
    here = f"/projects/{project.slug}/messages/new"
    typed = {"body_nl": "<script>x</script> Dag **((voornaam))**", "subject_nl": "Titel"}

    first = pages.post(planner, here, {**typed, "preview": "yes"})
    other = pages.post(planner, here, {**typed, "preview": str(second.id)})
    address = f"{here}/letters/{second.id}?purpose=project_work"
    letter = pages.post(planner, address, typed, form_at=here)

    assert "How it reads for Ans Ambtenaar" in first.text
    assert "Recipient 1 of 2. Language: Dutch." in pages.text_of(first)
    assert "How it reads for Zoë Zuid" in other.text
    assert f'formaction="{address}"' in other.text
    assert "Previous recipient" in other.text
    assert "Next recipient" not in other.text
    assert letter.headers["Content-Security-Policy"].endswith("sandbox")
    assert "Zoë" in letter.text
    assert "<script>" not in letter.text
    assert "/u/" not in letter.text
    assert session().scalars(select(OutboxMessage)).all() == []


def test_a_request_for_consent_is_seen_as_each_recipient_gets_it(
    planner: FlaskClient, project: Project, resident: Person
) -> None:
    second = factories.person("Zuid", first_name="Zoë", email="zuid@kring.example")
    here = f"/projects/{project.slug}/messages/consent"

    first = planner.get(f"{here}?helix=end_users")
    other = planner.get(f"{here}?helix=end_users&reader={second.id}")
    letter = planner.get(f"{here}/letters/{second.id}")

    assert f"{here}?helix=end_users&amp;reader={second.id}#letter" in first.text
    assert f'src="{here}/letters/{resident.id}"' in first.text
    assert "Recipient 2 of 2. Language: Dutch." in pages.text_of(other)
    assert letter.headers["Content-Security-Policy"].endswith("sandbox")
    assert "Zoë" in letter.text
    assert "/k/" not in letter.text
    assert session().scalars(select(OutboxMessage)).all() == []


def test_who_may_not_be_written_to_has_no_letter(
    planner: FlaskClient, project: Project, resident: Person
) -> None:
    here = f"/projects/{project.slug}/messages"

    answer = pages.post(planner, f"{here}/new/letters/{resident.id}", form_at=f"{here}/new")
    unknown = planner.get(f"{here}/consent/letters/{resident.id + 1}")

    assert "This person does not get this message now." in answer.text
    assert unknown.status_code == 404


def test_a_reviewer_sees_no_letter(client: FlaskClient, project: Project, resident: Person) -> None:
    reviewer = factories.sign_in(client, factories.member(project, Role.REVIEWER))

    answer = reviewer.get(f"/projects/{project.slug}/messages/consent/letters/{resident.id}")

    assert answer.status_code == 403


def test_long_lists_of_those_who_get_it_and_do_not_come_by_the_page(
    planner: FlaskClient, project: Project
) -> None:
    with factories.together():
        for one in range(60):
            factories.person(f"Wel {one:02}", helix=Helix.GOVERNMENT, email=f"w{one}@x.example")
            factories.person(f"Niet {one:02}", email=f"n{one}@x.example")
    here = f"/projects/{project.slug}/messages/new"

    first = pages.text_of(planner.get(here))
    second = pages.text_of(planner.get(f"{here}?page=2&others=2"))

    assert "60 people get it." in first
    assert first.count("1 to 50 of 60") == 2
    assert ("Wel 49, Ans" in first, "Wel 50, Ans" in first) == (True, False)
    assert ("Wel 49, Ans" in second, "Wel 50, Ans" in second) == (False, True)
    assert ("Niet 49, Ans" in second, "Niet 50, Ans" in second) == (False, True)
