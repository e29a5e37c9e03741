"""Questions about records that look like one: traits, blocks, pairs, and what was merged."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, or_, select

from crm.core.db import among, session, unscoped
from crm.core.errors import NotFound
from crm.core.undo import Step
from crm.stakeholders.likeness import (
    POSSIBLE,
    Contact,
    Likeness,
    OrganisationTraits,
    PersonTraits,
    Why,
    in_turn,
    keys_of_organisation,
    keys_of_person,
    likeness_of_organisations,
    likeness_of_persons,
    organisation_traits,
    person_traits,
)
from crm.stakeholders.models import (
    CROWDED,
    WAITS,
    Affiliation,
    Email,
    FormerRecord,
    Kind,
    LikelyPair,
    LikenessKey,
    Organisation,
    PairState,
    Person,
    Phone,
)
from crm.stakeholders.names import NameParts
from crm.stakeholders.queries.persons import for_lists

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
        # A JSON list is text on both engines; its quotes keep one reason apart from another.
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
    # Bounded before it is counted, so that it costs the same however many wait.
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


# So many are looked at while somebody types, and so many shown.
MOST_LOOKED_AT = 200
MOST_TWINS = 5
Traits = PersonTraits | OrganisationTraits
_NAME = (
    Person.initials, Person.first_name, Person.prefix, Person.surname,
    Person.partner_prefix, Person.partner_surname,
)  # fmt: skip


def traits_of_persons(ids: Collection[int]) -> dict[int, PersonTraits]:
    """Return what is compared of the persons with these ids, of those that are there."""
    rows = _names(ids) if ids else []
    if not rows:
        return {}  # as while many go
    emails = _by_owner(select(Email.person_id, Email.address).where(among(Email.person_id, ids)))
    phones = _by_owner(select(Phone.person_id, Phone.number).where(among(Phone.person_id, ids)))
    places = _by_owner(
        select(Affiliation.person_id, Affiliation.organisation_id).where(
            among(Affiliation.person_id, ids), Affiliation.organisation_id.is_not(None)
        )
    )
    return {
        row[0]: person_traits(
            NameParts(*row[2:]), Contact(emails[row[0]], phones[row[0]], places[row[0]], row[1])
        )
        for row in rows
    }


def _names(ids: Collection[int]) -> Sequence[Any]:
    asked = select(Person.id, Person.area_id, *_NAME).where(among(Person.id, ids))
    return session().execute(asked.order_by(Person.id)).all()


def traits_of_organisations(ids: Collection[int]) -> dict[int, OrganisationTraits]:
    """Return what is compared of the organisations with these ids, of those that are there."""
    columns = (
        Organisation.name, Organisation.website, Organisation.postcode, Organisation.street,
        Organisation.town,
    )  # fmt: skip
    statement = select(Organisation.id, *columns).where(among(Organisation.id, ids))
    return {
        key: organisation_traits(name, website=website, postcode=code, street=street, town=town)
        for key, name, website, code, street, town in session().execute(
            statement.order_by(Organisation.id)
        )
    }


def traits_of(kind: Kind, ids: Collection[int]) -> Mapping[int, Traits]:
    """Return what is compared of the records of a kind with these ids."""
    return traits_of_persons(ids) if kind is Kind.PERSON else traits_of_organisations(ids)


def keys_of(traits: Traits) -> frozenset[str]:
    """Return the keys of the blocks in which a record is."""
    if isinstance(traits, PersonTraits):
        return keys_of_person(traits)
    return keys_of_organisation(traits)


def likeness(one: Traits, other: Traits) -> Likeness:
    """Return how much two records of one kind look alike."""
    if isinstance(one, PersonTraits) and isinstance(other, PersonTraits):
        return likeness_of_persons(one, other)
    if isinstance(one, OrganisationTraits) and isinstance(other, OrganisationTraits):
        return likeness_of_organisations(one, other)
    raise TypeError(one, other)


def twins_of(kind: Kind, typed: Traits) -> list[tuple[int, Likeness]]:
    """
    Return id and likeness of at most five records that whoever typed this may mean, likest first.

    It looks in the blocks of what was typed and nowhere else.
    """
    keys = keys_of(typed)
    found = traits_of(kind, _ids_in_blocks(kind, keys)) if keys else {}
    alike = [(key, likeness(typed, traits)) for key, traits in found.items()]
    possible = [one for one in alike if one[1].score >= POSSIBLE]
    return sorted(possible, key=lambda one: (-one[1].score, one[0]))[:MOST_TWINS]


def persons_by_id(ids: Sequence[int]) -> dict[int, Person]:
    """Return these persons with roles and tags, as lists show them."""
    found = session().scalars(select(Person).where(among(Person.id, ids)).options(*for_lists()))
    return {one.id: one for one in found.unique()}


def organisations_by_id(ids: Sequence[int]) -> dict[int, Organisation]:
    """Return these organisations."""
    found = session().scalars(select(Organisation).where(among(Organisation.id, ids)))
    return {one.id: one for one in found.unique()}


def _ids_in_blocks(kind: Kind, keys: Iterable[str]) -> list[int]:
    # Each once is seen to here: asked of SQLite, it would walk through everybody to do so.
    found: set[int] = set()
    # In turn, or the crowd of a large organisation would leave no room for who has the same name.
    for group in in_turn(keys):
        here = select(LikenessKey.subject_id).where(
            LikenessKey.kind == kind, LikenessKey.key.in_(group)
        )
        if len(found) < MOST_LOOKED_AT:
            found.update(session().scalars(here.limit(MOST_LOOKED_AT - len(found))))
    return sorted(found)


def _by_owner(statement: Select[int, Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for owner, value in session().execute(statement):
        found[owner].append(value)
    return found


# The merge that is asked for has just been done.
LATEST_MERGES = 20


def merge_of(kind: str, gone_id: int) -> int | None:
    """Return the step in which a record went into another, if it can still be undone."""
    statement = select(Step).where(Step.kind == kind).order_by(Step.id.desc()).limit(LATEST_MERGES)
    found = (one for one in session().scalars(statement) if one.about["gone"] == gone_id)
    return next((one.id for one in found if one.can_be_undone), None)


def now_at(kind: Kind, old_id: int) -> int:
    """
    Return the id of the record that this one became, through however many merges.

    :raises NotFound: if none of the project in scope ever had this id
    """
    column = FormerRecord.person_id if kind is Kind.PERSON else FormerRecord.organisation_id
    statement = select(column).where(FormerRecord.old_id == old_id, column.is_not(None))
    found = session().scalar(statement.order_by(FormerRecord.id.desc()).limit(1))
    if found is None:
        raise NotFound
    return found
