"""Made-up networks of a chosen size, as sessions with who was there."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations

from crm.core.db import add_many, unit_of_work
from crm.core.normalisation import fold
from crm.core.permissions import system
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession, SessionKind
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person

CIRCLE = 40
STRANGERS = 0.15
SIZES = (4, 5, 6, 8, 10, 12)
FIRST_DAY = datetime(2020, 1, 6, 10, tzinfo=UTC)
HELIXES = list(Helix)


def meetings(people: int, ties: int) -> list[list[int]]:
    """Return who meets whom, by number, so that exactly so many pairs have met."""
    chance = random.Random(1)
    met: set[tuple[int, int]] = set()
    found: list[list[int]] = []
    for guests in _guests(people, chance):
        pairs = set(combinations(guests, 2))
        if len(met | pairs) > ties:
            break
        met |= pairs
        found.append(guests)
    while len(met) < ties:
        pair = sorted(chance.sample(range(people), 2))
        if (pair[0], pair[1]) not in met:
            met.add((pair[0], pair[1]))
            found.append(pair)
    return found


def _guests(people: int, chance: random.Random) -> Iterator[list[int]]:
    """Yield guests of one meeting after another: mostly of one circle, a few from elsewhere."""
    while True:
        first = chance.randrange(people // CIRCLE) * CIRCLE
        yield sorted(
            {
                chance.randrange(people)
                if chance.random() < STRANGERS
                else chance.randrange(first, first + CIRCLE)
                for _ in range(chance.choice(SIZES))
            }
        )


def fill(people: int, ties: int) -> None:
    """Fill the project in scope: people with a role each, and meetings that tie them."""
    fill_with(people, meetings(people, ties))


def full_rooms(people: int, rooms: int, seats: int) -> list[list[int]]:
    """Return who meets whom, by number, in so many rooms with all seats taken by lot."""
    chance = random.Random(1)
    return [sorted(chance.sample(range(people), seats)) for _room in range(rooms)]


def fill_with(people: int, found: list[list[int]]) -> None:
    """Fill the project in scope: people with a role each, and these meetings, by number."""
    with unit_of_work(system(), "bench.fill"):
        at = add_many(Organisation, [_organisation(number) for number in range(people // 10)])
        persons = add_many(Person, [_person(number) for number in range(people)])
        add_many(
            Affiliation,
            [_role(one, at[n % len(at)], HELIXES[n % 4]) for n, one in enumerate(persons)],
        )
        sessions = add_many(DesignSession, [_session(number) for number in range(len(found))])
        add_many(
            Attendance,
            [
                _attendance(session_id, persons[guest], HELIXES[guest % 4])
                for session_id, guests in zip(sessions, found, strict=True)
                for guest in guests
            ],
        )


def _organisation(number: int) -> dict[str, object]:
    name = f"Organisatie {number}"
    helix = HELIXES[number % 4]
    return {"name": name, "name_key": fold(name), "sort_key": fold(name), "helix": helix}


def _person(number: int) -> dict[str, object]:
    name = f"Voornaam Achternaam{number}"
    return {
        "first_name": "Voornaam",
        "surname": f"Achternaam{number}",
        "sort_key": fold(name),
        "name_key": fold(name),
        "pseudonym": number + 1,
    }


def _role(person_id: int, organisation_id: int, helix: Helix) -> dict[str, object]:
    at = {"person_id": person_id, "organisation_id": organisation_id}
    return {**at, "helix": helix, "is_main": True}


def _session(number: int) -> dict[str, object]:
    starts = FIRST_DAY + timedelta(days=number % 1000)
    ends = starts + timedelta(hours=2)
    return {
        "title": f"Bijeenkomst {number}",
        "kind": SessionKind.DESIGN_SESSION,
        "starts_at": starts,
        "ends_at": ends,
        "starts_local": f"{starts:%Y-%m-%dT%H:%M}",
        "ends_local": f"{ends:%Y-%m-%dT%H:%M}",
    }


def _attendance(session_id: int, person_id: int, helix: Helix) -> dict[str, object]:
    at = {"design_session_id": session_id, "person_id": person_id}
    return {**at, "helix": helix, "status": AttendanceStatus.PRESENT}
