"""The last check of a message about a session, and what it says of when and where that is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from crm.core.mail import Outgoing, Purpose, Reason
from crm.design_sessions.models import Answer, DesignSession, Invitation, SessionState

# Names a calendar item that is one too many, as the person was on the list twice.
ITEM = "item"
# Says that an item comes back that was taken away, as two were one by mistake.
BACK = "back"
# Names the attendance in thanks to who was not invited: its number could be that of an invitation.
CAME = "came"
OPEN_QUESTION = (Answer.NONE, Answer.MAYBE)
# Who is told when time or place change.
TOLD = (Answer.NONE, Answer.YES, Answer.MAYBE, Answer.WAITING, Answer.OFFERED)


def reason_against(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    """Return why a message is not sent any more, as the session and the answer are now."""
    purpose, held = outgoing.purpose, invitation.design_session
    # Before all that stops other mail: it is to reach who is off the list and what is cancelled.
    if purpose is Purpose.CANCELLATION:
        return _cancellation(outgoing, invitation)
    # Who came is thanked, also where a planner took them off the list afterwards.
    if purpose is not Purpose.THANKS and invitation.is_gone:
        return Reason.REVOKED
    if held.state is SessionState.CANCELLED:
        return Reason.CANCELLED
    is_of_before = outgoing.sequence < held.sequence
    # Its bytes, which are never written anew, tell of a time or place of before.
    if outgoing.is_written and is_of_before and purpose is not Purpose.THANKS:
        return Reason.OUTDATED
    if is_of_before and purpose in {Purpose.REMINDER, Purpose.CHANGE}:
        return Reason.OUTDATED
    return _untrue(outgoing, invitation)


def _untrue(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    held, is_so = invitation.design_session, True
    match outgoing.purpose:
        case Purpose.INVITE | Purpose.REMINDER:
            if not held.takes_answers():
                return Reason.TOO_LATE
            return None if invitation.answer in OPEN_QUESTION else Reason.ANSWERED
        case Purpose.CHANGE:
            if held.has_begun():
                return Reason.TOO_LATE
            return None if invitation.answer in TOLD else Reason.ANSWERED
        case Purpose.CONFIRMATION:
            is_so = outgoing.params.get("answer") == invitation.answer
        case Purpose.WAITING:
            is_so = invitation.answer is Answer.WAITING
        case Purpose.OFFER:
            # Of two offers to one person the first has lapsed, though the second stands.
            is_last = outgoing.params.get("offer") == invitation.offers
            is_so = is_last and invitation.has_standing_offer()
    return None if is_so else Reason.OUTDATED


def _cancellation(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    held = invitation.design_session
    if ITEM in outgoing.params:
        if held.has_begun():
            return Reason.TOO_LATE
        # It may be the one item of somebody who comes after all.
        is_their_own = outgoing.params[ITEM] == invitation.calendar_id
        return Reason.OUTDATED if is_their_own and invitation.answer in TOLD else None
    if outgoing.params.get("left"):
        return None if invitation.is_gone else Reason.OUTDATED
    # One that went on and was cancelled again has another sequence, and a message of its own.
    is_so = held.state is SessionState.CANCELLED and outgoing.sequence == held.sequence
    return None if is_so else Reason.OUTDATED


# A start that moved by less seldom keeps anybody away: who said yes is told, and not asked again.
SLIGHT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Facts:
    """When and where a session is: what stands in somebody's diary."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    link: str

    @property
    def where(self) -> str:
        """The place, and the link to meet online."""
        return ", ".join(filter(None, (self.place, self.link)))

    def written(self) -> dict[str, str]:
        """Return the same as plain values, to keep with a message."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }

    def is_other_time(self, other: "Facts") -> bool:
        """Whether these are other times, or the same on another clock."""
        mine = (self.starts_at, self.ends_at, self.zone)
        return mine != (other.starts_at, other.ends_at, other.zone)


def facts_of(design_session: DesignSession) -> Facts:
    """Return when and where a session is."""
    held = design_session
    return Facts(held.starts_at, held.ends_at, held.zone, held.place, held.link)


def read(written: Mapping[str, Any]) -> Facts:
    """Return what was kept with a message."""
    starts_at, ends_at = (datetime.fromisoformat(written[at]) for at in ("starts_at", "ends_at"))
    return Facts(starts_at, ends_at, written["zone"], written["place"], written["link"])


def asks_again(old: Facts, new: Facts) -> bool:
    """Whether who said yes is asked again: more than half an hour moved, or another place."""
    return abs(new.starts_at - old.starts_at) > SLIGHT or new.place != old.place
