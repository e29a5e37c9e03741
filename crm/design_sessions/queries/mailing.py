"""Questions about mail to the people of a session: who gets it, who does not, and why."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm import defer as left_out

from crm.consent import rules
from crm.consent.models import Basis, ContactPurpose
from crm.core.db import session
from crm.core.mail import Purpose, Reason, Recipient
from crm.design_sessions.models import (
    GONE,
    Answer,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
    SessionBatch,
)
from crm.design_sessions.queries import answers, notification_log
from crm.design_sessions.queries.notification_log import (
    TO_LEAVE,
    all_to_write,
    recipients,
    who_heard,
)
from crm.design_sessions.queries.people import by_person, came_to, on_list, to_show
from crm.design_sessions.rules.mail_checks import CAME, TOLD
from crm.messages.models import BatchState, MessageBatch, MessageState, OutboxMessage
from crm.messages.queries.addressing import (
    NEVER_LEFT,
    Addressed,
    NotAddressed,
    Selection,
    selection,
    standings,
)
from crm.stakeholders.models import Helix, Person

UNDECIDED = (Answer.NONE, Answer.MAYBE)
# A tick takes this away: somebody who was not asked gave their address for this session.
MENDED = frozenset({Reason.NOT_ALLOWED})


@dataclass(frozen=True, slots=True)
class Mailing:
    """Who would get a message of one purpose about a session now, and who would not."""

    design_session: DesignSession
    selection: Selection
    invitations: Mapping[int, Invitation]
    standings: Mapping[int, rules.Standing]
    walk_ins: Mapping[int, Attendance] = field(default_factory=dict)

    @property
    def helixes(self) -> list[tuple[Helix, int]]:
        """How many of each helix get it."""
        counted = Counter(self._part(who).helix for who in self.selection.to)
        return [(helix, counted[helix]) for helix in Helix if counted[helix]]

    @property
    def to_tick(self) -> list[NotAddressed]:
        """Those who would get it had they given the address we know for this very session."""
        if self.selection.purpose is not Purpose.INVITE:
            return []
        without = self.selection.without
        return [who for who in without if who.reason in MENDED and who.person.emails]

    def invitation(self, who: Addressed) -> Invitation:
        """Return somebody's invitation."""
        return self.invitations[who.person.id]

    def about(self, who: Addressed) -> tuple[int | None, dict[str, int]]:
        """Return what a message to somebody is about: their invitation, or else that they came."""
        part = self._part(who)
        return (None, {CAME: part.id}) if isinstance(part, Attendance) else (part.id, {})

    def _part(self, who: Addressed) -> Invitation | Attendance:
        return self.walk_ins.get(who.person.id) or self.invitation(who)

    def contact(self, who: Addressed) -> ContactPurpose:
        """Return for what somebody is invited."""
        return contact_of(self.standings[who.person.id])


def contact_of(standing: rules.Standing) -> ContactPurpose:
    """Return for what somebody is invited: as one of the panel, where they agreed to that."""
    panel = standing.ground(ContactPurpose.PANEL).basis is Basis.CONSENT
    return ContactPurpose.PANEL if panel else ContactPurpose.SESSION


def mailing(
    design_session: DesignSession, purpose: Purpose, *, person_id: int | None = None
) -> Mailing:
    """
    Return who would get a message of `purpose` now: always the same few statements.

    :param person_id: only this person, for a look at their message
    """
    statement = _chosen(design_session, purpose)
    if person_id is not None:
        statement = statement.where(Invitation.person_id == person_id)
    chosen = list(session().scalars(statement).unique())
    walked = walk_ins(design_session, person_id) if purpose is Purpose.THANKS else []
    people = [invitation.person for invitation in chosen] + [came.person for came in walked]
    known = standings(people)
    found = [(who.person, _to(who, known[who.person_id], purpose)) for who in chosen]
    if purpose is Purpose.REMINDER:
        heard = who_heard(chosen)
        # Nobody is reminded of what they have not heard of; why else they get nothing says more.
        found = [
            (who.person, Reason.NOT_INVITED)
            if who.id not in heard and isinstance(to, Recipient)
            else (person, to)
            for who, (person, to) in zip(chosen, found, strict=True)
        ]
    found += [(came.person, recipient(came, known[came.person_id])) for came in walked]
    found.sort(key=lambda pair: (pair[0].sort_key, pair[0].id))
    to = selection(purpose, found)
    return Mailing(design_session, to, by_person(chosen), known, by_person(walked))


