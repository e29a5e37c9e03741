"""What else one can say on the page of an invitation: needs, a colleague, and no more of it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.consent.models import Objection
from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    DesignSession,
    Invitation,
    Need,
    Proposal,
)
from crm.design_sessions.services import inviting
from tests import pages
from tests.design_sessions.conftest import Plan, anew
from tests.design_sessions.own_page import address_of, change, count, say, text


def test_needs_are_noted_with_consent_and_never_shown_again(
    client: FlaskClient, noa: Invitation, address: str
) -> None:
    say(client, address, "yes")
    need = {"access-words": "rolstoel zes", "access-agreed": "y"}

    without = client.post(f"{address}/needs/access", data={"access-words": "rolstoel zes"})
    done = client.post(f"{address}/needs/access", data=need)

    html = client.get(address).text
    assert without.status_code == 400
    assert "Tick that we may keep this" in pages.text_of(without)
    assert done.status_code == 303
    assert "rolstoel" not in html
    assert "Noted. You can replace or remove it" in html
    assert count(Need) == 1
    client.post(f"{address}/needs/access/remove")
    assert count(Need) == 0


def test_needs_of_another_kind_are_no_page(client: FlaskClient, address: str) -> None:
    assert client.post(f"{address}/needs/health", data={}).status_code == 404


def test_a_colleague_is_proposed_where_that_is_allowed(
    client: FlaskClient, roomy: DesignSession, address: str
) -> None:
    colleague = {"name": "Bo Collega", "email": "bo@kring.example", "organisation": "Bakkerij"}

    nameless = client.post(f"{address}/colleague", data={**colleague, "name": ""})
    wrong = client.post(f"{address}/colleague", data={**colleague, "email": "bo"})
    done = client.post(f"{address}/colleague", data=colleague)
    change(roomy, allows_colleague=False)
    late = client.post(f"{address}/colleague", data=colleague)

    assert [one.status_code for one in (nameless, wrong, done, late)] == [400, 400, 303, 409]
    assert "bring a colleague" not in text(client, address)
    assert "Bo Collega" not in client.get(address).text
    assert count(Proposal) == 1


def test_somebody_else_tells_the_planner(
    client: FlaskClient, noa: Invitation, address: str
) -> None:
    assert client.post(f"{address}/someone-else").status_code == 303

    anew()
    assert noa.someone_else_at is not None
    assert noa.answer is Answer.NONE
    assert "The organiser knows" in text(client, address)


@pytest.mark.parametrize(("scope", "left", "objections"), [("session", 1, 0), ("project", 0, 1)])
def test_not_to_be_asked_again_has_a_scope_that_is_told_before(
    client: FlaskClient, plan: Plan, leader: Actor, noa: Invitation, scope: str, left: int,
    objections: int,
) -> None:  # fmt: skip
    address, other = address_of(noa), plan("Een andere")
    inviting.invite(leader, other, person_ids=[noa.person_id])
    assert "this one and 1 other coming session of this project" in text(client, address)

    done = client.post(f"{address}/stop", data={"scope": scope})

    anew()
    answers = session().scalars(select(Invitation.answer)).all()
    assert done.status_code == 303
    assert answers.count(Answer.NONE) == left
    assert count(Objection) == objections
    assert "not on the list of this session" in text(client, address)
    assert say(client, address, "yes") == 409
