"""Changes about records that look like one: blocks, pairs, and adding who may be known already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from sqlalchemy import delete, update

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_many, add_missing, among, lock, remove_many, session
from crm.core.derived_rows import Follower
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods import queries as neighbourhoods
from crm.projects.models import Project
from crm.stakeholders import models
from crm.stakeholders.models import Kind, LikelyPair, LikenessKey, Organisation, PairState, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import duplicates as queries
from crm.stakeholders.queries import organisations as organisation_queries
from crm.stakeholders.queries.duplicates import Twin
from crm.stakeholders.rules import likeness
from crm.stakeholders.rules.likeness import Likeness
from crm.stakeholders.services.organisations import OrganisationDetails, add_organisation
from crm.stakeholders.services.persons import NewPerson, add_person
from crm.stakeholders.values import phones

AT_ONCE = 500
Two = tuple[int, int]
_ENDS = {
    Kind.PERSON: ("person_id", "other_person_id"),
    Kind.ORGANISATION: ("organisation_id", "other_organisation_id"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing some records with those in their blocks, before anything is held."""

    kind: Kind
    subjects: Sequence[int]
    crowded: Collection[str]  # keys of blocks that are too large
    compared: Mapping[Two, Likeness]
    marks: Mapping[int, str]  # what was compared of each record, as a digest


def find_pairs(actor: Actor, project: Project, *, kind: Kind, most: int = AT_ONCE) -> int:
    """
    Compare records that are new or have changed with those in their blocks, and keep the pairs.

    A pair that is no longer likely goes, unless somebody told the two apart. Blocks that are too
    large are left out, and marked so.

    :param most: so many records at once; call again until it returns 0
    """
    subjects = queries.waiting_subjects(kind, most)
    if not subjects:
        return 0
    keys = queries.waiting_keys(kind, subjects)
    crowded = queries.crowded(kind, keys)
    blocks = queries.members(kind, [key for key in keys if key not in crowded])
    new = set(subjects)
    # Two who both stayed as they were have been compared before.
    twos = {
        two
        for members in blocks.values()
        for two in combinations(sorted(set(members)), 2)
        if not new.isdisjoint(two)
    }
    # Pairs that share no block any more are compared too, or they would never leave the list.
    twos.update(pair.ids for pair in queries.pairs_with(kind, subjects))
    involved = {*subjects, *(subject for two in twos for subject in two)}
    # Read before the traits: what changes between the two is compared again, not missed.
    marks = {**dict.fromkeys(involved, ""), **queries.marks_of(kind, involved)}
    traits = queries.traits_of(kind, involved)
    compared = {
        two: likeness.likeness(traits[two[0]], traits[two[1]])
        for two in sorted(twos)
        if traits.keys() >= set(two)
    }
    found = Comparison(kind, subjects, crowded, compared, marks)
    _keep_pairs(actor, project, found=found)
    return len(subjects)


@command(StakeholderPermission.EDIT)
def _keep_pairs(_actor: Actor, _project: Project, *, found: Comparison) -> None:
    """Keep the pairs of those who are still as they were compared; the others wait on."""
    now = queries.marks_of(found.kind, found.marks)
    same = {subject for subject, mark in found.marks.items() if now.get(subject, "") == mark}
    compared = {two: alike for two, alike in found.compared.items() if same.issuperset(two)}
    subjects = [subject for subject in found.subjects if subject in same]
    known = queries.pairs_with(found.kind, subjects)
    _keep(found.kind, [pair for pair in known if pair.ids in compared], compared)
    # Only those whose traits are still as compared are done; the others come up again.
    theirs = (LikenessKey.kind == found.kind) & among(LikenessKey.subject_id, subjects)
    done = update(LikenessKey).where(theirs, LikenessKey.waits)
    full = among(LikenessKey.key, sorted(found.crowded))
    crowded = update(LikenessKey).where(theirs, full).values(is_crowded=True)
    for statement in (crowded, done.values(waits=False)):
        session().execute(statement, execution_options={"synchronize_session": False})


@command(StakeholderPermission.EDIT)
def tell_apart(actor: Actor, pair: LikelyPair) -> None:
    """Keep that two records that look alike are not the same, so that nobody asks again."""
    lock(pair)
    pair.tell_apart(actor.account_id, clock.now())


@command(StakeholderPermission.EDIT)
def doubt_again(_actor: Actor, pair: LikelyPair) -> None:
    """Put a pair back on the list; raise `NotDecided` where nobody told the two apart."""
    lock(pair)
    pair.doubt_again()


