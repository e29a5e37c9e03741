"""Calendar items: what they say, to whom, and that nothing typed breaks out of them."""

import bisect
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from icalendar import Calendar, Timezone

from crm.core.db import unit_of_work
from crm.core.mail import Recipient
from crm.core.permissions import Actor
from crm.design_sessions.queries import people
from crm.design_sessions.rules import calendars
from crm.design_sessions.rules.calendars import Entry
from crm.design_sessions.services import inviting
from crm.stakeholders.models import Helix
from tests import factories
from tests.design_sessions.conftest import Plan

SENDER = ("Kring", "kring@sessies.example")
GUEST = Recipient("kees.vanthof@o03.example", "Kees van 't Hof", "nl", person_id=3)
HOSTILE = (
    "Sessie\r\nATTENDEE:mailto:evil@o99.example\rX-ONE:1\nBEGIN:VALARM\x0b\u2028\x00\u202e;,\\"
)


def entry(**changes: Any) -> Entry:
    """Return an afternoon session in Assen; only what the test says matters."""
    values: dict[str, Any] = {
        "uid": "0123abc@sessies.example",
        "sequence": 4,
        "stamp": datetime(2027, 3, 1, 9, 30, tzinfo=UTC),
        "title": "Ontwerpbijeenkomst Lariks",
        "place": "De Zuidstee, Assen",
        "zone": "Europe/Amsterdam",
        "starts_at": datetime(2027, 5, 4, 12, 0, tzinfo=UTC),
        "ends_at": datetime(2027, 5, 4, 14, 30, tzinfo=UTC),
        "is_cancelled": False,
        "link": "https://kring.example/r/abcdefghij.0123456789012345678901",
        "words": ("Vragen: 0592 123456",),
        **changes,
    }
    return Entry(**values)


def parsed(data: bytes) -> Any:
    """Return a calendar, read back; what stands in it can be of every type of the standard."""
    return Calendar.from_ical(data)


def read(data: bytes) -> tuple[Any, Any]:
    """Return the calendar and its one event, read back."""
    calendar = parsed(data)
    (event,) = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not event.errors
    return calendar, event


def test_who_comes_gets_a_request_with_the_answer_in_it() -> None:
    part = calendars.sent(calendars.REQUEST, entry(), attendee=GUEST, organizer=SENDER)

    calendar, event = read(part.data)
    guest = event["attendee"]
    assert part.method == calendar["method"] == "REQUEST"
    assert (event["uid"], event["sequence"], event["status"]) == (
        "0123abc@sessies.example", 4, "CONFIRMED",
    )  # fmt: skip
    assert event["dtstamp"].dt == datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    assert event["dtstart"].dt.isoformat() == "2027-05-04T14:00:00+02:00"
    assert event["dtend"].dt.isoformat() == "2027-05-04T16:30:00+02:00"
    assert b"DTSTART;TZID=Europe/Amsterdam:20270504T140000\r\n" in part.data
    assert guest == "mailto:kees.vanthof@o03.example"
    assert guest.params["PARTSTAT"] == "ACCEPTED"
    assert guest.params["RSVP"] == "FALSE"
    assert guest.params["CN"] == "Kees van 't Hof"
    assert event["organizer"] == "mailto:kring@sessies.example"
    assert event["summary"] == "Ontwerpbijeenkomst Lariks"
    assert event["location"] == "De Zuidstee, Assen"
    assert event["url"].startswith("https://kring.example/r/")
    assert "0592 123456" in event["description"]


def test_who_does_not_come_after_all_gets_a_cancel_of_the_same_item() -> None:
    asked = calendars.sent(calendars.REQUEST, entry(), attendee=GUEST, organizer=SENDER)

    part = calendars.sent(calendars.CANCEL, entry(sequence=5), attendee=GUEST, organizer=SENDER)

    calendar, event = read(part.data)
    assert part.method == calendar["method"] == "CANCEL"
    assert event["status"] == "CANCELLED"
    assert event["uid"] == read(asked.data)[1]["uid"]
    assert event["sequence"] == 5
    assert event["attendee"] == "mailto:kees.vanthof@o03.example"


def test_an_item_to_save_names_nobody() -> None:
    calendar, event = read(calendars.published(entry()))

    assert calendar["method"] == "PUBLISH"
    assert "attendee" not in event
    assert "organizer" not in event


def test_a_feed_says_how_often_to_look_as_both_standards_write_it() -> None:
    lines = calendars.feed("Kring", [entry()]).splitlines()

    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert b"X-PUBLISHED-TTL:PT1H" in lines


def test_a_cancelled_session_stays_in_a_feed_as_cancelled() -> None:
    data = calendars.feed("Kring – Lariks", [entry(is_cancelled=True), entry(uid="b@x")])

    calendar = parsed(data)
    first, second = calendar.walk("VEVENT")
    assert calendar["x-wr-calname"] == "Kring – Lariks"
    assert (first["status"], second["status"]) == ("CANCELLED", "CONFIRMED")
    assert len(calendar.walk("VTIMEZONE")) == 1


