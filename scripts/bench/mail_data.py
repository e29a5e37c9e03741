"""A session with many invited people, and their invitations in the outbox."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from figures import ROOT  # its import lets our own modules be found
from flask import Flask
from sqlalchemy import select

from crm.core import clock
from crm.core.db import add_many, project_in_scope, project_scope, session, unit_of_work, unscoped
from crm.core.mail import Letter, Priority, Purpose, Recipient
from crm.core.permissions import system
from crm.design_sessions.models import DesignSession, Invitation, SessionKind
from crm.design_sessions.services.planning import LocalTime, SessionDetails, add_session
from crm.messages.models import OutboxMessage
from crm.messages.services import outbox
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Email, Helix, Organisation, Person
from tests import factories

DOMAINS = 60
HELIXES = list(Helix)
ALL = unscoped("the measurement counts the messages of all projects")


@contextmanager
def invited(app: Flask, people: int) -> Iterator[tuple[Project, DesignSession]]:
    """Open a project in which so many officials are invited to one session."""
    with app.extensions["kring_database"].opened():
        project = factories.project()
        with project_scope(project.id):
            planned = add_session(system(project.id), project, details=_details())
            with unit_of_work(system(project.id), "bench.fill"):
                _invite(planned, _people(people))
            yield project, planned


def queue(planned: DesignSession, purpose: Purpose) -> dict[str, Purpose]:
    """Put a message of one purpose to everybody into the outbox; return them by Message-ID."""
    found = _invitations(planned)
    letters = [(_recipient(number, one), _letter(one, purpose)) for number, one in enumerate(found)]
    with unit_of_work(system(project_in_scope()), "bench.queue"):
        outbox.queue_many(letters)
    named = select(OutboxMessage.message_id).where(OutboxMessage.purpose == purpose)
    return dict.fromkeys(session().scalars(named), purpose)


def states(app: Flask) -> dict[str, str]:
    """Return where each message stands, by its Message-ID."""
    rows = select(OutboxMessage.message_id, OutboxMessage.state)
    with app.extensions["kring_database"].opened():
        found = session().execute(rows, execution_options=ALL)
        return {message_id: state.value for message_id, state in found}


def _details() -> SessionDetails:
    starts = datetime.now().replace(microsecond=0, second=0) + timedelta(days=60)  # noqa: DTZ005 - what the clock on the wall says
    return SessionDetails(
        title="Ontwerpbijeenkomst",
        kind=SessionKind.DESIGN_SESSION,
        starts=LocalTime(starts.replace(hour=10)),
        ends=LocalTime(starts.replace(hour=12)),
        place="Buurthuis",
    )


def _people(number: int) -> Sequence[int]:
    place = add_many(Organisation, [_organisation()])[0]
    ids = add_many(Person, [_person(one) for one in range(number)])
    add_many(Affiliation, [_role(person_id, place) for person_id in ids])
    add_many(Email, [_email(person_id, one) for one, person_id in enumerate(ids)])
    return ids


def _invite(planned: DesignSession, ids: Sequence[int]) -> None:
    now = clock.now()
    add_many(
        Invitation,
        [
            {
                "design_session_id": planned.id,
                "person_id": person_id,
                "helix": Helix.GOVERNMENT,
                "invited_at": now,
            }
            for person_id in ids
        ],
    )


def _organisation() -> dict[str, Any]:
    name = {"name": "Gemeente Proef", "name_key": "gemeente proef", "sort_key": "gemeente proef"}
    return {**name, "helix": Helix.GOVERNMENT}


def _person(number: int) -> dict[str, Any]:
    key = f"proef{number:05d}"
    names = {"first_name": "Ans", "surname": f"Proef{number}", "sort_key": key, "name_key": key}
    return {**names, "pseudonym": number + 1}


def _role(person_id: int, place: int) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "organisation_id": place,
        "helix": Helix.GOVERNMENT,
        "is_main": True,
    }


def _email(person_id: int, number: int) -> dict[str, Any]:
    return {"person_id": person_id, "address": _address(number), "address_key": _address(number)}


def _address(number: int) -> str:
    return f"ans{number}@d{number % DOMAINS}.example"


def _invitations(planned: DesignSession) -> list[tuple[int, int]]:
    asked = select(Invitation.id, Invitation.person_id).where(
        Invitation.design_session_id == planned.id
    )
    return [(one, person) for one, person in session().execute(asked.order_by(Invitation.id))]


def _letter(found: tuple[int, int], purpose: Purpose) -> Letter:
    invitation_id, _person_id = found
    key = f"inv:{invitation_id}:{purpose.value}:1"
    priority = Priority.INVITE if purpose is Purpose.INVITE else Priority.REMINDER
    return Letter(purpose, key, about_id=invitation_id, priority=priority)


def _recipient(number: int, found: tuple[int, int]) -> Recipient:
    _invitation_id, person_id = found
    return Recipient(_address(number), f"Ans Proef{number}", "nl", person_id=person_id)


__all__ = ["ROOT", "invited", "queue", "states"]