def without_invitation(design_session: DesignSession) -> int:
    """
    Return how many people did not answer, and have no invitation that left or will.

    One that was taken back, because the session was cancelled or its batch was, is none.
    """
    here = Invitation.design_session_id == design_session.id
    return session().scalar(select(func.count(Invitation.id)).where(here, _is_to_invite())) or 0


def waiting_invitations(design_session: DesignSession) -> int:
    """Return how many people did not answer, and have an invitation that has not left yet."""
    statement = select(func.count(OutboxMessage.about_id.distinct())).where(
        OutboxMessage.about_id == Invitation.id,
        OutboxMessage.purpose == Purpose.INVITE,
        OutboxMessage.state.in_(TO_LEAVE),
        Invitation.design_session_id == design_session.id,
        Invitation.answer == Answer.NONE,
    )
    return session().scalar(statement) or 0


def latest_invitations(design_session: DesignSession) -> dict[int, OutboxMessage]:
    """Return by id of the invitation the last message that invited for this session."""
    newest = select(func.max(OutboxMessage.id))
    newest = newest.join(Invitation, Invitation.id == OutboxMessage.about_id).where(
        Invitation.design_session_id == design_session.id, OutboxMessage.purpose == Purpose.INVITE
    )
    ids = newest.group_by(OutboxMessage.about_id)
    # The bytes of a message are many, and nobody reads them here.
    statement = select(OutboxMessage).options(left_out(OutboxMessage.mime))
    messages = session().scalars(
        statement.where(OutboxMessage.id.in_(ids)).order_by(OutboxMessage.id)
    )
    return {message.about_id or 0: message for message in messages}


def batches_of(design_session: DesignSession) -> list[MessageBatch]:
    """Return the batches about a session, the latest first."""
    statement = select(MessageBatch).join(SessionBatch, SessionBatch.batch_id == MessageBatch.id)
    statement = statement.where(SessionBatch.design_session_id == design_session.id)
    latest = MessageBatch.made_at.desc(), MessageBatch.id.desc()
    return list(session().scalars(statement.order_by(*latest)))


def links_to_batches(design_session: DesignSession, purpose: Purpose) -> list[SessionBatch]:
    """Return what links a session to its batches of a purpose that are not stopped, in order."""
    statement = select(SessionBatch).join(SessionBatch.batch)
    statement = statement.where(
        SessionBatch.design_session_id == design_session.id,
        MessageBatch.purpose == purpose,
        MessageBatch.state != BatchState.CANCELLED,
    )
    together = contains_eager(SessionBatch.batch)
    return list(session().scalars(statement.options(together).order_by(SessionBatch.id)))


def link_to_batch(batch: MessageBatch) -> SessionBatch | None:
    """Return what links a batch to its session, if it is about one."""
    return session().scalar(select(SessionBatch).where(SessionBatch.batch_id == batch.id))


def came(design_session: DesignSession) -> Select[Person]:
    """Return the statement for the people who came to a session, by name."""
    was_there = exists().where(came_to(design_session), Attendance.person_id == Person.id)
    statement = select(Person).where(was_there).options(*to_show())
    return statement.order_by(Person.sort_key, Person.id)


def _chosen(design_session: DesignSession, purpose: Purpose) -> Select[Invitation]:
    """Return the statement for those whom a message of `purpose` is about, by name."""
    shown = contains_eager(Invitation.person).options(*to_show())
    statement = select(Invitation).join(Invitation.person).options(shown)
    statement = statement.where(Invitation.design_session_id == design_session.id)
    statement = statement.order_by(Person.sort_key, Person.id)
    if purpose is Purpose.INVITE:
        return statement.where(_is_to_invite())
    if purpose is Purpose.REMINDER:
        return statement.where(Invitation.answer.in_(UNDECIDED))
    there = select(Attendance.person_id).where(came_to(design_session))
    is_here = Invitation.answer.not_in(GONE) & Invitation.person_id.in_(there)
    return statement.where(is_here, ~_got(Purpose.THANKS))


def _is_to_invite() -> ColumnElement[bool]:
    return (Invitation.answer == Answer.NONE) & ~_got(Purpose.INVITE)


