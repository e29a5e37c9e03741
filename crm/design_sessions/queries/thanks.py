"""Questions about who came to a session without an invitation: they are thanked, too."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.core.db import session
from crm.core.mail import Purpose, Reason, Recipient
from crm.design_sessions.models import (
    GONE,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
    SessionBatch,
)
from crm.design_sessions.queries.people import to_show
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.queries.addressing import NEVER_LEFT, standings
from crm.stakeholders import consent
from crm.stakeholders.consent import Asking, Standing
from crm.stakeholders.models import ContactPurpose, Person

# What came back is offered again, once the address was corrected.
NOT_GOT = (*NEVER_LEFT, MessageState.BOUNCED)


def walk_ins(design_session: DesignSession, person_id: int | None = None) -> list[Attendance]:
    """Return who came, is not on the invited list and was not thanked yet."""
    statement = (
        select(Attendance)
        .join(Attendance.person)
        .where(
            Attendance.design_session_id == design_session.id,
            Attendance.status == AttendanceStatus.PRESENT,
            ~_is_invited(design_session),
            ~_was_thanked(design_session),
        )
        .options(contains_eager(Attendance.person).options(*to_show()))
        .order_by(Person.sort_key, Person.id)
    )
    if person_id is not None:
        statement = statement.where(Attendance.person_id == person_id)
    return list(session().scalars(statement).unique())


def _is_invited(design_session: DesignSession) -> ColumnElement[bool]:
    return exists().where(
        Invitation.design_session_id == design_session.id,
        Invitation.person_id == Attendance.person_id,
        Invitation.answer.not_in(GONE),
    )


def _was_thanked(design_session: DesignSession) -> ColumnElement[bool]:
    sent = select(SessionBatch.batch_id).where(SessionBatch.design_session_id == design_session.id)
    return exists().where(
        OutboxMessage.person_id == Attendance.person_id,
        OutboxMessage.purpose == Purpose.THANKS,
        OutboxMessage.batch_id.in_(sent),
        OutboxMessage.state.not_in(NOT_GOT),
    )


def all_to_thank(attendance_ids: Collection[int]) -> dict[int, Attendance]:
    """Return by id who was there still, as was noted, with all that thanks to them need."""
    statement = (
        select(Attendance)
        .where(Attendance.id.in_(attendance_ids), Attendance.status == AttendanceStatus.PRESENT)
        .options(
            joinedload(Attendance.design_session),
            joinedload(Attendance.person).options(*to_show()),
        )
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in session().scalars(statement)}


def recipients(found: Mapping[int, Attendance]) -> dict[int, Recipient | Reason]:
    """Return by id of the attendance who may be thanked, or why they may not."""
    known = standings([one.person for one in found.values()])
    return {number: recipient(one, known[one.person_id]) for number, one in found.items()}


def recipient(came: Attendance, standing: Standing) -> Recipient | Reason:
    """Return who came as somebody who may be thanked, or why not; coming is not yet consent."""
    return consent.recipient(
        came.person, standing, purpose=ContactPurpose.SESSION, asking=Asking.FOLLOW_UP
    )
