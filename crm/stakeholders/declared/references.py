"""What refers to a person or an organisation, and what is left of two that merge."""

import json
from collections.abc import Hashable, Sequence

from crm.core.db import Base
from crm.core.normalisation import fold
from crm.core.references import GONE, Blanked, Joined, Loose, Moved, Reference, Row
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, FormerRecord, LikelyPair
from crm.stakeholders.services.bulk import JOB
from crm.tasks.models import OPEN, LongTask


def _one_main(rows: Sequence[Row]) -> dict[int, Row]:
    # Each person has one main role: that of the record that stays, where both have one.
    mains: dict[int, list[Row]] = {}
    for row in sorted(rows, key=lambda row: bool(row[GONE])):
        if row["is_main"]:
            mains.setdefault(row["person_id"], []).append(row)
    others = (row for found in mains.values() for row in found[1:])
    return {row["id"]: {"is_main": False} for row in others}


def _numbered(rows: Sequence[Row]) -> dict[int, Row]:
    # Those of the record that stays go first, in their order: the first address is written to.
    ordered = sorted(rows, key=lambda row: (bool(row[GONE]), row["position"], row["id"]))
    return {row["id"]: {"position": number} for number, row in enumerate(ordered)}


def _two(row: Row) -> Hashable | None:
    """Return whom a pair is about; what was found of the one that goes is found anew."""
    person, organisation = models.Kind.PERSON.value, models.Kind.ORGANISATION.value
    kind = person if row["person_id"] is not None else organisation
    ends = frozenset({row[f"{kind}_id"], row[f"other_{kind}_id"]})
    # What somebody said of two stays said, also when one of them goes into another.
    if row["state"] is models.PairState.NOT_THE_SAME:
        return (kind, ends) if len(ends) > 1 else None
    return None if row[GONE] else row["id"]


# Merging two is not to make doubles: what says the same of both is kept once.
AFFILIATIONS = Joined(
    # The same in the same place and time, for the same helix.
    lambda row: (
        *(row["person_id"], row["organisation_id"], fold(row["role"])),
        *(row["helix"], row["since"], row["until"]),
    ),
    together=lambda rows: {
        "is_main": any(row["is_main"] for row in rows),
        "helix_reason": next((row["helix_reason"] for row in rows if row["helix_reason"]), ""),
    },
    settled=_one_main,
)
ADDRESSES = Joined(lambda row: row["address_key"], settled=_numbered)
NUMBERS = Joined(lambda row: row["number"] or row["raw"], settled=_numbered)
TAGS = Joined(lambda row: row["word_key"])
PAIRS = Joined(_two)


def _of(owner: str, model: type[Base], *told: str, joined: Joined | None = None) -> Reference:
    moved = Moved.REPOINTED_UNLESS_THERE if joined else Moved.REPOINTED
    kept, column = f"as long as the {owner}", f"{owner}_id"
    # Who has a role somewhere is a reason to keep that organisation.
    is_own = (owner, model) != ("organisation", Affiliation)
    return Reference(
        model, column, moved, told, Blanked.REMOVED, kept, joined=joined, is_own=is_own
    )


REFERENCES: tuple[Reference | Loose, ...] = (
    Loose(
        LongTask,
        "chosen",
        models.Person,
        where=lambda: LongTask.state.in_(OPEN) & (LongTask.kind == JOB),
        # Each keeps their place in the line: how many had their turn is kept as a number.
        follow=lambda ids, joined: json.dumps([joined.get(key, key) for key in json.loads(ids)]),
    ),
    _of(
        "person",
        Affiliation,
        "organisation_id",
        "role",
        "helix",
        "helix_reason",
        "since",
        "until",
        joined=AFFILIATIONS,
    ),
    _of("organisation", Affiliation, "role", "helix", "since", "until", joined=AFFILIATIONS),
    _of("person", models.Email, "address", joined=ADDRESSES),
    _of("person", models.Phone, "number", "raw", joined=NUMBERS),
    _of("person", models.PersonTag, "word", joined=TAGS),
    _of("organisation", models.OrganisationTag, "word", joined=TAGS),
    _of("person", FormerRecord, "merged_at"),
    _of("organisation", FormerRecord, "merged_at"),
    *(
        Reference(
            LikelyPair,
            column,
            Moved.REPOINTED_UNLESS_THERE,
            told=("found_at", "state"),
            blanked=Blanked.REMOVED,
            kept="as long as both",
            joined=PAIRS,
            is_own=True,
        )
        for column in ("person_id", "other_person_id", "organisation_id", "other_organisation_id")
    ),
)
