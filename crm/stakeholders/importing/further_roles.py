"""Rows about somebody of an earlier row who does something at another organisation too."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from crm.core.normalisation import fold
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.choices import Choice, Decisions
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import LONGEST_TAG, KnownPerson
from crm.stakeholders.likeness.organisations import may_be_called
from crm.stakeholders.likeness.traits import OrganisationTraits, organisation_traits
from crm.stakeholders.names import full_name

MOST_ROLES = 20
"""Further roles of one person; who has more of them in a list is no person."""


class FurtherRole(NamedTuple):
    """What is done with a row that has a further role of somebody of row `first`."""

    first: int
    choice: Choice
    is_certain: bool

    @property
    def is_taken(self) -> bool:
        """Whether they get it."""
        return self.choice is not Choice.SKIP


def further_roles(
    candidates: Sequence[Candidate], repeated: Mapping[int, int], decisions: Decisions
) -> dict[int, FurtherRole]:
    """
    Return the rows with another role of somebody of an earlier row, and what is done with each.

    Such a row has the name of the earlier one, and an address or a number of theirs, and another
    organisation. One that is called nearly the same, "Pump Track" beside "Initiatiefgroep Pump
    Track", may be the same: it is only taken where that is chosen.

    :param repeated: the rows that repeat an earlier one, with its number
    """
    return {
        row: FurtherRole(repeated[row], _choice(row, decisions, is_certain=certain), certain)
        for row, certain in _found(candidates, repeated).items()
    }


def as_known(candidate: Candidate) -> KnownPerson:
    """Return somebody whom a row makes, without an id, as they are known to the rows below it."""
    texts = {
        Field.AREA: candidate.area,
        Field.NOTE: candidate.note,
        Field.LANGUAGE: candidate.language,
        Field.EMAIL: "; ".join(candidate.emails),
        Field.PHONE: "; ".join(one.raw for one in candidate.phones),
        Field.TAGS: "; ".join(candidate.tags),
    }
    return KnownPerson(
        id=0,
        name=candidate.name,
        has_area=bool(candidate.area),
        has_note=bool(candidate.note),
        phones={one.number for one in candidate.phones},
        organisations={fold(candidate.organisation)},
        has_role=bool(candidate.organisation or candidate.role or candidate.helix),
        tags={fold(one[:LONGEST_TAG]) for one in candidate.tags},
        shown={field: text for field, text in texts.items() if text},
    )


def owners_of(candidates: Iterable[Candidate]) -> dict[str, int]:
    """Return for each address of a list the first row that has it, and is not rejected."""
    found: dict[str, int] = {}
    for one in candidates:
        for address in () if one.is_rejected else one.emails:
            found.setdefault(email_key(address), one.row)
    return found


def _found(candidates: Sequence[Candidate], repeated: Mapping[int, int]) -> dict[int, bool]:
    """Return the rows with another role, and whether that is certain."""
    firsts = set(repeated.values())
    first = {one.row: one for one in candidates if one.row in firsts}
    places = {row: _placed([one.organisation]) for row, one in first.items()}
    found: dict[int, bool] = {}
    for one in candidates:
        earlier = first.get(repeated.get(one.row, -1))
        if earlier is None or not _is_same(one, earlier) or not fold(one.organisation):
            continue
        known = places[earlier.row]
        key = fold(one.organisation)
        if key in known or len(known) > MOST_ROLES:
            continue
        traits = organisation_traits(one.organisation)
        found[one.row] = not any(may_be_called(traits, other) for other in known.values())
        known[key] = traits
    return found


def _choice(row: int, decisions: Decisions, *, is_certain: bool) -> Choice:
    """Return whether a further role is taken: one that is certain unless it is skipped."""
    chosen = decisions.rows.get(row)
    is_taken = chosen is not Choice.SKIP if is_certain else chosen is Choice.FILL
    return Choice.FILL if is_taken else Choice.SKIP


def _placed(names: Iterable[str]) -> dict[str, OrganisationTraits]:
    return {fold(name): organisation_traits(name) for name in names if fold(name)}


def _is_same(one: Candidate, other: Candidate) -> bool:
    if not (one.is_person and other.is_person):
        return False
    return fold(full_name(one.name)) == fold(full_name(other.name))
