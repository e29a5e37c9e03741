"""People of a session, what is written to them, and what it would say now."""

from datetime import datetime
from itertools import count

from sqlalchemy import select

from crm.core import clock, mail
from crm.core.db import session, unit_of_work
from crm.core.mail import Content, Letter, Outgoing, Purpose, Reason, Recipient, Withheld
from crm.core.permissions import Actor, system
from crm.design_sessions.models import Answer, AnsweredBy, DesignSession, Invitation
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries.mailing import Mailing
from crm.design_sessions.services import answering, inviting, planning
from crm.messages.jobs import lost_messages
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.services import outbox
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.design_sessions.conftest import details

_numbers = count(1)


def official(surname: str = "Ambtenaar", *, email: str = "") -> Person:
    """Return somebody of a municipality, who may be written to."""
    at = factories.organisation(f"Gemeente {surname}", helix=Helix.GOVERNMENT)
    address = email or f"{surname.casefold()}@kring.example"
    return factories.person(surname, at=at, email=address)


def resident(surname: str = "Bewoner") -> Person:
    """Return somebody who was not asked whether they may be written to."""
    return factories.person(surname, email=f"{surname.casefold()}@kring.example")


def invited(leader: Actor, planned: DesignSession, *people: Person) -> None:
    """Put people on the invited list."""
    inviting.invite(leader, planned, person_ids=[one.id for one in people])


def invitation(planned: DesignSession, person: Person) -> Invitation:
    """Return somebody's invitation as it is now."""
    session().expire_all()
    statement = select(Invitation).where(
        Invitation.design_session_id == planned.id, Invitation.person_id == person.id
    )
    return session().scalars(statement).one()


def guests(made: DesignSession, leader: Actor, number: int = 1) -> list[Invitation]:
    """Invite contacts of an organisation, who have an address."""
    firm = factories.organisation("Proefbedrijf", helix=Helix.BUSINESS)
    people = [
        factories.person(
            f"Proef{one}", at=firm, email=f"proef{next(_numbers)}@voorbeeld.example"
        ).id
        for one in range(number)
    ]
    inviting.invite(leader, made, person_ids=people)
    return people_queries.invitations_of(made)


def say(one: Invitation, given: Answer) -> Answer:
    """Answer by link, as somebody does who sees the session as it is."""
    answering.answer(
        answering.link_actor(one),
        one,
        answer=given,
        by=AnsweredBy.LINK,
        seen_sequence=one.design_session.sequence,
    )
    return one.answer


def messages(*purposes: Purpose, state: MessageState | None = None) -> list[OutboxMessage]:
    """Return what stands in the outbox now, oldest first."""
    session().expire_all()
    statement = select(OutboxMessage).order_by(OutboxMessage.id)
    if purposes:
        statement = statement.where(OutboxMessage.purpose.in_(purposes))
    if state is not None:
        statement = statement.where(OutboxMessage.state == state)
    return list(session().scalars(statement))


def queued(*purposes: Purpose) -> list[OutboxMessage]:
    """Return what waits to be sent."""
    return messages(*purposes, state=MessageState.QUEUED)


def bring(state: MessageState) -> None:
    """Let every message stand where the test says."""
    with unit_of_work(Actor(None, "", is_system=True), "tests.bring"):
        for one in messages():
            one.state = state


def outgoing(message: OutboxMessage) -> Outgoing:
    """Return a message as its feature sees it when it leaves."""
    return Outgoing(
        id=message.id,
        public_name=message.public_name,
        purpose=message.purpose,
        about_id=message.about_id,
        sequence=message.sequence,
        params=message.params,
        person_id=message.person_id,
        account_id=message.account_id,
        language=message.language,
        queued_at=message.queued_at,
        is_written=message.data_started_at is not None,
    )


def prepared(message: OutboxMessage) -> Content | Withheld:
    """Return what a message would say now."""
    return mail.kind_of(message.purpose).prepare(outgoing(message))


def content(message: OutboxMessage) -> Content:
    """Return what a message would say now, which is not withheld."""
    found = prepared(message)
    assert isinstance(found, Content), found
    return found


def deliver(*, at: datetime | None = None) -> list[Purpose]:
    """Let a mail server take what is due; return what was taken, in the order of the queue."""
    now = at or clock.now()
    taken = []
    for number in [one.id for one in queued() if one.not_before <= now]:
        message = session().get_one(OutboxMessage, number)
        found = prepared(message)
        if isinstance(found, Content):
            taken.append(message.purpose)
        take(message, found, now)
    return taken


def take(message: OutboxMessage, found: Content | Withheld, now: datetime) -> None:
    """Note that a mail server took a message, or that it was withheld."""
    with unit_of_work(system(message.project_id), "tests.take"):
        message.finished_at = now
        if isinstance(found, Withheld):
            maybe = message.data_started_at is not None
            message.state = MessageState.UNCERTAIN if maybe else MessageState.WITHHELD
            message.reason = found.reason
            return
        message.state = MessageState.ACCEPTED
        kind = mail.kind_of(message.purpose)
        if kind.accepted:
            kind.accepted(outgoing(message))


def break_off(message: OutboxMessage) -> None:
    """Let a worker be killed just after a message left, and another find its lease lapsed."""
    with unit_of_work(system(message.project_id), "tests.break_off"):
        message.data_started_at = clock.now()
        session().flush()
        lost_messages.lose(message.id, message.project_id, message.purpose)


def send_invitations(made: DesignSession) -> None:
    """Put an invitation for everybody on the list into the outbox."""
    with unit_of_work(system(made.project_id), "tests.send_invitations"):
        for one in people_queries.invitations_of(made):
            email = one.person.emails[0].address
            to = Recipient(email, "Ans Proef", "nl", person_id=one.person_id)
            one.times_invited += 1
            letter = Letter(
                Purpose.INVITE,
                f"inv:{one.id}:invite:{one.times_invited}",
                about_id=one.id,
                sequence=made.sequence,
            )
            outbox.queue(to, letter)


def edit(leader: Actor, made: DesignSession, **changes: object) -> int:
    """Change a session to what is said, the rest as tests plan it; return how many are told."""
    wanted = details(**changes)  # type: ignore[arg-type]  # the caller names fields of it
    return planning.edit_session(leader, made, details=wanted, revision=made.revision)


def to(who: Mailing) -> list[str]:
    """Return the surnames of those who get it."""
    return [one.person.surname for one in who.selection.to]


def without(who: Mailing) -> dict[str, Reason]:
    """Return by surname why people do not get it."""
    return {one.person.surname: one.reason for one in who.selection.without}


def page_of(project: Project, planned: DesignSession, what: str = "send-invitations") -> str:
    """Return the address of a page of a session."""
    return f"/projects/{project.slug}/sessions/{planned.id}/{what}"