def _got(purpose: Purpose) -> ColumnElement[bool]:
    """Return the condition for who got such a message since they were put on the list."""
    return exists().where(
        OutboxMessage.purpose == purpose,
        OutboxMessage.about_id == Invitation.id,
        OutboxMessage.id > Invitation.heard_before,
        OutboxMessage.state.not_in(NOT_GOT),
    )


def _to(invitation: Invitation, standing: rules.Standing, purpose: Purpose) -> Recipient | Reason:
    is_invited = purpose is Purpose.INVITE
    is_first = is_invited and invitation.gave_address
    return rules.recipient(
        invitation.person,
        standing.agreeing(answered=invitation.answered_at is not None),
        # The purpose is kept with the invitation, and follows the panel until it leaves.
        purpose=contact_of(standing) if is_invited else invitation.purpose,
        asking=rules.Asking.FIRST if is_first else rules.Asking.FOLLOW_UP,
    )


# What came back is offered again, once the address was corrected.
NOT_GOT = (*NEVER_LEFT, MessageState.BOUNCED)


def walk_ins(design_session: DesignSession, person_id: int | None = None) -> list[Attendance]:
    """Return who came, is not on the invited list and was not thanked yet."""
    is_invited = exists().where(
        on_list(design_session), Invitation.person_id == Attendance.person_id
    )
    sent = select(SessionBatch.batch_id).where(SessionBatch.design_session_id == design_session.id)
    # Thanks to who was not invited are about no invitation: the batch tells of which session.
    was_thanked = exists().where(
        OutboxMessage.person_id == Attendance.person_id,
        OutboxMessage.purpose == Purpose.THANKS,
        OutboxMessage.batch_id.in_(sent),
        OutboxMessage.state.not_in(NOT_GOT),
    )
    shown = contains_eager(Attendance.person).options(*to_show())
    statement = select(Attendance).join(Attendance.person).options(shown)
    statement = statement.where(came_to(design_session), ~is_invited, ~was_thanked)
    if person_id is not None:
        statement = statement.where(Attendance.person_id == person_id)
    ordered = statement.order_by(Person.sort_key, Person.id)
    return list(session().scalars(ordered).unique())


def all_to_thank(attendance_ids: Collection[int]) -> dict[int, Attendance]:
    """Return by id who was there still, as was noted, with all that thanks to them need."""
    present = Attendance.status == AttendanceStatus.PRESENT
    statement = select(Attendance).where(Attendance.id.in_(attendance_ids), present)
    shown = joinedload(Attendance.person).options(*to_show())
    statement = statement.options(joinedload(Attendance.design_session), shown)
    found = session().scalars(statement.execution_options(populate_existing=True))
    return {attendance.id: attendance for attendance in found}


def thanked(found: Mapping[int, Attendance]) -> dict[int, Recipient | Reason]:
    """Return by id of the attendance who may be thanked, or why they may not."""
    known = standings([came.person for came in found.values()])
    return {number: recipient(came, known[came.person_id]) for number, came in found.items()}


def recipient(came: Attendance, standing: rules.Standing) -> Recipient | Reason:
    """Return who came as somebody who may be thanked, or why not; coming is not yet consent."""
    return rules.recipient(
        came.person, standing, purpose=ContactPurpose.SESSION, asking=rules.Asking.FOLLOW_UP
    )


@dataclass(frozen=True, slots=True)
class Hearing:
    """Of those who know of a session: how many get a message about it, and who gets none."""

    told: int
    untold: Sequence[NotAddressed]


def hearing(design_session: DesignSession, purpose: Purpose) -> Hearing:
    """
    Return who would be told of another time or place, or of cancelling, in a few statements.

    That is who may come, and who got an invitation and did not answer. Untold are those among them
    who have no address, or may not or do not want to be written to: a planner has to call them.
    """
    if design_session.has_begun():
        return Hearing(0, ())
    reached = notification_log.reached(design_session)
    ids = [
        invitation.id
        for invitation in answers.all_invitations(design_session)
        if invitation.answer in TOLD
        and (invitation.answer is not Answer.NONE or invitation.id in reached)
    ]
    known = list(map(all_to_write(ids).__getitem__, ids))
    found = recipients(known, purpose)
    pairs = [(invitation.person, found[invitation.id]) for invitation in known]
    chosen = selection(purpose, pairs, is_bulk=False)
    return Hearing(len(chosen.to), chosen.without)
