"""Questions about records that look like one: traits, blocks, pairs, and what was merged."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, String, cast, func, literal, or_, select, union_all

from crm.core.db import among, session, the_one, unscoped
from crm.core.errors import NotFound
from crm.core.undo import Step
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
from crm.stakeholders.queries.persons import for_lists
from crm.stakeholders.rules import likeness as rules
from crm.stakeholders.rules.likeness import Likeness, PersonTraits, Traits, Why
from crm.stakeholders.values.names import NameParts

# A block of more than this says too little: "J. Jansen" in a large town. Its members are compared
# where they share something else.
MOST_IN_BLOCK = 50
MOST_COUNTED = 1_000
_OPTIONS = unscoped("the worker serves all projects")


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which pairs a list shows: from this score up, and only those for this reason."""

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
    """Return one pair of the project in scope, or raise `NotFound`."""
    return the_one(select(LikelyPair).where(LikelyPair.id == pair_id))


def open_count(kind: Kind) -> int:
    """Return how many pairs wait for somebody to look, counted up to a thousand."""
    is_open = LikelyPair.state == PairState.OPEN
    waiting = select(LikelyPair.id).where(LikelyPair.kind == kind, is_open)
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
    statement = (
        select(LikenessKey.key)
        .where(LikenessKey.kind == kind, among(LikenessKey.subject_id, subjects), LikenessKey.waits)
        .distinct()
    )
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


def members(kind: Kind, keys: Collection[str]) -> Mapping[str, list[int]]:
    """Return who is in each of these blocks."""
    statement = select(LikenessKey.key, LikenessKey.subject_id).where(
        LikenessKey.kind == kind, among(LikenessKey.key, keys)
    )
    return _grouped(statement.order_by(LikenessKey.id))


def pairs_with(kind: Kind, subjects: Collection[int]) -> list[LikelyPair]:
    """Return the pairs in which any of these records is."""
    ends = LikelyPair.person_id, LikelyPair.other_person_id
    if kind is Kind.ORGANISATION:
        ends = LikelyPair.organisation_id, LikelyPair.other_organisation_id
    statement = select(LikelyPair).where(or_(*(among(end, subjects) for end in ends)))
    return list(session().scalars(statement.order_by(LikelyPair.id)))


def alike(kind: Kind, subject_id: int) -> list[int]:
    """Return which records look like this one and were not told apart, the likest first."""
    found = (pair for pair in pairs_with(kind, [subject_id]) if pair.state is PairState.OPEN)
    ordered = sorted(found, key=lambda pair: (-pair.score, pair.id))
    return [next(key for key in pair.ids if key != subject_id) for pair in ordered]


def crowded_blocks(kind: Kind) -> int:
    """Return how many blocks were too large to compare everybody in."""
    blocks = select(func.count(LikenessKey.key.distinct()))
    return session().scalar(blocks.where(LikenessKey.kind == kind, CROWDED)) or 0


def without_keys(kind: Kind, most: int) -> list[int]:
    """Return at most so many records that are in no block yet."""
    model = Person if kind is Kind.PERSON else Organisation
    own = LikenessKey.subject_id == model.id
    known = select(LikenessKey.id).where(LikenessKey.kind == kind, own)
    lacking = select(model.id).where(~known.exists()).order_by(model.id).limit(most)
    return list(session().scalars(lacking))


def marks_of(kind: Kind, subjects: Collection[int]) -> dict[int, str]:
    """Return what of each of these records their keys were made of, as a digest."""
    statement = select(LikenessKey.subject_id, LikenessKey.mark).where(
        LikenessKey.kind == kind, among(LikenessKey.subject_id, subjects)
    )
    return {row.subject_id: row.mark for row in session().execute(statement.distinct())}


# So many are looked at while somebody types, and so many shown.
MOST_LOOKED_AT = 200
MOST_TWINS = 5
K = TypeVar("K")
_NAME = (
    Person.initials,
    Person.first_name,
    Person.prefix,
    Person.surname,
    Person.partner_prefix,
    Person.partner_surname,
)


def traits_of(kind: Kind, ids: Collection[int]) -> Mapping[int, Traits]:
    """Return what is compared of the records of a kind with these ids, of those that are there."""
    if kind is Kind.PERSON:
        return _traits_of_persons(ids)
    address = Organisation.postcode, Organisation.street, Organisation.town
    columns = Organisation.name, Organisation.website, *address
    statement = select(Organisation.id, *columns).where(among(Organisation.id, ids))
    rows = session().execute(statement.order_by(Organisation.id))
    traits = rules.organisation_traits
    return {
        key: traits(name, website=website, postcode=code, street=street, town=town)
        for key, name, website, code, street, town in rows
    }


