"""What people send to the mailbox of Kring, and what stands of it."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from crm.core import clock
from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, AnsweredBy, DesignSession, Invitation
from crm.design_sessions.rules import calendars
from crm.messages.models import Reply
from tests.design_sessions.conftest import anew
from tests.design_sessions.mailbox import deliver, guests, say

STRANGER = {"ATTENDEE;PARTSTAT=DECLINED": "mailto:evil@elders.example"}


def in_calendar(made: DesignSession, leader: Actor) -> Invitation:
    """Return the invitation of somebody who said yes, and has it in their calendar."""
    one = guests(made, leader)[0]
    say(one, Answer.YES)
    deliver()
    return one


def reply(
    one: Invitation,
    part: str = "DECLINED",
    *,
    number: int = 1,
    to: str = "",
    changes: Mapping[str, str] | None = None,
) -> bytes:
    """Return what a calendar sends when somebody presses a button in it."""
    stamp = f"{clock.now() + timedelta(minutes=1):%Y%m%dT%H%M%SZ}"
    email = one.person.emails[0].address
    given = {
        "UID": calendars.uid(one.calendar_id),
        "SEQUENCE": "0",
        "DTSTAMP": stamp,
        f"ATTENDEE;PARTSTAT={part}": f"mailto:{email}",
        **(changes or {}),
    }
    lines = "\r\n".join(f"{name}:{value}" for name, value in given.items())
    return (
        f"Message-ID: <{number}@elders.example>\r\nFrom: Iemand <{email}>\r\n"
        f"To: {to or 'bounce@kring.example'}\r\nSubject: Afgewezen\r\nMIME-Version: 1.0\r\n"
        'Content-Type: text/calendar; method=REPLY; charset="utf-8"\r\n\r\n'
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nMETHOD:REPLY\r\n"
        f"BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def letter(to: str, *, number: int = 1, head: str = "", text: str = "Kan het later?") -> bytes:
    """Return what somebody writes."""
    return (
        f"Message-ID: <brief{number}@elders.example>\r\nFrom: x@elders.example\r\nTo: {to}\r\n"
        f"{head}Subject: =?utf-8?q?Vraag_van_No=C3=AB?=\r\n\r\n{text}\r\n"
    ).encode()


def stands(one: Invitation) -> tuple[Answer, AnsweredBy | None]:
    anew()
    return one.answer, one.answered_by


def waiting() -> list[Reply]:
    anew()
    return list(session().scalars(select(Reply).order_by(Reply.id)))
