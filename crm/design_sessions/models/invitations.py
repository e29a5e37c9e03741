"""Invitations and answers: who is asked, what they said, and what they need."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock, tokens
from crm.core.db import Audited, Base, ProjectScoped, enum_type
from crm.design_sessions.models.sessions import DesignSession
from crm.messages.models import MessageBatch
from crm.stakeholders.models import ContactPurpose, Helix, Person


class Answer(StrEnum):
    """
    What somebody who is invited said, or where they stand.

    Only YES and OFFERED hold a seat; only YES counts as coming.
    """

    NONE = "none"
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


HOLDS_SEAT = (Answer.YES, Answer.OFFERED)
# Neither on the invited list any more, nor told of anything.
GONE = (Answer.WITHDRAWN, Answer.REVOKED)
# Who does not come needs nothing.
STAYS_AWAY = (Answer.NO, *GONE)


class AnsweredBy(StrEnum):
    """Who gave an answer."""

    LINK = "link"
    ICAL_REPLY = "ical_reply"
    PLANNER = "planner"
    SYSTEM = "system"


# Given by the invited themselves, without a planner.
BY_THEMSELVES = (AnsweredBy.LINK, AnsweredBy.ICAL_REPLY)


def _calendar_id() -> str:
    return uuid.uuid4().hex


class Invitation(Base, ProjectScoped, Audited):
    """
    A person on the invited list, the helix they are invited for, and where they stand.

    :ivar calendar_id: first part of the UID of the calendar item; never changes, never used again
    :ivar public_name: names the invitation in its link
    :ivar token_version: rises when the person is invited again; older links end
    :ivar purpose: for what the person may be written to about this session
    :ivar gave_address: whether they gave their address for this very session
    :ivar address_source: where they gave it, in the words of whoever noted that
    :ivar answered_sequence: the session's sequence that the answer was about
    :ivar told_sequence: of which change or cancellation a colleague told them by phone
    :ivar reconfirm_sequence: a "yes" that was given before this change of time or place
    :ivar lot: number drawn when they began to wait
    :ivar offers: how many times a place was offered
    :ivar heard_before: the last message there was when they were put on the list again; what was
        written until then does not count. A number, for a clock can be set back
    :ivar calendar_sequence: highest SEQUENCE that a mail server took; -1: no calendar item sent
    :ivar calendar_status: REQUEST or CANCEL, whichever was sent last
    """

    __tablename__ = "invitation"
    __not_audited__ = frozenset({"public_name", "calendar_id", "lot"})
    __in_step__ = __not_audited__
    __table_args__ = (
        UniqueConstraint("design_session_id", "person_id"),
        Index("ix_invitation_answer", "design_session_id", "answer"),
        Index("ix_invitation_offer_until", "offer_until"),
    )

    design_session_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE")
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    helix: Mapped[Helix] = mapped_column(enum_type(Helix))
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)
    calendar_id: Mapped[str] = mapped_column(unique=True, default=_calendar_id)
    public_name: Mapped[str] = mapped_column(unique=True, default=tokens.public)
    token_version: Mapped[int] = mapped_column(default=1)
    purpose: Mapped[ContactPurpose] = mapped_column(
        enum_type(ContactPurpose), default=ContactPurpose.SESSION
    )
    gave_address: Mapped[bool] = mapped_column(default=False)
    address_source: Mapped[str] = mapped_column(default="")
    answer: Mapped[Answer] = mapped_column(enum_type(Answer), default=Answer.NONE)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[AnsweredBy | None] = mapped_column(enum_type(AnsweredBy))
    answered_sequence: Mapped[int | None]
    told_sequence: Mapped[int | None]
    reconfirm_sequence: Mapped[int | None]
    waiting_since: Mapped[datetime | None]
    lot: Mapped[int | None]
    offers: Mapped[int] = mapped_column(default=0)
    offer_until: Mapped[datetime | None]
    calendar_sequence: Mapped[int] = mapped_column(default=-1)
    calendar_status: Mapped[str] = mapped_column(default="")
    times_invited: Mapped[int] = mapped_column(default=0)
    heard_before: Mapped[int] = mapped_column(default=0)
    call_after: Mapped[datetime | None]
    someone_else_at: Mapped[datetime | None]

    design_session: Mapped[DesignSession] = relationship(back_populates="invitations")
    person: Mapped[Person] = relationship()

    @property
    def is_gone(self) -> bool:
        """Whether the person is off the list: taken off it, or by their own wish."""
        return self.answer in GONE

    @property
    def was_taken_off(self) -> bool:
        """Whether a planner took the person off the list."""
        return self.answer is Answer.REVOKED

    @property
    def has_calendar_item(self) -> bool:
        """Whether a calendar item was sent that stands there still."""
        return self.calendar_sequence >= 0 and self.calendar_status != "CANCEL"

    def has_standing_offer(self) -> bool:
        """Whether a place is offered that can still be taken."""
        if self.answer is not Answer.OFFERED or self.offer_until is None:
            return False
        return clock.now() < self.offer_until


class AnswerEvent(Base, ProjectScoped):
    """One change of an answer; only ever added."""

    __tablename__ = "answer_event"

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by: Mapped[AnsweredBy] = mapped_column(enum_type(AnsweredBy))
    before: Mapped[Answer] = mapped_column(enum_type(Answer, name="answer_before"))
    after: Mapped[Answer] = mapped_column(enum_type(Answer, name="answer_after"))
    sequence: Mapped[int]


class NeedKind(StrEnum):
    """What somebody may need at a session."""

    ACCESS = "access"
    FOOD = "food"


class Need(Base, ProjectScoped, Audited):
    """What somebody who comes needs; given with consent, removed 14 days after the session."""

    __tablename__ = "need"
    __not_audited__ = frozenset({"words"})
    __table_args__ = (UniqueConstraint("invitation_id", "kind"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    kind: Mapped[NeedKind] = mapped_column(enum_type(NeedKind))
    words: Mapped[str]
    agreed_at: Mapped[datetime] = mapped_column(default=clock.now)


class ProposalState(StrEnum):
    """What became of a proposed colleague."""

    PROPOSED = "proposed"
    INVITED = "invited"
    DECLINED = "declined"


class Proposal(Base, ProjectScoped, Audited):
    """Somebody whom an invited person would like to bring; a planner decides."""

    __tablename__ = "proposal"

    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    state: Mapped[ProposalState] = mapped_column(
        enum_type(ProposalState), default=ProposalState.PROPOSED
    )
    proposed_at: Mapped[datetime] = mapped_column(default=clock.now)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )


class SessionBatch(Base, ProjectScoped):
    """
    A batch of messages about a session.

    :ivar minutes_before: of reminders that were planned, how long before the start, as the clock on
        the wall tells it; none: they leave at once
    """

    __tablename__ = "session_batch"
    __table_args__ = (UniqueConstraint("design_session_id", "batch_id"),)

    design_session_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE")
    )
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("message_batch.id", ondelete="CASCADE"), index=True
    )
    minutes_before: Mapped[int | None]

    batch: Mapped[MessageBatch] = relationship()


class CalendarFeed(Base):
    """A calendar to subscribe to: of an account in all its projects, or of one project."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("account_id", "project_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    public_name: Mapped[str] = mapped_column(unique=True, default=tokens.public)
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
