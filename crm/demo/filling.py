"""
Fill the demo project from its facts, with the commands that people use.

The facts are made-up people in and around Assen, 2019 to 2023. Only the municipality, its
districts (CBS, 2020) and two initiatives are real; every person, every other organisation and
every session is made up.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from crm.core import clock
from crm.core.db import add_many, session
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    AnswerEvent,
    Attendance,
    AttendanceStatus,
    DesignPhase,
    DesignSession,
    Invitation,
    Need,
    NeedKind,
    Proposal,
    SessionKind,
)
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.services.planning import (
    AskingDetails,
    LocalTime,
    SessionDetails,
    add_session,
)
from crm.initiatives.models import InitiativeStatus, InitiativeTrack
from crm.initiatives.services import (
    InitiativeDetails,
    InvolvementDetails,
    Stakeholder,
    create,
    involve,
)
from crm.neighbourhoods.services import area_for
from crm.own_fields.services import FieldDetails, define, set_values
from crm.own_fields.values import FieldKind
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Kind, Organisation, Person
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.organisations import OrganisationDetails, add_organisations
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import FormOfAddress, NameParts

SLUG = "assen-i2i"
NAME = "I2I Assen (demo)"
DESCRIPTION = (
    "Van isolement naar inclusie: Assen zoekt met overheid, onderzoek, bedrijven en bewoners naar"
    " manieren om elkaar meer te ontmoeten. Een voorbeeld; alle personen zijn verzonnen."
)
AREA_YEAR = 2020
Row = dict[str, str]
_FOLDER = Path(__file__).parent / "data"


def rows(name: str) -> list[Row]:
    """Return the rows of one file of the demo, such as "persons"; each is heading → text."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    """Return the date that stands in a cell, if one does."""
    return date.fromisoformat(text) if text else None


def words(text: str) -> tuple[str, ...]:
    """Return the words in a cell, which stand between semicolons."""
    return tuple(word.strip() for word in text.split(";") if word.strip())


APART = timedelta(minutes=40)


def give_answers(invitations: dict[str, Invitation]) -> None:
    """Let who is invited, by their key, have answered just now, each a while after the other."""
    facts = rows("answers")
    for number, row in enumerate(facts):
        _give(invitations[row["person"]], row, len(facts) - number)


def _give(invitation: Invitation, row: Row, place: int) -> None:
    # Not by the command that answers: it would write mail to people who do not exist.
    at, answer = clock.now() - APART * place, Answer(row["answer"])
    invitation.answer, invitation.answered_at = answer, at
    invitation.answered_by, invitation.answered_sequence = AnsweredBy.LINK, 0
    invitation.times_invited = 1
    if answer is Answer.WAITING:
        invitation.waiting_since, invitation.lot = at, 1
    event = AnswerEvent(invitation_id=invitation.id, at=at, by=AnsweredBy.LINK, sequence=0)
    event.before, event.after = Answer.NONE, answer
    session().add(event)
    for kind in NeedKind:
        if row[kind.value]:
            session().add(Need(invitation_id=invitation.id, kind=kind, words=row[kind.value]))
    if row["brings"]:
        session().add(
            Proposal(
                invitation_id=invitation.id, name=row["brings"], organisation=row["organisation"]
            )
        )


Ids = dict[str, int]
INVITED_BEFORE = timedelta(days=21)
JUST_BEFORE = timedelta(days=1)
JUST_INVITED = "invited"


def fill(actor: Actor, project: Project) -> None:
    """Fill the project in scope, inside a command; `actor` may change it."""
    for area in rows("areas"):
        area_for(area["name"], code=area["code"], year=AREA_YEAR)
    organisations = _add_organisations(actor, project)
    persons = _add_persons(actor, project)
    _add_initiatives(actor, project, persons | organisations)
    _add_own_fields(actor, project, persons | organisations)
    people = {key: session().get_one(Person, number) for key, number in persons.items()}
    _add_sessions(actor, project, people)
    _add_upcoming(actor, project, people)


def _add_organisations(actor: Actor, project: Project) -> Ids:
    facts = rows("organisations")
    details = [
        OrganisationDetails(
            name=row["name"],
            helix=Helix(row["helix"]),
            second_helix=Helix(row["second_helix"]) if row["second_helix"] else None,
            kind=row["kind"],
            website=row["website"],
            town="Assen",
            area=row["area"],
            tags=words(row["tags"]),
        )
        for row in facts
    ]
    return _by_key(facts, add_organisations(actor, project, details=details))


def _add_persons(actor: Actor, project: Project) -> Ids:
    facts = rows("persons")
    names = {row["key"]: row["name"] for row in rows("organisations")}
    roles: dict[str, list[AffiliationDetails]] = {}
    for row in rows("affiliations"):
        roles.setdefault(row["person"], []).append(_role(row, names))
    new = [NewPerson(_person(row), tuple(roles.get(row["key"], ()))) for row in facts]
    return _by_key(facts, add_persons_in_bulk(actor, project, new=new))


def _role(row: Row, names: Mapping[str, str]) -> AffiliationDetails:
    return AffiliationDetails(
        organisation=names.get(row["organisation"], ""),
        role=row["role"],
        helix=Helix(row["helix"]),
        since=day(row["since"]),
        until=day(row["until"]),
        is_main=row["is_main"] == "yes",
    )


def _person(row: Row) -> PersonDetails:
    name = NameParts(
        initials=row["initials"],
        first_name=row["first_name"],
        prefix=row["prefix"],
        surname=row["surname"],
        form_of_address=FormOfAddress(row["form_of_address"]),
    )
    return PersonDetails(
        name=name,
        emails=words(row["email"]),
        phones=words(row["phone"]),
        area=row["area"],
        tags=words(row["tags"]),
        note=row["note"],
    )


def _organisation(number: int) -> Organisation:
    return session().get_one(Organisation, number)


def _add_own_fields(actor: Actor, project: Project, ids: Ids) -> None:
    fields = {}
    for row in rows("own_fields"):
        told = FieldDetails(
            row["label"],
            row["purpose"],
            row["help_text"],
            options=words(row["options"]),
        )
        subject, kind = Kind(row["subject"]), FieldKind(row["kind"])
        fields[row["key"]] = define(actor, project, subject=subject, kind=kind, details=told)
    for row in rows("own_values"):
        field = fields[row["field"]]
        keys = {word: str(key) for key, word in field.words.items()}
        number = ids[row["record"]]
        is_person = field.subject is Kind.PERSON
        record = session().get_one(Person, number) if is_person else _organisation(number)
        set_values(actor, record, given={field.id: [keys.get(row["value"], row["value"])]})


def _add_initiatives(actor: Actor, project: Project, stakeholders: Ids) -> None:
    made = {}
    for row in rows("initiatives"):
        details = InitiativeDetails(
            name=row["name"],
            track=InitiativeTrack(row["track"]),
            status=InitiativeStatus(row["status"]),
            description=row["description"],
            area=row["area"],
            since=day(row["since"]),
            until=day(row["until"]),
        )
        made[row["key"]] = create(actor, project, details=details)
    for row in rows("involvement"):
        key = row["stakeholder"]
        found = stakeholders[key]
        involve(
            actor,
            made[row["initiative"]],
            stakeholder=Stakeholder(person_id=found)
            if key.startswith("p")
            else Stakeholder(organisation_id=found),
            part=InvolvementDetails(row["role"], day(row["since"]), day(row["until"])),
        )


def _add_sessions(actor: Actor, project: Project, people: Mapping[str, Person]) -> None:
    """Add the twelve sessions; everybody in the attendance list was invited."""
    came: dict[str, list[Row]] = {}
    for row in rows("attendance"):
        came.setdefault(row["session"], []).append(row)
    for row in rows("sessions"):
        starts, ends = (datetime.fromisoformat(row[name]) for name in ("starts", "ends"))
        details = _session(row, starts, ends)
        held = add_session(actor, project, details=details)
        listed = [(people[fact["person"]], fact["status"]) for fact in came[row["key"]]]
        _invite(held, [person for person, _status in listed], held.starts_at - INVITED_BEFORE)
        _note(held, [seen for seen in listed if seen[1] != JUST_INVITED])


def _add_upcoming(actor: Actor, project: Project, people: Mapping[str, Person]) -> None:
    """Add a session that is still to come, seen from today, with an invited list."""
    for row in rows("upcoming"):
        on = clock.today() + timedelta(days=int(row["days_ahead"]))
        starts, ends = (
            datetime.combine(on, time.fromisoformat(row[name])) for name in ("starts", "ends")
        )
        planned = add_session(actor, project, details=_session(row, starts, ends))
        invited = {people[key].id: key for key in row["invited"].split()}
        _invite(planned, [people[key] for key in invited.values()], clock.now() - JUST_BEFORE)
        invitations = people_queries.invitations_of(planned)
        give_answers({invited[asked.person_id]: asked for asked in invitations})


def _session(row: Row, starts: datetime, ends: datetime) -> SessionDetails:
    seats = [int(number) for number in row["targets"].split()]
    details = SessionDetails(
        title=row["title"],
        kind=SessionKind(row["kind"]),
        starts=LocalTime(starts),
        ends=LocalTime(ends),
        phase=DesignPhase(row["phase"]) if row["phase"] else None,
        goal=row["goal"],
        place=row["place"],
        link=row.get("link", ""),
    )
    return replace(
        details,
        capacity=int(row["capacity"]) if row["capacity"] else None,
        targets=dict(zip(Helix, seats, strict=False)),
        asking=AskingDetails(allows_colleague=True),
    )


def _invite(held: DesignSession, people: Sequence[Person], at: datetime) -> None:
    # Not by the command that invites: it would say that all were invited today.
    add_many(
        Invitation, [{**_who(held, person), "invited_at": at.astimezone(UTC)} for person in people]
    )


def _note(held: DesignSession, listed: Sequence[tuple[Person, str]]) -> None:
    add_many(
        Attendance,
        [
            {
                **_who(held, person),
                "status": AttendanceStatus(status),
                "is_walk_in": False,
                "noted_at": held.ends_at,
            }
            for person, status in listed
        ],
    )


def _who(held: DesignSession, person: Person) -> dict[str, object]:
    helix = person.helix_on(held.starts_at.date())
    return {"design_session_id": held.id, "person_id": person.id, "helix": helix}


def _by_key(facts: Sequence[Row], ids: Sequence[int]) -> Ids:
    return {row["key"]: number for row, number in zip(facts, ids, strict=True)}
