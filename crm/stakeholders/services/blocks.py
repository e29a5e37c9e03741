"""Changes of the blocks in which records are looked for: they follow from what is compared."""

from collections.abc import Collection, Sequence
from functools import partial

from sqlalchemy import delete

from crm.core.commands import command
from crm.core.db import add_many, among, session
from crm.core.derived_rows import Follower
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.likeness import is_searched
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Kind,
    LikenessKey,
    Organisation,
    Person,
    Phone,
)
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries.likeness import keys_of, traits_of
from crm.stakeholders.queries.pairs import marks_of, without_keys


@command(StakeholderPermission.EDIT)
def fill_blocks(_actor: Actor, _project: Project, *, kind: Kind, most: int) -> int:
    """Write the keys of at most so many records that have none, and return how many these are."""
    ids = without_keys(kind, most)
    write_keys(kind, ids)
    return len(ids)


def write_keys(kind: Kind, ids: Sequence[int]) -> None:
    """Write anew, inside a command, in which blocks these records are, where that has changed."""
    found = traits_of(kind, ids)
    marks = {key: traits.mark for key, traits in found.items()}
    kept = marks_of(kind, ids)
    stale = [key for key, mark in kept.items() if marks.get(key) != mark]
    _forget(kind, stale)
    rows = [
        {
            "kind": kind,
            "subject_id": key,
            "key": block,
            "mark": marks[key],
            "waits": is_searched(block),
        }
        for key, traits in found.items()
        if kept.get(key) != marks[key]
        for block in sorted(keys_of(traits))
    ]
    add_many(LikenessKey, rows)


def _forget(kind: Kind, ids: Collection[int]) -> None:
    if ids:
        session().execute(
            delete(LikenessKey).where(LikenessKey.kind == kind, among(LikenessKey.subject_id, ids)),
            execution_options={"synchronize_session": False},
        )


FOLLOWERS = (
    Follower(
        "likeness.person",
        partial(write_keys, Kind.PERSON),
        {Person: "id", Email: "person_id", Phone: "person_id", Affiliation: "person_id"},
    ),
    Follower("likeness.organisation", partial(write_keys, Kind.ORGANISATION), {Organisation: "id"}),
)
