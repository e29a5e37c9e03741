"""Sessions, who is invited to them, and what they answered."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.consent.models import ContactPurpose
from crm.core import clock, tokens
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.design_sessions.values.local_times import DEFAULT_ZONE
from crm.messages.models import MessageBatch
from crm.stakeholders.models import Helix, Person

if TYPE_CHECKING:
    from crm.design_sessions.models.attendance import Attendance


class SessionKind(StrEnum):
    """What kind of meeting a session is."""

    PROJECT_GROUP = "project_group"
    DESIGN_SESSION = "design_session"
    FIELD_VISIT = "field_visit"
    DECISION = "decision"
    EVALUATION = "evaluation"
    OTHER = "other"


class SessionState(StrEnum):
    """Whether answers are taken; that a session is over is told by the clock."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class WaitingRule(StrEnum):
    """Who is offered a place that falls free."""

    FIRST_COME = "first_come"
    BALANCE = "balance"
    LOT = "lot"


class DesignPhase(StrEnum):
    """The phase of a design session, after the double diamond."""

    DISCOVER = "discover"
    DEFINE = "define"
    DEVELOP = "develop"
    DELIVER = "deliver"


class EndsBeforeStart(Invalid):
    """A session ends before it starts."""

    message = _l("The session ends before it starts.")
    field = "ends_time"


class PhaseOfOtherKind(Invalid):
    """Only a design session has a phase."""

    message = _l("Only a design session has a phase. Choose no phase, or another kind.")
    field = "phase"


class AnswersAfterStart(Invalid):
    """Answers would be taken when the session has begun."""

    message = _l("The session has begun by then. Choose a time before the start.")
    field = "answer_until_time"


class LinkUnusable(Invalid):
    """A link that no browser should follow."""

    message = _l("A link begins with https:// or http://.")
    field = "link"


class DesignSession(Base, ProjectScoped, Audited, Revised):
    """
    A meeting of the project; local wall time is kept beside the moment in UTC.

    :ivar sequence: rises with each change of time, place or state, as iCalendar's SEQUENCE
    :ivar answer_until: until when answers are taken; without one, until the start
    :ivar reminder_days: how many days before the start who did not answer is reminded, if at all
    :ivar contact_id: the colleague who reads replies to the mail about this session
    """

    __tablename__ = "design_session"
    __table_args__ = (
        CheckConstraint("starts_at <= ends_at", name="period"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("reminder_days IS NULL OR reminder_days > 0", name="reminder_days"),
        Index("ix_design_session_start", "project_id", "starts_at"),
    )

    title: Mapped[str]
    kind: Mapped[SessionKind] = mapped_column(enum_type(SessionKind))
    phase: Mapped[DesignPhase | None] = mapped_column(enum_type(DesignPhase))
    goal: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default=DEFAULT_ZONE)
    starts_local: Mapped[str]
    ends_local: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    state: Mapped[SessionState] = mapped_column(enum_type(SessionState), default=SessionState.OPEN)
    sequence: Mapped[int] = mapped_column(default=0)
    answer_until_local: Mapped[str] = mapped_column(default="")
    answer_until: Mapped[datetime | None]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    waiting_rule: Mapped[WaitingRule] = mapped_column(
        enum_type(WaitingRule), default=WaitingRule.FIRST_COME
    )
    allows_colleague: Mapped[bool] = mapped_column(default=False)
    reminder_days: Mapped[int | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    contact_phone: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    targets: Mapped[list["HelixTarget"]] = relationship(cascade="all, delete-orphan")
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="design_session", cascade="all, delete-orphan"
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        back_populates="design_session", cascade="all, delete-orphan"
    )

    @property
    def starts(self) -> datetime:
        """What the clock on the wall says at the start; without a zone."""
        return datetime.fromisoformat(self.starts_local)

    @property
    def ends(self) -> datetime:
        """What the clock on the wall says at the end; without a zone."""
        return datetime.fromisoformat(self.ends_local)

    @property
    def day(self) -> date:
        """The calendar day on which the session starts, where it is held."""
        return self.starts.date()

    @property
    def wanted(self) -> dict[Helix, int]:
        """How many people of each helix there should be."""
        return {target.helix: target.seats for target in self.targets}

    @property
    def answers_until(self) -> datetime:
        """The moment until which answers are taken: the deadline, or the start without one."""
        return min(self.answer_until or self.starts_at, self.starts_at)

    def has_begun(self) -> bool:
        """Whether the session has started."""
        return self.starts_at <= clock.now()

    def takes_answers(self) -> bool:
        """Whether somebody who is invited can answer by their link now."""
        return self.state is SessionState.OPEN and clock.now() < self.answers_until

    def check(self) -> None:
        """
        Hold the rules about one session.

        :raises EndsBeforeStart: if it ends before it starts
        :raises AnswersAfterStart: if answers are taken when it has begun
        :raises PhaseOfOtherKind: if it has a phase and is no design session
        :raises LinkUnusable: if its link is no web address
        """
        if self.ends_at < self.starts_at:
            raise EndsBeforeStart
        if self.answer_until is not None and self.answer_until > self.starts_at:
            raise AnswersAfterStart
        if self.phase is not None and self.kind is not SessionKind.DESIGN_SESSION:
            raise PhaseOfOtherKind
        if self.link and not self.link.lower().startswith(("https://", "http://")):
            raise LinkUnusable


class HelixTarget(Base, ProjectScoped, Audited):
    """How many people of one helix a session should have."""

    __tablename__ = "helix_target"
    __table_args__ = (
        UniqueConstraint("design_session_id", "helix"),
        CheckConstraint("seats >= 0", name="seats"),
    )

    design_session_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE")
    )
    helix: Mapped[Helix] = mapped_column(enum_type(Helix))
    seats: Mapped[int]


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
    calendar_id: Mapped[str] = mapped_column(unique=True, default=lambda: uuid.uuid4().hex)
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
