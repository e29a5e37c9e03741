"""Calendar items as another reader understands them: ical.js, which Thunderbird is built on."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm.core.mail import Recipient
from crm.design_sessions.rules import calendars
from tests import layers
from tests.design_sessions.test_calendars import GUEST, HOSTILE, SENDER, entry

READER = Path(__file__).with_name("reading.mjs")
MODULES = Path(__file__).resolve().parents[2] / "node_modules"


@pytest.fixture(scope="module")
def node() -> str:
    """The program that runs JavaScript."""
    found = shutil.which("node")
    if found is None or not (MODULES / "ical.js").exists():
        layers.missing("Node with ical.js (npm ci)")
    return found


def understood(node: str, data: bytes) -> dict[str, Any]:
    """Return what ical.js makes of a calendar, on a machine in another zone."""
    done = subprocess.run(
        [node, READER], input=data, capture_output=True, check=True, timeout=30,
        env={"PATH": os.environ["PATH"], "TZ": "America/New_York"},
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_it_reads_the_request_that_we_wrote(node: str) -> None:
    part = calendars.sent(calendars.REQUEST, entry(), attendee=GUEST, organizer=SENDER)

    told = understood(node, part.data)

    assert told["method"] == "REQUEST"
    assert told["events"] == [
        {
            "uid": "0123abc@sessies.example",
            "sequence": 4,
            "summary": "Ontwerpbijeenkomst Lariks",
            "location": "De Zuidstee, Assen",
            "description": f"Vragen: 0592 123456\n{entry().link}",
            "organizer": "mailto:kring@sessies.example",
            "attendees": [["mailto:kees.vanthof@o03.example", "ACCEPTED"]],
            "starts": "2027-05-04T12:00:00.000Z",
            "ends": "2027-05-04T14:30:00.000Z",
            "stamp": "2027-03-01T09:30:00.000Z",
            "status": "CONFIRMED",
        }
    ]


def test_it_reads_every_season_of_ten_years(node: str) -> None:
    starts = [
        datetime(year, month, day, 12, 0, tzinfo=UTC)
        for year in range(2026, 2036)
        for month in range(1, 13)
        for day in (1, 24, 25, 26, 27, 28)
    ]
    entries = [
        entry(uid=f"{number}@x", starts_at=one, ends_at=one + timedelta(hours=1))
        for number, one in enumerate(starts)
    ]

    told = understood(node, calendars.feed("Alles", entries))

    read = [datetime.fromisoformat(event["starts"]) for event in told["events"]]
    assert read == starts


def test_it_finds_nothing_that_was_smuggled_in(node: str) -> None:
    guest = Recipient("a@o03.example", HOSTILE, "nl")
    hostile = entry(title=HOSTILE, place=HOSTILE, words=(HOSTILE,), zone="UTC")

    told = understood(
        node,
        calendars.sent(
            calendars.CANCEL, hostile, attendee=guest, organizer=(HOSTILE, "k@x.example")
        ).data,
    )

    (event,) = told["events"]
    assert told["method"] == "CANCEL"
    assert event["attendees"] == [["mailto:a@o03.example", "ACCEPTED"]]
    assert event["status"] == "CANCELLED"
    assert event["summary"].startswith("Sessie ATTENDEE:mailto:evil@o99.example")
