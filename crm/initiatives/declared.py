"""What initiatives tell others: references, steps, search, a condition, and shared initiatives."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from crm.core import search
from crm.core.conditions import Audience, BoundValues, ConditionKind, Phrase, Pick
from crm.core.db import among, session
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.core.references import Blanked, Joined, Moved, Reference, Row
from crm.core.search import Document, Lines, Question, Result, SearchSource, Shown
from crm.core.ties import (
    Asked,
    Evidence,
    Gathering,
    TieShare,
    TieSource,
    is_organisation,
    is_person,
    organisation_key,
    person_key,
)
from crm.core.undo import RowWords
from crm.initiatives import queries
from crm.initiatives.models import Initiative, Involvement
from crm.initiatives.policy import InitiativePermission
from crm.initiatives.queries import KIND
from crm.neighbourhoods.models import Area
from crm.stakeholders.models import Person


def _part(row: Row) -> Hashable:
    return row["initiative_id"], row["person_id"], row["organisation_id"], fold(row["role"])


def _at_once(one: Row, other: Row) -> bool:
    # As `Involvement.repeats` has it: two periods of one part with a day in common are one.
    return _begins_by(one, other) and _begins_by(other, one)


def _begins_by(one: Row, other: Row) -> bool:
    return other["until"] is None or one["since"] is None or one["since"] <= other["until"]


def _whole_time(rows: Sequence[Row]) -> Row:
    starts, ends = [row["since"] for row in rows], [row["until"] for row in rows]
    # A period without a beginning or an end takes in all others.
    return {
        "since": None if None in starts else min(starts),
        "until": None if None in ends else max(ends),
    }


INVOLVEMENTS = Joined(_part, meets=_at_once, together=_whole_time)
# An initiative is kept (retention list 6.1.9 and 6.2.3); who was in it goes with the stakeholder.
REFERENCES = (
    Reference(
        Involvement,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("initiative_id", "role", "since", "until"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
        joined=INVOLVEMENTS,
    ),
    Reference(
        Involvement,
        "organisation_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("initiative_id", "role", "since", "until"),
        blanked=Blanked.REMOVED,
        kept="as long as the organisation",
        joined=INVOLVEMENTS,
    ),
)


def _names_of(_actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    found = select(Initiative.id, Initiative.name).where(among(Initiative.id, ids))
    return {row.id: row.name for row in session().execute(found)}


TOLD = (
    RowWords(
        Initiative,
        _l("Initiatives"),
        fields={
            "name": _l("Name"),
            "track": _l("Track"),
            "status": _l("Status"),
            "description": _l("Description"),
            "area_id": _l("Neighbourhood"),
            "since": _l("From"),
            "until": _l("Until"),
        },
        unseen=("created_at",),
        names=_names_of,
        endpoint="initiatives.initiative",
        argument="initiative_id",
    ),
    RowWords(
        Involvement,
        _l("Involvement in initiatives"),
        fields={
            "person_id": _l("Person"),
            "organisation_id": _l("Organisation"),
            "role": _l("Role in it"),
            "since": _l("From"),
            "until": _l("Until"),
        },
        owner="initiative_id",
    ),
)


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return the documents of the initiatives with these ids."""
    statement = (
        select(Initiative)
        .where(Initiative.id.in_(ids))
        .options(joinedload(Initiative.area))
        .order_by(Initiative.id)
    )
    for found in session().scalars(statement):
        area = found.area.name if found.area else ""
        words = f"{found.name} {found.description} {area}"
        yield Document(found.project_id, found.id, words, head=found.name)


