"""Calendar items of sessions, as RFC 5545 writes them and RFC 5546 sends them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from crm.core import mail
from crm.core.cleaning import clean_line, clean_lines
from crm.core.i18n import _, in_language
from crm.core.libraries import icalendar
from crm.core.mail import CalendarPart, Outgoing, Purpose, Recipient
from crm.design_sessions.models import Answer, DesignSession, Invitation, SessionState
from crm.design_sessions.rules.mail_checks import BACK, ITEM

MAKER = "-//Kring//Kring//EN"
REQUEST, CANCEL = "REQUEST", "CANCEL"
HOUR = timedelta(hours=1)
ZONE = "Europe/Amsterdam"
# Rules and no dates: Outlook ignores a zone of dates. A test holds it against the zone itself.
ZONE_RULES = """\
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
# The year after these rules began.
FIRST_YEAR = 1997
# What may stand in a mailto address as it is (RFC 6068); the rest is written as its number.
PLAIN_IN_ADDRESS = "@!$'*+-/=^_`{|}~."


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A session as it stands in a calendar.

    :ivar uid: names the item for ever, for one invitation or for one feed
    :ivar sequence: rises with each change that a calendar must take over
    :ivar stamp: when this state of the item was written
    :ivar link: the page about it, if there is one; for an invitation the personal one
    :ivar is_certain: whether whoever it is for comes
    :ivar words: more to say below the title, a line each
    """

    uid: str
    sequence: int
    stamp: datetime
    title: str
    place: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    link: str = ""
    words: tuple[str, ...] = ()
    is_certain: bool = True


def uid(name: str) -> str:
    """Return the UID of the item with this name: that, and the mail domain of this installation."""
    return f"{name}@{mail.settings().sender.rpartition('@')[2] or 'localhost'}"


def organizer(name: str) -> tuple[str, str]:
    """
    Return name and address of the organiser of the item with this name, who gets its answers.

    Where a mailbox is read, the address names the item: nobody else knows that name.
    """
    sent = mail.settings()
    if not (sent.bounce_address and sent.bounce_mailbox):
        return sent.sender_name, sent.sender
    local, _at, at = sent.bounce_address.rpartition("@")
    return sent.sender_name, f"{local}+{name}@{at}"


def entry(
    design_session: DesignSession, *, uid: str, sequence: int, stamp: datetime, link: str = ""
) -> Entry:
    """Return a session as it stands in a calendar, in the language of this moment."""
    words = []
    # Without a place the link stands where the place does, and need not be said twice.
    if design_session.link and design_session.place:
        words.append(str(_("Online: %(link)s", link=design_session.link)))
    if design_session.contact_phone:
        words.append(str(_("Questions: %(phone)s", phone=design_session.contact_phone)))
    return Entry(
        uid=uid,
        sequence=sequence,
        stamp=stamp,
        title=design_session.title,
        place=design_session.place or design_session.link,
        zone=design_session.zone,
        starts_at=design_session.starts_at,
        ends_at=design_session.ends_at,
        is_cancelled=design_session.state is SessionState.CANCELLED,
        link=link,
        words=tuple(words),
    )


def personal(
    invitation: Invitation, *, language: str, sequence: int, stamp: datetime, link: str = ""
) -> Entry:
    """Return the calendar item of an invitation, in a person's language; see `Entry`."""
    with in_language(language):
        held, item = invitation.design_session, uid(invitation.calendar_id)
        return entry(held, uid=item, sequence=sequence, stamp=stamp, link=link)


def method_of(outgoing: Outgoing, invitation: Invitation) -> str | None:
    """Return what a message does to the calendar of its reader, if anything."""
    stands = invitation.has_calendar_item
    if outgoing.purpose is Purpose.CONFIRMATION:
        given = outgoing.params.get("answer")
        comes = given == Answer.YES or BACK in outgoing.params
        # "Maybe" after "yes" leaves the item where it is: they may come still.
        return REQUEST if comes else CANCEL if given == Answer.NO and stands else None
    if outgoing.purpose is Purpose.CHANGE:
        return REQUEST if stands or outgoing.params.get("comes") else None
    if outgoing.purpose is Purpose.CANCELLATION:
        return CANCEL if stands or ITEM in outgoing.params else None
    return None