def _traits_of_persons(ids: Collection[int]) -> dict[int, PersonTraits]:
    named = select(Person.id, Person.area_id, *_NAME).where(among(Person.id, ids))
    rows = session().execute(named.order_by(Person.id)).all() if ids else []
    # While many are removed their rows are asked for, and nothing is left to ask about.
    if not rows:
        return {}
    # In one statement: it takes longer to make three than to answer them for who was just saved.
    place = Affiliation.organisation_id
    each = union_all(
        select(Email.person_id, literal(0), Email.address).where(among(Email.person_id, ids)),
        select(Phone.person_id, literal(1), Phone.number).where(among(Phone.person_id, ids)),
        select(Affiliation.person_id, literal(2), cast(place, String)).where(
            among(Affiliation.person_id, ids), place.is_not(None)
        ),
    )
    told = defaultdict[int, tuple[list[str], list[str], list[str]]](lambda: ([], [], []))
    for person_id, which, text in session().execute(each):
        told[person_id][which].append(text)
    traits = {}
    for row in rows:
        emails, phones, places = told[row[0]]
        traits[row[0]] = rules.person_traits(
            NameParts(*row[2:]),
            emails=emails,
            phones=phones,
            organisations=map(int, places),
            area_id=row[1],
        )
    return traits


class Twin(NamedTuple):
    """A record that may be meant by what was typed."""

    id: int
    likeness: Likeness


def twins_of(kind: Kind, typed: Traits) -> list[Twin]:
    """Return at most five records that may be meant, from the blocks of what was typed alone."""
    # Each once is seen to here: asked of SQLite, it would walk through everybody to do so.
    ids: set[int] = set()
    # In turn, or the crowd of a large organisation would leave no room for who has the same name.
    for group in rules.in_turn(rules.keys_of(typed)):
        here = select(LikenessKey.subject_id).where(
            LikenessKey.kind == kind, LikenessKey.key.in_(group)
        )
        if len(ids) < MOST_LOOKED_AT:
            ids.update(session().scalars(here.limit(MOST_LOOKED_AT - len(ids))))
    found = traits_of(kind, sorted(ids)) if ids else {}
    twins = (Twin(key, rules.likeness(typed, traits)) for key, traits in found.items())
    possible = [twin for twin in twins if twin.likeness.score >= rules.POSSIBLE]
    return sorted(possible, key=lambda twin: (-twin.likeness.score, twin.id))[:MOST_TWINS]


def persons_by_id(ids: Sequence[int]) -> dict[int, Person]:
    """Return these persons with roles and tags, as lists show them."""
    found = session().scalars(select(Person).where(among(Person.id, ids)).options(*for_lists()))
    return {person.id: person for person in found.unique()}


def organisations_by_id(ids: Sequence[int]) -> dict[int, Organisation]:
    """Return these organisations."""
    found = session().scalars(select(Organisation).where(among(Organisation.id, ids)))
    return {organisation.id: organisation for organisation in found}


def _grouped(statement: Select[K, Any]) -> defaultdict[K, list[Any]]:
    found: defaultdict[K, list[Any]] = defaultdict(list)
    for key, value in session().execute(statement):
        found[key].append(value)
    return found


# The merge that is asked for has just been done.
LATEST_MERGES = 20


def merge_of(kind: str, gone_id: int) -> int | None:
    """Return the step in which a record went into another, if it can still be undone."""
    statement = select(Step).where(Step.kind == kind).order_by(Step.id.desc()).limit(LATEST_MERGES)
    found = (step for step in session().scalars(statement) if step.about["gone"] == gone_id)
    return next((step.id for step in found if step.can_be_undone), None)


def now_at(kind: Kind, old_id: int) -> int:
    """Return the id of what a record became through all merges, or raise `NotFound`."""
    column = FormerRecord.person_id if kind is Kind.PERSON else FormerRecord.organisation_id
    statement = select(column).where(FormerRecord.old_id == old_id, column.is_not(None))
    found = session().scalar(statement.order_by(FormerRecord.id.desc()).limit(1))
    if found is None:
        raise NotFound
    return found
