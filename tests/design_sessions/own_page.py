"""What tests of the page of an invitation do: invite somebody, open the page, answer."""

from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, system
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.rules.links import answer_token
from crm.design_sessions.services import inviting
from crm.messages.models import OutboxMessage, PersonLink
from crm.stakeholders.models import Phone
from tests import factories, pages


def invite(
    made: DesignSession, leader: Actor, first: str, last: str, email: str = ""
) -> Invitation:
    where = factories.organisation(f"Bakkerij {last}")
    person = factories.person(last, first_name=first, at=where, email=email)
    with unit_of_work(system(made.project_id), "tests.details"):
        person.phones.append(Phone(number="+31612345678", raw="0612345678"))
        person.language = "en"
    inviting.invite(leader, made, person_ids=[person.id])
    chosen = (Invitation.person_id == person.id) & (Invitation.design_session_id == made.id)
    found = session().scalar(select(Invitation).where(chosen))
    assert found
    return found


def address_of(invitation: Invitation) -> str:
    return f"/r/{answer_token(invitation)}"


def change(row: DesignSession | Invitation, **values: object) -> None:
    with unit_of_work(system(row.project_id), "tests.change"):
        for name, value in values.items():
            setattr(row, name, value)


def say(client: FlaskClient, address: str, given: str, *, seen: int = 0) -> int:
    answer = client.post(address, data={"answer": given, "seen_sequence": str(seen)})
    session().rollback()
    session().expire_all()
    return answer.status_code


def text(client: FlaskClient, address: str) -> str:
    return pages.text_of(client.get(address))


def count(model: type) -> int:
    session().rollback()
    session().expire_all()
    return session().scalar(select(func.count()).select_from(model)) or 0


def stands(invitation: Invitation) -> Answer:
    """Return the answer as the page has noted it."""
    return invitation.answer


def newest_message() -> OutboxMessage:
    """Return the message that was written last."""
    newest = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)
    return session().scalars(newest).one()


def newest_link() -> PersonLink:
    """Return the link to own details that was made last."""
    return session().scalars(select(PersonLink).order_by(PersonLink.id.desc()).limit(1)).one()
