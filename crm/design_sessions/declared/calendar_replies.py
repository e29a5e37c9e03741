"""Answers that come by mail from a calendar (iTIP REPLY, RFC 5546)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from crm.core.db import project_scope
from crm.core.errors import Conflict, NotFound
from crm.core.inbound_mail import Arrived, Counted, Given, Owner, ReplyHandler, Waits, Why
from crm.core.libraries import icalendar
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, AnsweredBy, Invitation
from crm.design_sessions.queries import answers
from crm.design_sessions.services import answering
from crm.design_sessions.services.answering import (
    AnswersClosed,
    NotInvited,
    SessionCancelled,
    SessionFull,
    TimeChanged,
)
from crm.stakeholders.values.addresses import email_key

_ADDRESSED = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
_NAMED = re.compile(r"([0-9a-f]{32})@.*", re.IGNORECASE)
_GIVEN = {"ACCEPTED": Given.YES, "DECLINED": Given.NO, "TENTATIVE": Given.MAYBE}
_IN_TEXT = re.compile(r"^UID:([0-9a-f]{32})@", re.IGNORECASE | re.MULTILINE)
# COUNTER is a reply as well: it proposes another time, and that is for somebody to read.
_METHODS = ("REPLY", "COUNTER")
_REFUSED = {
    SessionFull: Why.FULL,
    TimeChanged: Why.OUTDATED,
    SessionCancelled: Why.CANCELLED,
    NotInvited: Why.OFF_LIST,
    AnswersClosed: Why.CLOSED,
}
# Whatever the library meets in a file that it did not expect.
_BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class _Said:
    """
    What a calendar says of one item.

    :ivar stamp: when it was said; none: that cannot be read
    :ivar starts_at: when that item begins, as the calendar has it
    :ivar given: none: neither yes, maybe nor no, or of more than one item or guest
    """

    name: str
    sequence: int
    stamp: datetime | None
    starts_at: datetime | None
    attendees: tuple[str, ...]
    given: Given | None
    is_delegated: bool


def _read(arrived: Arrived) -> Counted | Waits | None:
    """Let an answer count, say why it waits, or that it is no answer to an invitation."""
    said = _said(arrived.calendar) if arrived.calendar else None
    if said is None:
        return None
    addressed = _addressed(arrived)
    named = answers.invitation_of_item(said.name) if said.name else None
    invitation = named or addressed
    if invitation is None:
        # Without a secret of ours anybody can have written it: it waits where it can only belong.
        if said.starts_at is None or len(said.attendees) != 1:
            return None
        sole = answers.sole_coming_item(said.attendees[0], said.starts_at)
        return None if sole is None else Waits(_owner(sole), Why.UNPROVEN, said.given)
    with project_scope(invitation.project_id):
        why = _why(said, invitation)
        if named and addressed and named.id != addressed.id:
            why = Why.UNCLEAR
        owner = _owner(invitation)
        if why is None and said.given is not None:
            why = _answer(said, said.given, invitation)
        return Counted() if why is None else Waits(owner, why, said.given)


def _belongs(arrived: Arrived) -> Owner | None:
    """Return of whom a message is that came to the address of a calendar item."""
    invitation = _addressed(arrived)
    return None if invitation is None else _owner(invitation)


def _take(actor: Actor, about_id: int, given: Given) -> None:
    """Note what somebody answered by mail, as a planner who read it."""
    held, answer = answers.invitation(about_id), Answer(given.value)
    # A planner decides that it counts, also where it is about a time of before.
    seen = held.design_session.sequence
    answering.answer(actor, held, answer=answer, by=AnsweredBy.PLANNER, seen_sequence=seen)


def _title(about_id: int) -> str:
    """Return of which session an invitation is; nothing if there is none any more."""
    try:
        return answers.invitation(about_id).design_session.title
    except NotFound:
        return ""


HANDLER = ReplyHandler(_read, _belongs, _take, _title)


def _addressed(arrived: Arrived) -> Invitation | None:
    found = _ADDRESSED.search(arrived.recipients)
    return answers.invitation_of_item(found[1].lower()) if found else None


def _owner(invitation: Invitation) -> Owner:
    return Owner(invitation.project_id, invitation.person_id, invitation.id)


def _why(said: _Said, invitation: Invitation) -> Why | None:
    """Return why an answer does not count by itself, as far as that can be told beforehand."""
    if said.is_delegated:
        return Why.DELEGATED
    if said.given is None or said.stamp is None or len(said.attendees) != 1:
        return Why.UNCLEAR
    if email_key(said.attendees[0]) not in answers.addresses_of(invitation):
        return Why.STRANGER
    # Who pressed a button before they were told of the change answered for the time of before.
    changed_at = answers.changed_at(invitation)
    if said.sequence < invitation.design_session.sequence or _is_before(said.stamp, changed_at):
        return Why.OUTDATED
    # Mail is slower than the page: an answer by link since then is what they said last.
    overtakes = _is_before(said.stamp, invitation.answered_at)
    is_other = invitation.answer.value != said.given.value
    return Why.OVERTAKEN if is_other and overtakes else None


def _is_before(stamp: datetime, moment: datetime | None) -> bool:
    # Calendars know whole seconds only.
    return moment is not None and stamp < moment.replace(microsecond=0)


def _answer(said: _Said, given: Given, invitation: Invitation) -> Why | None:
    actor, answer = answering.link_actor(invitation), Answer(given.value)
    by, seen = AnsweredBy.ICAL_REPLY, said.sequence
    try:
        answering.answer(actor, invitation, answer=answer, by=by, seen_sequence=seen)
    except Conflict as refusal:
        if type(refusal) not in _REFUSED:
            raise
        return _REFUSED[type(refusal)]
    return None


def _said(data: bytes) -> _Said | None:
    """Return what a calendar answers; nothing if it answers nothing, or cannot be read."""
    try:
        calendar = icalendar.Calendar.from_ical(data)
        method = str(calendar.get("METHOD", "")).upper()
        events = calendar.walk("VEVENT")
        if method not in _METHODS or not events:
            return None
        return _of_event(events[0], is_clear=method == "REPLY" and len(events) == 1)
    except _BROKEN:
        # Of a damaged answer at least the item is told, so that somebody looks at it.
        text = data.decode("utf-8", "replace")
        found = _IN_TEXT.search(text)
        if found is None or "METHOD:REPLY" not in text.upper():
            return None
        return _Said(found[1].lower(), 0, None, None, (), None, is_delegated=False)


def _of_event(event: Any, *, is_clear: bool) -> _Said:
    # The library gives one alone, or a list of them.
    given = event.get("ATTENDEE", [])
    guests = given if isinstance(given, list) else [given]
    parts = [str(guest.params.get("PARTSTAT", "")).upper() for guest in guests]
    delegating = any({"DELEGATED-TO", "DELEGATED-FROM"} & set(guest.params) for guest in guests)
    is_clear = is_clear and len(guests) == 1 and "RECURRENCE-ID" not in event
    named = _NAMED.fullmatch(str(event.get("UID", "")).strip())
    return _Said(
        name=named[1].lower() if named else "",
        sequence=int(event.get("SEQUENCE", 0)),
        stamp=_moment(event.get("DTSTAMP")),
        starts_at=_moment(event.get("DTSTART")),
        attendees=tuple(_address(str(guest)) for guest in guests),
        given=_GIVEN.get(parts[0]) if is_clear else None,
        is_delegated=delegating or "DELEGATED" in parts,
    )


def _moment(value: Any) -> datetime | None:
    found = getattr(value, "dt", None)
    # A day without an hour says of no moment that it was before or after.
    if not isinstance(found, datetime):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _address(value: str) -> str:
    return unquote(re.sub(r"(?i)^mailto:", "", value.strip()))
