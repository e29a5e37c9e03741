"""Everything in the register that refers to a person or an organisation, and what becomes of it."""

import json
import re
from collections.abc import Mapping

from crm.core.db import Base
from crm.core.references import Blanked, Joined, Loose, Moved, Reference
from crm.stakeholders.merge_rules import (
    ADDRESSES,
    AFFILIATIONS,
    GROUNDS,
    NUMBERS,
    OBJECTIONS,
    PAIRS,
    TAGS,
)
from crm.stakeholders.models import (
    Affiliation,
    BulkOrder,
    ContactBasis,
    Email,
    FormerRecord,
    LikelyPair,
    Objection,
    OrderState,
    Organisation,
    OrganisationOrigin,
    OrganisationTag,
    Person,
    PersonOrigin,
    PersonTag,
    Phone,
    Segment,
)

# As the condition stands in an address: no word or value of another one stands before it.
_AT_ORGANISATION = re.compile(r"(?<![a-z0-9_:-])organisation:([0-9]+)(?=[:,)]|$)")


def _of_person(model: type[Base], *told: str, joined: Joined | None = None) -> Reference:
    return _of(model, "person", told, joined)


def _of_organisation(model: type[Base], *told: str, joined: Joined | None = None) -> Reference:
    return _of(model, "organisation", told, joined)


def _of(model: type[Base], whose: str, told: tuple[str, ...], joined: Joined | None) -> Reference:
    moved = Moved.REPOINTED_UNLESS_THERE if joined else Moved.REPOINTED
    kept = f"as long as the {whose}"
    return Reference(model, f"{whose}_id", moved, told, Blanked.REMOVED, kept, joined=joined)


def _at(conditions: str, joined: Mapping[int, int]) -> str:
    """Let conditions on an organisation that goes be on the one that stays."""

    def followed(found: re.Match[str]) -> str:
        one = int(found.group(1))
        return f"organisation:{joined.get(one, one)}"

    return _AT_ORGANISATION.sub(followed, conditions)


def _chosen(person_ids: str, joined: Mapping[int, int]) -> str:
    """Let who goes on as another be chosen as that one; each keeps their place in the line."""
    return json.dumps([joined.get(one, one) for one in json.loads(person_ids)])


REFERENCES: tuple[Reference | Loose, ...] = (
    Loose(
        Segment,
        "conditions",
        Organisation,
        where=lambda: Segment.conditions.contains("organisation:"),
        follow=_at,
    ),
    Loose(
        BulkOrder,
        "person_ids",
        Person,
        where=lambda: BulkOrder.state == OrderState.UNDER_WAY,
        follow=_chosen,
    ),
    _of_person(
        Affiliation,
        *("organisation_id", "role", "helix", "helix_reason", "since", "until"),
        joined=AFFILIATIONS,
    ),
    _of_organisation(Affiliation, "role", "helix", "since", "until", joined=AFFILIATIONS),
    _of_person(Email, "address", joined=ADDRESSES),
    _of_person(Phone, "number", "raw", joined=NUMBERS),
    _of_person(PersonTag, "word", joined=TAGS),
    _of_organisation(OrganisationTag, "word", joined=TAGS),
    _of_person(PersonOrigin, "row", "raw"),
    _of_organisation(OrganisationOrigin, "row"),
    _of_person(ContactBasis, "purpose", "basis", "source", "at", joined=GROUNDS),
    _of_person(Objection, "source", "at", joined=OBJECTIONS),
    _of_person(FormerRecord, "merged_at"),
    _of_organisation(FormerRecord, "merged_at"),
    *(
        Reference(
            LikelyPair,
            column,
            Moved.REPOINTED_UNLESS_THERE,
            told=("found_at", "state"),
            blanked=Blanked.REMOVED,
            kept="as long as both",
            joined=PAIRS,
        )
        for column in ("person_id", "other_person_id", "organisation_id", "other_organisation_id")
    ),
)