def _keep(kind: Kind, known: Collection[LikelyPair], compared: Mapping[Two, Likeness]) -> None:
    stale: list[int] = []
    seen: dict[Two, LikelyPair] = {}
    # Whoever was told apart comes first: of two rows about the same two, theirs is kept.
    for pair in sorted(known, key=lambda pair: (pair.state is PairState.OPEN, pair.id)):
        found = compared[pair.ids]
        is_open = pair.state is PairState.OPEN
        if pair.ids in seen or (is_open and found.score < likeness.LIKELY):
            stale.append(pair.id)
            continue
        seen[pair.ids] = pair
        pair.score, pair.reasons = found.score, [*found.reasons]
    session().flush()
    remove_many(LikelyPair, among(LikelyPair.id, stale))
    ends = _ENDS[kind]
    rows = [
        {"kind": kind, **dict(zip(ends, two, strict=True)), "score": alike.score}
        | {"reasons": [*alike.reasons]}
        for two, alike in compared.items()
        if alike.score >= likeness.LIKELY and two not in seen
    ]
    # Nothing was held while they were compared: another worker may have kept the pair.
    add_missing(LikelyPair, rows, unique=ends)


@command(StakeholderPermission.EDIT)
def fill_blocks(_actor: Actor, _project: Project, *, kind: Kind, most: int) -> int:
    """Write the keys of at most so many records that have none, and return how many these are."""
    ids = queries.without_keys(kind, most)
    write_keys(kind, ids)
    return len(ids)


def write_keys(kind: Kind, ids: Sequence[int], new: Collection[int] = ()) -> None:
    """Write anew, inside a command, in which blocks these records are, where that has changed."""
    found = queries.traits_of(kind, ids)
    marks = {key: traits.mark for key, traits in found.items()}
    old = [key for key in ids if key not in new]
    kept = queries.marks_of(kind, old) if old else {}
    # A note or a tag changes no trait: such a record is not compared again.
    stale = [key for key, mark in kept.items() if marks.get(key) != mark]
    if stale:
        _forget(kind, stale)
    rows = [
        {"kind": kind, "subject_id": key, "key": block, "mark": traits.mark}
        # Some blocks are only looked in while somebody types: nobody is compared there.
        | {"waits": likeness.is_searched(block)}
        for key, traits in found.items()
        if kept.get(key) != traits.mark
        for block in sorted(likeness.keys_of(traits))
    ]
    add_many(LikenessKey, rows)


def _forget(kind: Kind, ids: Collection[int]) -> None:
    theirs = (LikenessKey.kind == kind) & among(LikenessKey.subject_id, ids)
    gone = delete(LikenessKey).where(theirs)
    session().execute(gone, execution_options={"synchronize_session": False})


FOLLOWERS = (
    Follower(
        "likeness.person",
        partial(write_keys, Kind.PERSON),
        {
            Person: "id",
            models.Email: "person_id",
            models.Phone: "person_id",
            models.Affiliation: "person_id",
        },
    ),
    Follower("likeness.organisation", partial(write_keys, Kind.ORGANISATION), {Organisation: "id"}),
)


class MayBeKnown(Conflict):
    """Somebody in the register looks like the one who would be added, and was not looked at."""

    message = _l("This may be in Kring already: look at the list first.")


@command(StakeholderPermission.EDIT)
def add_person_unless_known(
    actor: Actor, project: Project, *, new: NewPerson, seen: Collection[int]
) -> Person:
    """
    Add a person, as `add_person` does, unless they may be known.

    :param seen: those that were looked at: somebody else is meant
    :raises MayBeKnown: if another looks like them
    """
    # What was shown is compared by its ids: who came since the page was drawn is asked about.
    if any(twin.id not in seen for twin in twins_of_person(new)):
        raise MayBeKnown
    return add_person(actor, project, new=new)


@command(StakeholderPermission.EDIT)
def add_organisation_unless_known(
    actor: Actor, project: Project, *, details: OrganisationDetails, seen: Collection[int]
) -> Organisation:
    """
    Add an organisation, as `add_organisation` does, unless it may be known.

    :param seen: those that were looked at: another one is meant
    :raises MayBeKnown: if another looks like it
    """
    # A name that is taken is refused as such: looking at the other does not help.
    is_free = organisation_queries.organisation_named(details.name) is None
    if is_free and any(twin.id not in seen for twin in twins_of_organisation(details)):
        raise MayBeKnown
    return add_organisation(actor, project, details=details)


def twins_of_person(new: NewPerson) -> list[Twin]:
    """Return those who may be meant by what was typed about a new person, likest first."""
    details = new.details
    if details.name.is_empty and not any(details.emails):
        return []
    named = (organisation_queries.organisation_named(role.organisation) for role in new.roles)
    area = neighbourhoods.area_named(details.area)
    typed = likeness.person_traits(
        details.name,
        emails=details.emails,
        phones=[phones.read(text).number for text in details.phones if text.strip()],
        organisations=[organisation.id for organisation in named if organisation is not None],
        area_id=area.id if area else None,
    )
    return queries.twins_of(Kind.PERSON, typed)


def twins_of_organisation(details: OrganisationDetails) -> list[Twin]:
    """Return those that may be meant by what was typed about a new organisation, likest first."""
    if not fold(details.name):
        return []
    typed = likeness.organisation_traits(
        details.name,
        website=details.website,
        postcode=details.postcode,
        street=details.street,
        town=details.town,
    )
    return queries.twins_of(Kind.ORGANISATION, typed)
