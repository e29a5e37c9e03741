"""People of a session to write to, and what was written to them."""

from sqlalchemy import select

from crm.core.db import session, unit_of_work
from crm.core.mail import Reason
from crm.core.permissions import Actor
from crm.design_sessions import services
from crm.design_sessions.models import (
    DesignSession,
    Invitation,
)
from crm.design_sessions.queries.mailing import Mailing
from crm.messages.models import MessageState, OutboxMessage
from crm.stakeholders.models import Helix, Person
from tests import factories


def official(surname: str = "Ambtenaar", *, email: str = "") -> Person:
    at = factories.organisation(f"Gemeente {surname}", helix=Helix.GOVERNMENT)
    address = email or f"{surname.casefold()}@kring.example"
    return factories.person(surname, at=at, email=address)


def resident(surname: str = "Bewoner") -> Person:
    return factories.person(surname, email=f"{surname.casefold()}@kring.example")


def invited(leader: Actor, planned: DesignSession, *people: Person) -> None:
    services.invite(leader, planned, person_ids=[one.id for one in people])


def invitation(planned: DesignSession, person: Person) -> Invitation:
    session().expire_all()
    statement = select(Invitation).where(
        Invitation.design_session_id == planned.id, Invitation.person_id == person.id
    )
    return session().scalars(statement).one()


def messages() -> list[OutboxMessage]:
    session().expire_all()
    return list(session().scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def bring(state: MessageState) -> None:
    with unit_of_work(Actor(None, "", is_system=True), "tests.bring"):
        for one in messages():
            one.state = state


def to(who: Mailing) -> list[str]:
    return [one.person.surname for one in who.selection.to]


def without(who: Mailing) -> dict[str, Reason]:
    return {one.person.surname: one.reason for one in who.selection.without}
