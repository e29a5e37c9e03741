"""Whom of the register the rows of an attendance list may mean, before anything is chosen."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm.core.normalisation import fold
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.row_messages import Message, Problem
from crm.stakeholders.names import full_name

_NAMELESS = {Problem.NO_NAME, Problem.NAME_IS_ADDRESS}
LONGEST_RAW = 500
# No name and no address is folded to a star.
_ANY = "*"


class RowState(StrEnum):
    """Where a row stands, what needs somebody first."""

    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    KNOWN = "known"
    REPEATED = "repeated"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Known:
    """
    The people of the register that the rows of a list could mean, oldest first.

    :ivar emails: key of an address → who has it
    :ivar names: folded name → who is called so
    :ivar alike: row → whom it may mean, where nothing else is known
    """

    emails: Mapping[str, Sequence[int]] = field(default_factory=dict)
    names: Mapping[str, Sequence[int]] = field(default_factory=dict)
    alike: Mapping[int, int] = field(default_factory=dict)

    def meant(self, candidate: Candidate) -> tuple[RowState, tuple[int, ...]]:
        """Return whom a row means: by address first, then by name; several are a doubt."""
        called = self.names.get(name_key(candidate), ())
        keys = map(email_key, candidate.emails)
        owners = dict.fromkeys(one for key in keys for one in self.emails.get(key, ()))
        same = [one for one in owners if one in called]
        # An address of one and the name of another: who of the two came is not for us to say.
        ids = tuple(same) if len(same) == 1 else tuple(dict.fromkeys((*owners, *called)))
        if ids:
            return (RowState.KNOWN if len(ids) == 1 else RowState.DOUBTFUL), ids
        maybe = self.alike.get(candidate.row)
        return (RowState.DOUBTFUL, (maybe,)) if maybe is not None else (RowState.UNKNOWN, ())


@dataclass(frozen=True, slots=True)
class Looked:
    """
    One row as it was understood, and whom of the register it may mean.

    :ivar persons: who in the register it may mean
    :ivar repeats: the earlier row of the list about the same person
    :ivar messages: what there is to say about a row that cannot be used
    """

    row: int
    name: str
    emails: tuple[str, ...]
    organisation: str
    state: RowState
    persons: tuple[int, ...] = ()
    repeats: int | None = None
    messages: tuple[Message, ...] = ()


def name_key(candidate: Candidate) -> str:
    """Return the name of a row as names are compared."""
    return fold(full_name(candidate.name))


def look(candidates: Sequence[Candidate], known: Known) -> list[Looked]:
    """
    Return whom each row may mean.

    Of several people of one name, each with an address of their own, only one can be who has that
    name in the register: which of them is for somebody to say.
    """
    repeated = find_repeats(candidates)
    found = [_looked(one, known, repeated.get(one.row)) for one in candidates]
    rows: dict[int, set[int]] = {}
    for one in found:
        if one.state is RowState.KNOWN:
            rows.setdefault(one.persons[0], set()).add(one.repeats or one.row)
    return [
        replace(one, state=RowState.DOUBTFUL)
        if one.state is RowState.KNOWN
        and len(rows[one.persons[0]]) > 1
        and one.emails
        and not any(map(known.emails.get, map(email_key, one.emails)))
        else one
        for one in found
    ]


def find_repeats(candidates: Sequence[Candidate]) -> dict[int, int]:
    """
    Return the rows that are about the person of an earlier one, with its number.

    Two may share an address, and two may share a name: only both together, or one of them where
    the other lacks, say that it is the same person.
    """
    repeats: dict[int, int] = {}
    # The first row of each name with each address: nobody compares a row with all before it.
    seen: dict[tuple[str, str], tuple[int, int]] = {}
    for place, one in enumerate(candidates):
        name, addresses = name_key(one), [email_key(address) for address in one.emails]
        earlier = [seen[key] for key in _same(name, addresses) if key in seen]
        row = min(earlier)[1] if earlier else one.row
        if earlier:
            repeats[one.row] = row
        for key in _keys(name, addresses):
            seen.setdefault(key, (place, row))
    return repeats


def _same(name: str, addresses: Sequence[str]) -> list[tuple[str, str]]:
    """Return under which keys stands who is the same person as a row with these."""
    if not name:
        return [(_ANY, address) for address in addresses]
    if not addresses:
        return [(name, _ANY)]
    return [(name, ""), *((who, address) for address in addresses for who in (name, ""))]


def _keys(name: str, addresses: Sequence[str]) -> list[tuple[str, str]]:
    """Return the keys under which a row is found by later ones."""
    pairs = [(who, address) for address in addresses for who in (name, _ANY)]
    alone = [(name, _ANY)] if addresses else [(name, ""), (name, _ANY)]
    return [*pairs, *(alone if name else ())]


def look_text(looked: Sequence[Looked]) -> str:
    """Return what was found as text, short for each row."""
    told = [
        (
            *(one.row, one.name, one.emails, one.organisation, one.state.value, one.persons),
            *(one.repeats, [_message_text(message) for message in one.messages]),
        )
        for one in looked
    ]
    return json.dumps(told, separators=(",", ":"))


def looked_of(text: str) -> list[Looked]:
    """Return what was found, as it was kept."""
    states = {one.value: one for one in RowState}
    return [
        Looked(
            *(row, name, tuple(emails), organisation, states[state], tuple(persons), repeats),
            tuple(Message(row, Problem(one), Field(about) if about else None, raw)
                  for one, about, raw in messages),
        )
        for row, name, emails, organisation, state, persons, repeats, messages in json.loads(text)
    ]  # fmt: skip


def _looked(candidate: Candidate, known: Known, repeats: int | None) -> Looked:
    state, persons = known.meant(candidate)
    messages: tuple[Message, ...] = ()
    # Without a name somebody is known still by their address.
    problems = {one.problem for one in candidate.messages if one.is_error}
    if problems and not (problems <= _NAMELESS and persons and candidate.emails):
        state, persons, messages = RowState.REJECTED, (), candidate.messages
    elif candidate.name.is_empty and not persons:
        state = RowState.REJECTED  # an organisation by itself did not come
    return Looked(
        candidate.row,
        full_name(candidate.name),
        candidate.emails,
        candidate.organisation,
        state,
        persons,
        repeats,
        messages,
    )


def _message_text(message: Message) -> tuple[str, str, str]:
    field_of = message.field.value if message.field else ""
    return message.problem.value, field_of, message.raw[:LONGEST_RAW]
