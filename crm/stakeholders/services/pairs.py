"""Changes of pairs that look like one: found in the background, told apart by people."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import update

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_missing, among, lock, remove_many, session
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.likeness import LIKELY, Likeness
from crm.stakeholders.models import Kind, LikelyPair, LikenessKey, PairState
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import pairs as queries
from crm.stakeholders.queries.likeness import likeness, traits_of

AT_ONCE = 500
Two = tuple[int, int]
_ENDS = {
    Kind.PERSON: ("person_id", "other_person_id"),
    Kind.ORGANISATION: ("organisation_id", "other_organisation_id"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    What came of comparing some records with those in their blocks, while nobody was held up.

    :ivar crowded: keys of blocks that are too large
    :ivar marks: what was compared of each record, as a digest
    """

    kind: Kind
    subjects: Sequence[int]
    crowded: Collection[str]
    compared: Mapping[Two, Likeness]
    marks: Mapping[int, str]


def find_pairs(actor: Actor, project: Project, *, kind: Kind, most: int = AT_ONCE) -> int:
    """
    Compare records that are new or have changed with those in their blocks, and keep the pairs.

    A pair that is no longer likely goes, unless somebody told the two apart. Blocks that are too
    large are left out, and marked so.

    :param most: so many records at once; call again until it returns 0
    """
    subjects = queries.waiting_subjects(kind, most)
    if subjects:
        _keep_pairs(actor, project, found=_compare(kind, subjects))
    return len(subjects)


@command(StakeholderPermission.EDIT)
def _keep_pairs(_actor: Actor, _project: Project, *, found: Comparison) -> None:
    """Keep the pairs of those who are still as they were compared; the others wait on."""
    now = queries.marks_of(found.kind, found.marks)
    same = {one for one, mark in found.marks.items() if now.get(one, "") == mark}
    compared = {two: one for two, one in found.compared.items() if same.issuperset(two)}
    subjects = [one for one in found.subjects if one in same]
    known = queries.pairs_with(found.kind, subjects)
    _keep(found.kind, [one for one in known if one.ids in compared], compared)
    _note_done(found.kind, subjects, found.crowded)


@command(StakeholderPermission.EDIT)
def tell_apart(actor: Actor, pair: LikelyPair) -> None:
    """Keep that two records that look alike are not the same, so that nobody asks again."""
    lock(pair)
    pair.tell_apart(actor.account_id, clock.now())


@command(StakeholderPermission.EDIT)
def doubt_again(_actor: Actor, pair: LikelyPair) -> None:
    """
    Put a pair that was told apart back on the list.

    :raises NotDecided: if nobody told them apart
    """
    lock(pair)
    pair.doubt_again()


def _twos(blocks: Mapping[str, Collection[int]], subjects: set[int]) -> Iterator[Two]:
    """Yield who is to be compared: pairs in a block of which one at least is new there."""
    for members in blocks.values():
        for one, other in combinations(sorted(set(members)), 2):
            if one in subjects or other in subjects:
                yield one, other


def _ids(known: Collection[LikelyPair]) -> Iterator[Two]:
    return (one.ids for one in known)


def _compare(kind: Kind, subjects: Sequence[int]) -> Comparison:
    keys = queries.waiting_keys(kind, subjects)
    crowded = queries.crowded(kind, keys)
    blocks = queries.members(kind, [one for one in keys if one not in crowded])
    twos = {*_twos(blocks, set(subjects)), *_ids(queries.pairs_with(kind, subjects))}
    involved = {*subjects, *(one for two in twos for one in two)}
    marks = {**dict.fromkeys(involved, ""), **queries.marks_of(kind, involved)}
    traits = traits_of(kind, involved)
    compared = {
        (one, other): likeness(traits[one], traits[other])
        for one, other in sorted(twos)
        if one in traits and other in traits
    }
    return Comparison(kind, subjects, crowded, compared, marks)


def _keep(kind: Kind, known: Collection[LikelyPair], compared: Mapping[Two, Likeness]) -> None:
    stale: list[int] = []
    seen: dict[Two, LikelyPair] = {}
    # Whoever was told apart comes first: of two rows about the same two, theirs is kept.
    for pair in sorted(known, key=lambda one: (one.state is PairState.OPEN, one.id)):
        found = compared.get(pair.ids, Likeness(0))
        is_open = pair.state is PairState.OPEN
        if pair.ids in seen or (is_open and found.score < LIKELY):
            stale.append(pair.id)
            continue
        seen[pair.ids] = pair
        pair.score, pair.reasons = found.score, [*found.reasons]
    session().flush()
    remove_many(LikelyPair, among(LikelyPair.id, stale))
    likely = {two: one for two, one in compared.items() if one.score >= LIKELY}
    rows = [_row(kind, two, one) for two, one in likely.items() if two not in seen]
    add_missing(LikelyPair, rows, unique=_ENDS[kind])


def _row(kind: Kind, two: Two, found: Likeness) -> dict[str, Any]:
    ends = dict(zip(_ENDS[kind], two, strict=True))
    return {"kind": kind, **ends, "score": found.score, "reasons": [*found.reasons]}


def _note_done(kind: Kind, subjects: Collection[int], crowded: Collection[str]) -> None:
    theirs = (LikenessKey.kind == kind) & among(LikenessKey.subject_id, subjects)
    done = update(LikenessKey).where(theirs, LikenessKey.waits)
    full = among(LikenessKey.key, sorted(crowded))
    for statement in (
        update(LikenessKey).where(theirs, full).values(is_crowded=True),
        done.values(waits=False),
    ):
        session().execute(statement, execution_options={"synchronize_session": False})
