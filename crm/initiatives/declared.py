"""What initiatives tell others: references, steps, search, a condition, and shared initiatives."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import groupby
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


def _at_once(first: Row, second: Row) -> bool:
    # As `Involvement.repeats` has it: two periods of one part with a day in common are one.
    return all(
        later["since"] is None or earlier["until"] is None or later["since"] <= earlier["until"]
        for earlier, later in ((first, second), (second, first))
    )


def _whole_time(rows: Sequence[Row]) -> Row:
    starts, ends = [row["since"] for row in rows], [row["until"] for row in rows]
    # A period without a beginning or an end takes in all others.
    return {
        "since": None if None in starts else min(starts),
        "until": None if None in ends else max(ends),
    }


INVOLVEMENTS = Joined(_part, meets=_at_once, together=_whole_time)
# An initiative is kept (retention list 6.1.9 and 6.2.3); who was in it goes with the stakeholder.
REFERENCES = tuple(
    Reference(
        Involvement,
        f"{whose}_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("initiative_id", "role", "since", "until"),
        blanked=Blanked.REMOVED,
        kept=f"as long as the {whose}",
        joined=INVOLVEMENTS,
    )
    for whose in ("person", "organisation")
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
        # It says when a row was typed, which tells nobody anything of the initiative.
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
            Pick(
                "initiative",
                _l("Initiative (empty: any)"),
                lambda _actor: [(str(key), name) for key, name in queries.choices()],
                _name,
                is_required=False,
            ),
        ),
        told=Audience.EVERYBODY,
    ),
)


INITIATIVE = "initiative"


def _gather(asked: Asked) -> Iterable[Gathering]:
    statement = (
        select(
            Initiative.id,
            Initiative.since,
            Initiative.until,
            Involvement.person_id,
            Involvement.organisation_id,
            Involvement.since,
            Involvement.until,
        )
        .join(Involvement, Involvement.initiative_id == Initiative.id)
        .order_by(Initiative.id, Involvement.id)
    )
    if asked.among is not None:
        # Whole initiatives: who else took part in one says how much it tells of two of them.
        people, organisations = asked.ids(is_person), asked.ids(is_organisation)
        is_asked = or_(
            Involvement.person_id.in_(people or ()),
            Involvement.organisation_id.in_(organisations or ()),
        )
        statement = statement.where(
            Initiative.id.in_(select(Involvement.initiative_id).where(is_asked))
        )
    # The order of the statement brings the rows of one initiative together.
    rows = session().execute(statement).all()
    for (number, begins, ends), involved in groupby(rows, lambda row: row[:3]):
        # One of the two is there: the table holds it.
        shares = tuple(
            TieShare(
                person_key(person_id) if person_id is not None else organisation_key(other_id or 0),
                since,
                until,
            )
            for _id, _begins, _ends, person_id, other_id, since, until in involved
        )
        yield Gathering(INITIATIVE, number, (), shares, begins, ends)


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