def sequence_of(outgoing: Outgoing, invitation: Invitation, method: str) -> int:
    """Return the SEQUENCE of the item that a message carries: it never falls."""
    if ITEM in outgoing.params:
        return max(invitation.design_session.sequence, int(outgoing.params["item_sequence"]))
    last = invitation.calendar_sequence
    # A calendar passes over what takes an item away, or brings it back, at a number it has seen.
    rises = CANCEL in (method, invitation.calendar_status)
    return max(invitation.design_session.sequence, last + 1 if rises else last)


def sent(
    method: str, entry: Entry, *, attendee: Recipient, organizer: tuple[str, str]
) -> CalendarPart:
    """
    Return an item for a calendar to take over, or away, without asking.

    :param method: REQUEST for somebody who comes, CANCEL for who does not come after all
    :param organizer: name and address of the sender
    """
    event = _event(replace(entry, is_certain=True, is_cancelled=method == CANCEL))
    event.add("organizer", _who(*organizer))
    guest = _who(attendee.name, attendee.address)
    # They said yes already, so their calendar has nothing to ask them.
    guest.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
    event.add("attendee", guest)
    calendar = _calendar(method, [entry])
    calendar.add_component(event)
    return CalendarPart(method, bytes(calendar.to_ical()))


def published(entry: Entry) -> bytes:
    """Return one item to save in any calendar: no organiser, no guest, nothing to answer."""
    calendar = _calendar("PUBLISH", [entry])
    calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def feed(name: str, entries: Iterable[Entry]) -> bytes:
    """Return a calendar to subscribe to, with these items in their order."""
    listed = list(entries)
    calendar = _calendar("PUBLISH", listed)
    # One is that of RFC 7986, the other that which calendars read long before it.
    for key in ("name", "x-wr-calname"):
        calendar.add(key, clean_line(name))
    calendar.add("x-published-ttl", icalendar.vDuration(HOUR))
    # RFC 7986 asks for the kind of value here; the library writes it only where it is set so.
    hourly = icalendar.vDuration(HOUR)
    hourly.params["VALUE"] = "DURATION"
    calendar.add("refresh-interval", hourly)
    for entry in listed:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _calendar(method: str, entries: Iterable[Entry]) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    head = {"prodid": MAKER, "version": "2.0", "calscale": "GREGORIAN", "method": method}
    for name, value in head.items():
        calendar.add(name, value)
    if any(map(_is_here, entries)):
        calendar.add_component(icalendar.Timezone.from_ical(ZONE_RULES))
    return calendar


def _event(entry: Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    here = _is_here(entry)
    for name, moment in (("dtstart", entry.starts_at), ("dtend", entry.ends_at)):
        event.add(name, moment.astimezone(ZoneInfo(ZONE)) if here else moment)
    event.add("summary", clean_line(entry.title))
    words = clean_lines("\n".join(filter(None, (*entry.words, entry.link))))
    texts = {"location": clean_line(entry.place), "description": words, "url": entry.link}
    for name, text in texts.items():
        if text:
            event.add(name, text)
    comes = "CONFIRMED" if entry.is_certain else "TENTATIVE"
    event.add("status", "CANCELLED" if entry.is_cancelled else comes)
    return event


def _is_here(entry: Entry) -> bool:
    # Elsewhere, before the rules of today, and in the second of two equal hours, which a clock
    # cannot tell, times are written in UTC instead of as the clock here says them.
    if entry.zone != ZONE or entry.starts_at.year < FIRST_YEAR:
        return False
    return not any(at.astimezone(ZoneInfo(ZONE)).fold for at in (entry.starts_at, entry.ends_at))


def _who(name: str, address: str) -> icalendar.vCalAddress:
    who = icalendar.vCalAddress(f"mailto:{quote(address, safe=PLAIN_IN_ADDRESS)}")
    # A name stands between quotes and can hold none.
    words = clean_line(name).replace('"', "'")
    if words:
        who.params["CN"] = words
    return who
