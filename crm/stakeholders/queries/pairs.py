"""Questions about pairs that look like one: what is to be gone through, and the list of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, func, or_, select

from crm.core.db import among, session, unscoped
from crm.core.errors import NotFound
from crm.stakeholders.likeness import Why
from crm.stakeholders.models import (
    CROWDED,
    WAITS,
    Kind,
    LikelyPair,
    LikenessKey,
    Organisation,
    PairState,
    Person,
)

# A block of more than this says too little: "J. Jansen" in a large town. Its members are compared
# where they share something else.
MOST_IN_BLOCK = 50
MOST_COUNTED = 1_000
_OPTIONS = unscoped("the worker serves all projects")


@dataclass(frozen=True, slots=True)
class PairFilter:
    """
    Which pairs a list shows.

    :param least: the lowest score
    :param why: only pairs for this reason
    """

    kind: Kind = Kind.PERSON
    state: PairState = PairState.OPEN
    least: int = 0
    why: Why | None = None


def pairs(chosen: PairFilter) -> Select[LikelyPair]:
    """Return the statement for a list of pairs, the likest first."""
    held = [
        LikelyPair.kind == chosen.kind,
        LikelyPair.state == chosen.state,
        LikelyPair.score >= chosen.least,
    ]
    if chosen.why is not None:
        held.append(LikelyPair.reasons.cast(String).contains(f'"{chosen.why.value}"'))
    return select(LikelyPair).where(*held).order_by(LikelyPair.score.desc(), LikelyPair.id)


def every_pair(chosen: PairFilter) -> Iterator[LikelyPair]:
    """Return all pairs that `chosen` leaves, for a file."""
    return iter(session().scalars(pairs(chosen)))


def pair(pair_id: int) -> LikelyPair:
    """
    Return one pair.

    :raises NotFound: if the project in scope has none with this id
    """
    found = session().scalar(select(LikelyPair).where(LikelyPair.id == pair_id))
    if found is None:
        raise NotFound
    return found


def open_count(kind: Kind) -> int:
    """Return how many pairs wait for somebody to look, counted up to a thousand."""
    waiting = select(LikelyPair.id).where(
        LikelyPair.kind == kind, LikelyPair.state == PairState.OPEN
    )
    counted = waiting.limit(MOST_COUNTED).subquery()
    return session().scalar(select(func.count()).select_from(counted)) or 0


def any_told_apart(kind: Kind) -> bool:
    """Whether somebody said of any pair that they are not the same."""
    said = LikelyPair.state == PairState.NOT_THE_SAME
    found = select(LikelyPair.id).where(LikelyPair.kind == kind, said).limit(1)
    return session().scalar(found) is not None


def waiting_subjects(kind: Kind, most: int) -> list[int]:
    """Return at most so many records that were not yet compared with their blocks."""
    statement = (
        select(LikenessKey.subject_id)
        .where(LikenessKey.kind == kind, WAITS)
        .group_by(LikenessKey.subject_id)
        .order_by(LikenessKey.subject_id)
        .limit(most)
    )
    return list(session().scalars(statement))


def is_waiting(kind: Kind) -> bool:
    """Whether there is anybody who was not yet compared."""
    return bool(waiting_subjects(kind, 1))


def anybody_waits() -> bool:
    """Whether in any project anybody was not yet compared."""
    waiting = select(LikenessKey.id).where(WAITS).limit(1)
    return session().scalar(waiting, execution_options=_OPTIONS) is not None


def waiting_keys(kind: Kind, subjects: Collection[int]) -> list[str]:
    """Return the keys of the blocks in which these records were not yet compared."""
    statement = select(LikenessKey.key).where(_of(kind, subjects), LikenessKey.waits).distinct()
    return list(session().scalars(statement))


def crowded(kind: Kind, keys: Collection[str]) -> set[str]:
    """Return which of these blocks are too large to compare everybody in."""
    statement = (
        select(LikenessKey.key)
        .where(LikenessKey.kind == kind, among(LikenessKey.key, keys))
        .group_by(LikenessKey.key)
        .having(func.count() > MOST_IN_BLOCK)
    )
    return set(session().scalars(statement))


def members(kind: Kind, keys: Collection[str]) -> dict[str, list[int]]:
    """Return who is in each of these blocks."""
    statement = select(LikenessKey.key, LikenessKey.subject_id).where(
        LikenessKey.kind == kind, among(LikenessKey.key, keys)
    )
    found: dict[str, list[int]] = {}
    for key, subject in session().execute(statement.order_by(LikenessKey.id)):
        found.setdefault(key, []).append(subject)
    return found


def pairs_with(kind: Kind, subjects: Collection[int]) -> list[LikelyPair]:
    """Return the pairs in which any of these records is."""
    one, other = columns_of(kind)
    statement = select(LikelyPair).where(or_(among(one, subjects), among(other, subjects)))
    return list(session().scalars(statement.order_by(LikelyPair.id)))


def alike(kind: Kind, subject_id: int) -> list[int]:
    """Return which records look like this one and were not told apart, the likest first."""
    found = (one for one in pairs_with(kind, [subject_id]) if one.state is PairState.OPEN)
    ordered = sorted(found, key=lambda one: (-one.score, one.id))
    return [next(key for key in one.ids if key != subject_id) for one in ordered]


def columns_of(kind: Kind) -> tuple[ColumnElement[int | None], ColumnElement[int | None]]:
    """Return the two columns in which a pair of this kind names its records."""
    if kind is Kind.PERSON:
        return LikelyPair.person_id.expression, LikelyPair.other_person_id.expression
    return LikelyPair.organisation_id.expression, LikelyPair.other_organisation_id.expression


def crowded_blocks(kind: Kind) -> int:
    """Return how many blocks were too large to compare everybody in."""
    statement = select(func.count(LikenessKey.key.distinct())).where(
        LikenessKey.kind == kind, CROWDED
    )
    return session().scalar(statement) or 0


def without_keys(kind: Kind, most: int) -> list[int]:
    """Return at most so many records that are in no block yet."""
    model = Person if kind is Kind.PERSON else Organisation
    known = select(LikenessKey.id).where(
        LikenessKey.kind == kind, LikenessKey.subject_id == model.id
    )
    return list(
        session().scalars(select(model.id).where(~known.exists()).order_by(model.id).limit(most))
    )


def marks_of(kind: Kind, subjects: Collection[int]) -> dict[int, str]:
    """Return what of each of these records their keys were made of, as a digest."""
    statement = select(LikenessKey.subject_id, LikenessKey.mark).where(_of(kind, subjects))
    return {row.subject_id: row.mark for row in session().execute(statement.distinct())}


def _of(kind: Kind, subjects: Collection[int]) -> ColumnElement[bool]:
    return (LikenessKey.kind == kind) & among(LikenessKey.subject_id, subjects)
