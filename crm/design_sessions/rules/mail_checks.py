"""The last check of a message about a session, and what it says of when and where that is."""

from collections.abc import Callable, Mapping
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
    if outgoing.purpose is Purpose.CANCELLATION:
        return _cancellation(outgoing, invitation)
    if outgoing.purpose is not Purpose.THANKS and invitation.is_gone:
        return Reason.REVOKED
    if invitation.design_session.state is SessionState.CANCELLED:
        return Reason.CANCELLED
    if _tells_of_before(outgoing, invitation):
        return Reason.OUTDATED
    check = CHECKS.get(outgoing.purpose)
    return check(outgoing, invitation) if check else None


def _tells_of_before(outgoing: Outgoing, invitation: Invitation) -> bool:
    """Whether its bytes, which are never written anew, tell of a time or place of before."""
    is_about_now = outgoing.sequence >= invitation.design_session.sequence
    return outgoing.is_written and not is_about_now and outgoing.purpose is not Purpose.THANKS


def _invitation(_outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    if not invitation.design_session.takes_answers():
        return Reason.TOO_LATE
    return None if invitation.answer in OPEN_QUESTION else Reason.ANSWERED


def _reminder(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    if outgoing.sequence < invitation.design_session.sequence:
        return Reason.OUTDATED
    return _invitation(outgoing, invitation)


def _confirmation(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    is_so = outgoing.params.get("answer") == invitation.answer
    return None if is_so else Reason.OUTDATED


def _waiting(_outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    return None if invitation.answer is Answer.WAITING else Reason.OUTDATED


def _offer(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    is_last = outgoing.params.get("offer") == invitation.offers
    return None if is_last and invitation.has_standing_offer() else Reason.OUTDATED


def _change(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    if outgoing.sequence < invitation.design_session.sequence:
        return Reason.OUTDATED
    if invitation.design_session.has_begun():
        return Reason.TOO_LATE
    return None if invitation.answer in TOLD else Reason.ANSWERED


def _cancellation(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    if ITEM in outgoing.params:
        return _spare_item(outgoing, invitation)
    if outgoing.params.get("left"):
        return None if invitation.is_gone else Reason.OUTDATED
    held = invitation.design_session
    is_so = held.state is SessionState.CANCELLED and outgoing.sequence == held.sequence
    return None if is_so else Reason.OUTDATED


def _spare_item(outgoing: Outgoing, invitation: Invitation) -> Reason | None:
    if invitation.design_session.has_begun():
        return Reason.TOO_LATE
    # It is the one item of somebody who comes after all.
    is_their_own = outgoing.params[ITEM] == invitation.calendar_id
    return Reason.OUTDATED if is_their_own and invitation.answer in TOLD else None


CHECKS: dict[Purpose, Callable[[Outgoing, Invitation], Reason | None]] = {
    Purpose.INVITE: _invitation,
    Purpose.REMINDER: _reminder,
    Purpose.CONFIRMATION: _confirmation,
    Purpose.WAITING: _waiting,
    Purpose.OFFER: _offer,
    Purpose.CHANGE: _change,
}


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
    one = design_session
    return Facts(one.starts_at, one.ends_at, one.zone, one.place, one.link)


def read(written: Mapping[str, Any]) -> Facts:
    """Return what was kept with a message."""
    return Facts(
        datetime.fromisoformat(written["starts_at"]),
        datetime.fromisoformat(written["ends_at"]),
        written["zone"],
        written["place"],
        written["link"],
    )


def asks_again(old: Facts, new: Facts) -> bool:
    """Whether who said yes is asked again: more than half an hour moved, or another place."""
    return abs(new.starts_at - old.starts_at) > SLIGHT or new.place != old.place