def lines(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the statement for what is told of these initiatives in a line."""
    told = search.line(Initiative.id, title=Initiative.name, place=Area.name)
    return told.outerjoin(Initiative.area).where(among(Initiative.id, ids))


def described(_actor: Actor, line: Any, _question: Question) -> Result:
    """Return what everybody sees of an initiative."""
    return Result(line.id, line.title, (line.place,) if line.place else ())


# Names of who takes part are not in it: persons are found as persons, as one may see them.
SEARCH = SearchSource(
    kind=KIND,
    documents=documents,
    touched_by={Initiative: "id"},
    shown=Shown(
        "initiatives",
        _l("Initiatives"),
        ("initiatives.initiative", "initiative_id"),
        Lines(lines),
        described,
        InitiativePermission.READ,
    ),
)


def _choices(_actor: Actor) -> Iterable[tuple[str, str]]:
    return [(str(key), name) for key, name in queries.choices()]


def _name(_actor: Actor, key: str) -> str | None:
    return session().scalar(select(Initiative.name).where(Initiative.id == int(key)))


def _involved(given: BoundValues) -> ColumnElement[bool]:
    initiative = given.number("initiative")
    if initiative is None:
        return select(Involvement.id).where(Involvement.person_id == Person.id).exists()
    found = select(Involvement.person_id).where(Involvement.person_id.is_not(None))
    return Person.id.in_(found.where(Involvement.initiative_id == initiative))


def _in_words(given: BoundValues) -> Phrase:
    if given.text("initiative"):
        return Phrase(
            _l("takes or took part in %(initiative)s"), _l("never took part in %(initiative)s")
        )
    return Phrase(_l("takes or took part in an initiative"), _l("never took part in an initiative"))


CONDITIONS = (
    ConditionKind(
        "involved",
        _l("Takes part in an initiative"),
        holds=_involved,
        says=_in_words,
        parameters=(
            Pick("initiative", _l("Initiative (empty: any)"), _choices, _name, is_required=False),
        ),
        told=Audience.EVERYBODY,
    ),
)


INITIATIVE = "initiative"


@dataclass(slots=True)
class _Found:
    since: date | None
    until: date | None
    parts: list[TieShare] = field(default_factory=list)


def _gather(asked: Asked) -> Iterable[Gathering]:
    found: dict[int, _Found] = {}
    for number, begins, ends, person_id, organisation_id, since, until in session().execute(
        _statement(asked)
    ):
        # One of the two is there: the table holds it.
        is_person_there = person_id is not None
        key = (
            person_key(person_id or 0)
            if is_person_there
            else organisation_key(organisation_id or 0)
        )
        found.setdefault(number, _Found(begins, ends)).parts.append(TieShare(key, since, until))
    for number, initiative in found.items():
        parts = tuple(initiative.parts)
        yield Gathering(INITIATIVE, number, (), parts, initiative.since, initiative.until)


Found = Select[int, date | None, date | None, int | None, int | None, date | None, date | None]


def _statement(asked: Asked) -> Found:
    statement = (
        select(
            Initiative.id, Initiative.since, Initiative.until,
            Involvement.person_id, Involvement.organisation_id,
            Involvement.since, Involvement.until,
        )
        .join(Involvement, Involvement.initiative_id == Initiative.id)
        .order_by(Initiative.id, Involvement.id)
    )  # fmt: skip
    if asked.among is None:
        return statement
    # Whole initiatives: who else took part in one says how much it tells of two of them.
    people, organisations = asked.ids(is_person), asked.ids(is_organisation)
    with_them = select(Involvement.initiative_id).where(
        or_(
            Involvement.person_id.in_(people or ()),
            Involvement.organisation_id.in_(organisations or ()),
        )
    )
    return statement.where(Initiative.id.in_(with_them))


def _evidence(_actor: Actor, _asked: Asked, ids: Sequence[int]) -> Iterable[Evidence]:
    statement = (
        select(Initiative.id, Initiative.name, Initiative.since, Initiative.until)
        .where(Initiative.id.in_(ids))
        .order_by(Initiative.id)
    )
    for row in session().execute(statement):
        yield Evidence(INITIATIVE, *row)


TIES = TieSource(
    INITIATIVE,
    _l("Shared initiative"),
    _gather,
    _evidence,
    page=("initiatives.initiative", "initiative_id"),
)
