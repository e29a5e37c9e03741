"""Everything in networks that refers to a person or an organisation, and what becomes of it."""

import re
from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import true

from crm.core.db import Base
from crm.core.normalisation import fold
from crm.core.references import Blanked, Joined, Loose, Moved, Reference, Row
from crm.core.ties import organisation_key, person_key
from crm.networks.models import DeclaredTie, DeclaringLink, NameLookup, NetworkLayout, SavedView
from crm.networks.rules import layout
from crm.stakeholders.models import Organisation, Person

ENDS = ("person_id", "organisation_id")
# Of two links the one that is open longest goes on; the other says that it has ended.
ASKED = Joined(lambda row: row["person_id"], order=lambda row: -row["expires_at"].timestamp())
KEYS = {Person: person_key, Organisation: organisation_key}
# In the address that a saved view keeps.
_AROUND = re.compile(r"(?<=\baround=)[a-z][0-9]+")


def _tie(row: Row) -> Hashable | None:
    """Return what a tie says, from whichever end; nobody has a tie with themselves."""
    one = tuple(row[name] for name in ENDS)
    other = tuple(row[f"other_{name}"] for name in ENDS)
    if one == other:
        return None
    said = row["said_by"], fold(row["about"]), row["since"], row["until"]
    return frozenset({one, other}), *said


DECLARED = Joined(_tie)


def _places(model: type[Base], points: Any, joined: Mapping[int, int]) -> Any:
    """Let who stays stand where one of both stood, and remember where both did."""
    if points is None:
        return None
    key = KEYS[model]
    for gone, kept in joined.items():
        points = layout.joined(points, key(gone), key(kept))
    return points


def _around(model: type[Base], query: str, joined: Mapping[int, int]) -> str:
    """Let a view around who goes be around who stays."""
    key = KEYS[model]
    now = {key(gone): key(kept) for gone, kept in joined.items()}
    return _AROUND.sub(lambda found: now.get(found.group(), found.group()), query)


def _loose(model: type[Base]) -> tuple[Loose, ...]:
    places = partial(_places, model)
    return (
        # Inside JSON the two engines do not search alike: every row is looked at, at most three a
        # project.
        Loose(NetworkLayout, "points", model, where=true, follow=places),
        Loose(NetworkLayout, "before", model, where=true, follow=places),
        Loose(
            SavedView,
            "query",
            model,
            where=lambda: SavedView.query.contains("around="),
            follow=partial(_around, model),
        ),
    )


REFERENCES: tuple[Reference | Loose, ...] = (
    *_loose(Person),
    *_loose(Organisation),
    *(
        Reference(
            DeclaredTie,
            column,
            moved=Moved.REPOINTED_UNLESS_THERE,
            told=("said_at", "said_by", "about", "since", "until"),
            blanked=Blanked.REMOVED,
            kept="as long as both ends",
            joined=DECLARED,
        )
        for column in (*ENDS, "other_person_id", "other_organisation_id")
    ),
    Reference(
        DeclaringLink,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("made_at", "expires_at", "answered_at", "missed"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
        joined=ASKED,
    ),
    Reference(
        NameLookup,
        "person_id",
        moved=Moved.REPOINTED,
        told=("at", "reason"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
    ),
)
