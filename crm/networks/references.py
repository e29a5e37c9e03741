"""Everything in networks that refers to a person or an organisation, and what becomes of it."""

from collections.abc import Hashable

from crm.core.folding import fold
from crm.core.references import Blanked, Joined, Moved, Reference, Row
from crm.networks.models import DeclaredTie, DeclaringLink, NameLookup

ENDS = ("person_id", "organisation_id")


def _tie(row: Row) -> Hashable | None:
    """Return what a tie says, from whichever end; nobody has a tie with themselves."""
    one = tuple(row[name] for name in ENDS)
    other = tuple(row[f"other_{name}"] for name in ENDS)
    if one == other:
        return None
    said = row["said_by"], fold(row["about"]), row["since"], row["until"]
    return frozenset({one, other}), *said


DECLARED = Joined(_tie)
# Of two links the one that is open longest goes on; the other says that it has ended.
ASKED = Joined(lambda row: row["person_id"], order=lambda row: -row["expires_at"].timestamp())

REFERENCES = (
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
        for column in (
            "person_id",
            "organisation_id",
            "other_person_id",
            "other_organisation_id",
        )
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