def test_an_empty_feed_is_a_calendar() -> None:
    calendar = parsed(calendars.feed("Leeg", []))

    assert calendar.walk("VEVENT") == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"zone": "Europe/London"}, b"DTSTART:20270504T120000Z\r\n"),
        (
            {
                "starts_at": datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
                "ends_at": datetime(2027, 10, 31, 4, 0, tzinfo=UTC),
            },
            b"DTSTART:20271031T013000Z\r\n",
        ),
        (
            {
                "starts_at": datetime(1995, 9, 30, 12, 0, tzinfo=UTC),
                "ends_at": datetime(1995, 9, 30, 13, 0, tzinfo=UTC),
            },
            b"DTSTART:19950930T120000Z\r\n",
        ),
    ],
    ids=["another zone", "the second of two equal hours", "before the rules of today"],
)
def test_times_that_the_zone_cannot_tell_are_in_utc(changes: dict[str, Any], start: bytes) -> None:
    data = calendars.published(entry(**changes))

    assert start in data
    assert b"VTIMEZONE" not in data


def test_the_first_of_two_equal_hours_is_what_a_calendar_takes_it_for() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    data = calendars.published(entry(starts_at=first, ends_at=first + timedelta(minutes=20)))

    assert b"DTSTART;TZID=Europe/Amsterdam:20271031T023000\r\n" in data
    assert read(data)[1]["dtstart"].dt.astimezone(UTC) == first


def changes_of(rules: str, year: int) -> list[tuple[datetime, timedelta]]:
    """Return when the clock changes in a year, and by how much it is ahead of UTC from then on."""
    zone: Any = Timezone.from_ical(rules)
    changes = []
    for part in zone.subcomponents:
        rule = part["rrule"]
        assert (rule["freq"], [str(day) for day in rule["byday"]]) == (["YEARLY"], ["-1SU"])
        (month,) = rule["bymonth"]
        last = datetime.combine(date(year, int(month), 31), part["dtstart"].dt.time(), UTC)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        changes.append((sunday - part["tzoffsetfrom"].td, part["tzoffsetto"].td))
    return changes


def test_the_zone_agrees_with_the_zone_of_the_machine_for_ten_years() -> None:
    here, first = ZoneInfo("Europe/Amsterdam"), datetime(2026, 1, 1, tzinfo=UTC)
    changes = sorted(
        change for year in range(2025, 2037) for change in changes_of(calendars.ZONE_RULES, year)
    )

    moments = (first + timedelta(minutes=30) * step for step in range(10 * 365 * 48))
    wrong = [
        moment
        for moment in moments
        if changes[bisect.bisect_right(changes, (moment, timedelta.max)) - 1][1]
        != moment.astimezone(here).utcoffset()
    ]

    assert wrong == []
    assert "RDATE" not in calendars.ZONE_RULES


def test_nothing_typed_breaks_out_of_its_line() -> None:
    guest = Recipient("a@o03.example", HOSTILE + '"', "nl")
    one = entry(title=HOSTILE, place=HOSTILE, words=(HOSTILE, HOSTILE), zone="UTC")

    part = calendars.sent(
        calendars.REQUEST, one, attendee=guest, organizer=(HOSTILE, "kring@x.example")
    )

    calendar, event = read(part.data)
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert event["attendee"] == "mailto:a@o03.example"
    assert "X-ONE" not in event
    assert event["summary"].startswith("Sessie ATTENDEE:mailto:evil@o99.example")


@pytest.mark.parametrize("title", ["é" * 200, "Lariks " * 40, "漢字" * 80, "🌳" * 60, HOSTILE])
def test_lines_are_short_and_end_as_the_standard_says(title: str) -> None:
    part = calendars.sent(calendars.REQUEST, entry(title=title), attendee=GUEST, organizer=SENDER)

    lines = part.data.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    for line in lines:
        line.decode()


def test_an_address_with_odd_signs_stays_one_address() -> None:
    guest = Recipient("o'neil+50%?x#y@o03.example", "O'Neil", "nl")

    part = calendars.sent(calendars.REQUEST, entry(), attendee=guest, organizer=SENDER)

    assert read(part.data)[1]["attendee"] == "mailto:o'neil+50%25%3Fx%23y@o03.example"


def test_what_we_say_in_it_is_in_the_language_of_the_person(
    app: Flask, plan: Plan, leader: Actor
) -> None:
    planned = plan(place="De Zuidstee", link="https://bellen.example/lariks")
    with unit_of_work(leader, "tests.phone"):
        planned.contact_phone = "0592 123456"
    person = factories.person(helix=Helix.BUSINESS)
    inviting.invite(leader, planned, person_ids=[person.id], helixes={})
    (invitation,) = people.invitations_of(planned)

    given: Any = {"sequence": 0, "stamp": planned.created_at, "link": "https://kring.example/r/x"}
    with app.app_context():
        dutch = calendars.personal(invitation, language="nl", **given)
        english = calendars.personal(invitation, language="en", **given)

    assert dutch.uid == english.uid == f"{invitation.calendar_id}@localhost"
    assert dutch.words == ("Online: https://bellen.example/lariks", "Vragen: 0592 123456")
    assert english.words[1] == "Questions: 0592 123456"
