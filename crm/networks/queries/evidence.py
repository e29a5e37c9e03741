"""What made a tie: the sessions, initiatives and roles behind it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.core.db import session
from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession
from crm.initiatives.models import Initiative
from crm.networks.material import person_key
from crm.networks.queries.looking import Look
from crm.networks.queries.naming import names
from crm.networks.selection import NetworkView, TieKind
from crm.stakeholders.models import Affiliation


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that ties two stakeholders; `id` is a session's, initiative's or person's."""

    kind: TieKind
    id: int
    title: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class TieEvidence:
    """A tie with everything that made it."""

    one: str
    other: str
    one_name: str
    other_name: str
    weight: float
    evidence: tuple[Evidence, ...]


def evidence(actor: Actor, seen: Look, one: str, other: str) -> TieEvidence:
    """
    Return what ties `one` to `other` in what was selected, oldest first.

    :raises NotFound: if nothing does, or one of them is not in this project
    """
    if not seen.whole.has_edge(one, other):
        raise NotFound
    tie = seen.whole.edges[one, other]
    ids: dict[TieKind, list[int]] = {kind: [] for kind in TieKind}
    for kind, number in tie["events"]:
        ids[kind].append(number)
    roles = _people if seen.selection.view is NetworkView.ORGANISATIONS else _roles
    found = [
        *_sessions(ids[TieKind.ATTENDANCE]),
        *_initiatives(ids[TieKind.INITIATIVE]),
        *roles(actor, ids[TieKind.AFFILIATION]),
    ]
    found.sort(key=lambda one: (one.since or date.min, one.kind, one.id))
    called = names(actor, [one, other])
    return TieEvidence(one, other, called[one], called[other], tie["weight"], tuple(found))


def _sessions(ids: list[int]) -> list[Evidence]:
    if not ids:
        return []
    statement = (
        select(DesignSession.id, DesignSession.title, DesignSession.starts_local)
        .where(DesignSession.id.in_(ids))
        .order_by(DesignSession.id)
    )
    return [
        Evidence(TieKind.ATTENDANCE, row.id, row.title, date.fromisoformat(row.starts_local[:10]))
        for row in session().execute(statement)
    ]


def _initiatives(ids: list[int]) -> list[Evidence]:
    if not ids:
        return []
    statement = (
        select(Initiative.id, Initiative.name, Initiative.since, Initiative.until)
        .where(Initiative.id.in_(ids))
        .order_by(Initiative.id)
    )
    rows = session().execute(statement)
    return [Evidence(TieKind.INITIATIVE, *row) for row in rows]


def _roles(_actor: Actor, ids: list[int]) -> list[Evidence]:
    """Return the roles themselves: among people, a tie of affiliation is one."""
    if not ids:
        return []
    statement = (
        select(Affiliation.person_id, Affiliation.role, Affiliation.since, Affiliation.until)
        .where(Affiliation.id.in_(ids))
        .order_by(Affiliation.id)
    )
    rows = session().execute(statement)
    return [Evidence(TieKind.AFFILIATION, *row) for row in rows]


def _people(actor: Actor, ids: list[int]) -> list[Evidence]:
    """Return the persons shared: among organisations, a tie of affiliation is one."""
    called = names(actor, [person_key(number) for number in ids])
    return [Evidence(TieKind.AFFILIATION, number, called[person_key(number)]) for number in ids]
