"""The second link: asked for by anybody, sent to the address on record; it alone shows all."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.consent.models import ContactPurpose
from crm.consent.services import keep_objection
from crm.contacts.models import ContactImport, ImportState, PersonOrigin
from crm.core import clock, references, tokens
from crm.core.audit import AuditEntry
from crm.core.db import session, unit_of_work
from crm.core.errors import Forbidden
from crm.core.mail import Content, Outgoing, Purpose, Reason, Withheld, kind_of
from crm.core.permissions import NOBODY, Actor, system
from crm.design_sessions.services import inviting, planning
from crm.messages.jobs.housekeeping import clear_person_links
from crm.messages.models import OutboxMessage, PersonLink
from crm.messages.rules.links import details_link
from crm.messages.services import details
from crm.messages.services.details import AskedTooOften
from crm.messages.views.details_words import COLUMNS, HEADINGS
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Objected, Person
from crm.stakeholders.rules.fields import PERSON, columns_of
from crm.stakeholders.services.persons import correct_own_details
from tests import factories, kept, pages
from tests.design_sessions.conftest import details as session_details

ADDRESS = "noa@kring.example"
FORM = {
    "first_name": "Noa", "initials": "N.", "prefix": "van", "surname": "Lindeman",
    "emails-0": "noa.nieuw@kring.example", "phones-0": "06 12345678", "language": "nl",
}  # fmt: skip
NAMELESS = dict.fromkeys(("first_name", "initials", "prefix", "surname"), "")


@pytest.fixture
def noa(project: Project) -> Person:
    """Somebody of whom something of each kind is kept."""
    person = factories.person(
        "Lindeman", first_name="Noa", at=factories.organisation("Bakkerij Bakker"), email=ADDRESS
    )
    with unit_of_work(system(project.id), "tests.details"):
        keep_objection(person, Objected("een telefoontje", clock.now()))
        person.language = "en"
    leader = factories.leader_of(project)
    planned = planning.add_session(leader, project, details=session_details("Keukentafel"))
    inviting.invite(leader, planned, person_ids=[person.id])
    return person


@pytest.fixture
def link(noa: Person) -> PersonLink:
    """A link that Noa was sent."""
    details.send_link(NOBODY, noa)
    return newest()


@pytest.fixture
def address(link: PersonLink) -> str:
    return path_of(link)


def newest() -> PersonLink:
    return session().scalars(select(PersonLink).order_by(PersonLink.id.desc()).limit(1)).one()


def path_of(link: PersonLink) -> str:
    return "/d/" + details_link(link).rpartition("/d/")[2]


def outgoing() -> Outgoing:
    """Return the message of the newest link as its feature sees it."""
    found = session().scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert found
    return Outgoing(
        found.id, found.public_name, found.purpose, found.about_id, found.sequence, found.params,
        found.person_id, None, found.language, found.queued_at,
    )  # fmt: skip


def messages() -> int:
    session().rollback()
    return session().scalar(select(func.count(OutboxMessage.id))) or 0


def test_the_link_goes_to_the_address_on_record_for_an_hour(link: PersonLink) -> None:
    message = session().scalars(select(OutboxMessage)).one()

    assert message.purpose is Purpose.DETAILS
    assert message.address == ADDRESS
    assert message.send_not_after == link.expires_at
    assert link.expires_at - link.made_at == timedelta(hours=1)
    assert message.params == {}


def test_the_message_names_the_link_and_until_when_it_works(link: PersonLink) -> None:
    content = kind_of(Purpose.DETAILS).prepare(outgoing())

    assert isinstance(content, Content)
    assert content.recipient.address == ADDRESS
    assert content.values["link"] == details_link(link)
    assert kind_of(Purpose.DETAILS).is_secret


def test_a_message_that_is_late_is_not_sent(link: PersonLink) -> None:
    with clock.frozen(link.expires_at):
        assert kind_of(Purpose.DETAILS).prepare(outgoing()) == Withheld(Reason.TOO_LATE)


def test_a_link_is_sent_three_times_a_day(noa: Person) -> None:
    for _ in range(3):
        details.send_link(NOBODY, noa)

    with pytest.raises(AskedTooOften):
        details.send_link(NOBODY, noa)
    with clock.frozen(clock.now() + timedelta(hours=24, minutes=1)):
        details.send_link(NOBODY, noa)
    assert messages() == 4


def test_who_has_no_address_is_answered_the_same(project: Project) -> None:
    details.send_link(NOBODY, factories.person("Zonder"))

    assert messages() == 0


def test_looking_changes_nothing(app: Flask, client: FlaskClient, address: str) -> None:
    session().rollback()
    before = kept.everything(app)

    for place in (address, f"{address}/file"):
        for method in ("GET", "HEAD"):
            assert client.open(place, method=method).status_code == 200

    assert kept.everything(app) == before


def test_the_page_shows_all_that_is_kept_in_plain_words(client: FlaskClient, address: str) -> None:
    words = pages.text_of(client.get(address))

    told = [
        "Sessions you were invited to", "Keukentafel", "For whom you speak", "Bakkerij Bakker",
        "That you do not want to be written to", "een telefoontje", "Messages to you",
        "Link to one's own details", "Who you are", "Lindeman", ADDRESS,
    ]  # fmt: skip
    assert [word for word in told if word not in words] == []
    assert "Share this link with nobody" in words


def test_the_file_holds_the_same(client: FlaskClient, address: str) -> None:
    answer = client.get(f"{address}/file")

    held = json.loads(answer.data)
    assert held["person"][0]["surname"] == "Lindeman"
    assert held["email"] == [{"address": ADDRESS}]
    assert held["invitation"][0]["design_session"] == "Keukentafel"
    assert held["invitation"][0]["purpose"] == ContactPurpose.SESSION.value
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_page_shows_nobody_else(client: FlaskClient, project: Project, address: str) -> None:
    factories.person(
        "Vreemdeling", first_name="Kai", helix=Helix.BUSINESS, email="kai@kring.example"
    )

    shown = client.get(address).text + client.get(f"{address}/file").text

    assert "Vreemdeling" not in shown
    assert "kai@" not in shown


def test_what_is_wrong_is_corrected_and_noted(
    client: FlaskClient, noa: Person, address: str
) -> None:
    answer = client.post(address, data={**FORM, "revision": str(noa.revision)})

    session().rollback()
    entry = (
        session()
        .scalars(select(AuditEntry).where(AuditEntry.action.like("%correct_own_details")))
        .first()
    )
    assert answer.status_code == 303
    assert [one.address for one in noa.emails] == ["noa.nieuw@kring.example"]
    assert [one.number for one in noa.phones] == ["+31612345678"]
    assert (noa.prefix, noa.language) == ("van", "nl")
    assert entry
    assert entry.account_id is None
    assert entry.reason


def test_a_correction_over_a_later_one_shows_both(
    client: FlaskClient, noa: Person, address: str
) -> None:
    answer = client.post(address, data={**FORM, "revision": str(noa.revision - 1)})

    session().rollback()
    assert answer.status_code == 409
    assert noa.prefix == ""


@pytest.mark.parametrize(
    "wrong", [{"emails-0": "noa"}, {"first_name": "", "initials": "", "prefix": "", "surname": ""}]
)
def test_what_cannot_be_is_refused(
    client: FlaskClient, noa: Person, address: str, wrong: dict[str, str]
) -> None:
    answer = client.post(address, data={**FORM, "revision": str(noa.revision), **wrong})

    assert answer.status_code == 400


def test_nobody_corrects_somebody_else(noa: Person, project: Project) -> None:
    other = factories.person("Ander")
    asked = {"first_name": "Noa", "surname": "Lindeman", "language": "nl"}
    for actor in (NOBODY, Actor(None, "", person_id=other.id), factories.leader_of(project)):
        with pytest.raises(Forbidden):
            correct_own_details(actor, noa, details=asked, revision=noa.revision, reason="")


def test_after_an_hour_the_page_tells_of_nobody_and_sends_a_new_link(
    client: FlaskClient, noa: Person, link: PersonLink
) -> None:
    address = path_of(link)
    with clock.frozen(link.expires_at):
        answers = [
            client.get(address),
            client.get(f"{address}/file"),
            client.post(address, data={**FORM, "revision": str(noa.revision)}),
        ]
        again = client.post(f"{address}/again")

    assert [answer.status_code for answer in answers] == [410] * 3
    assert [word for word in ("Noa", "Lindeman", ADDRESS) if word in answers[0].text] == []
    assert again.status_code == 200
    assert ADDRESS not in again.text
    assert messages() == 2


def test_links_that_open_nothing_look_alike(client: FlaskClient, link: PersonLink) -> None:
    name = link.public_name
    broken = [
        f"/d/{tokens.signed('details', tokens.public())}",
        f"/d/{tokens.signed('answer', name)}",
        f"/d/{name}",
        "/d/%00",
    ]

    answers = [client.get(address) for address in broken] + [client.post(broken[0], data=FORM)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({pages.text_of(answer) for answer in answers}) == 1


def test_links_go_a_day_after_they_ended(link: PersonLink) -> None:
    with clock.frozen(link.expires_at + timedelta(hours=23)):
        clear_person_links({})
    assert newest()

    with clock.frozen(link.expires_at + timedelta(hours=24)):
        clear_person_links({})
    assert session().scalar(select(func.count(PersonLink.id))) == 0


def test_everything_that_can_be_kept_has_words(app: Flask, opened: Session) -> None:
    told: dict[tuple[str, str], tuple[str, ...]] = {("person", "id"): tuple(columns_of(PERSON))}
    for one in references.to(Person):
        told[one.model.__tablename__, one.column] = one.told
        told |= {(part.model.__tablename__, part.column): part.told for part in one.parts}
    columns = {name.removesuffix("_id") for names in told.values() for name in names}

    assert told.keys() - HEADINGS.keys() == set()
    assert columns - COLUMNS.keys() == set()


def test_what_was_doubtful_in_a_list_is_told_by_the_names_of_its_columns(
    client: FlaskClient, project: Project, noa: Person, address: str
) -> None:
    with unit_of_work(system(project.id), "tests.origin"):
        came = ContactImport(file_name="lijst.csv", state=ImportState.DONE)
        session().add(came)
        session().flush()
        for row, raw in ((7, '{"language": "Fries"}'), (8, "{}")):
            origin = PersonOrigin(person_id=noa.id, contact_import_id=came.id, row=row, raw=raw)
            session().add(origin)

    shown = pages.text_of(client.get(address))

    assert "As it was typed Language: Fries" in shown
    assert "{" not in shown
