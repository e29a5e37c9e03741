"""Whom the rows of an attendance list may mean, what was chosen, and what becomes of them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.row_messages import Message, Problem
from crm.core.i18n import LazyString, _l
from crm.core.normalisation import fold
from crm.design_sessions.models import AttendanceStatus
from crm.design_sessions.rules.attendance_columns import status_of, word_key
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.addresses import email_key
from crm.stakeholders.values.names import full_name

NEW, SKIP, UNDECIDED = "new", "skip", ""
"""A choice is one of these, or the number of the person who is meant."""
IGNORED = "ignored"
"""A word that was explained to say nothing: its rows are left out."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """
    What was chosen.

    :ivar rows: row → choice
    :ivar unknown: the choice for everybody who is not in the register
    :ivar words: what words mean, as they are compared; a status, or IGNORED
    :ivar helix: that of organisations that are new here, of which nothing says it
    :ivar helixes: by name, those of new organisations about which it was said
    """

    rows: Mapping[int, str] = field(default_factory=dict)
    unknown: str = UNDECIDED
    words: Mapping[str, str] = field(default_factory=dict)
    helix: Helix | None = None
    helixes: Mapping[str, Helix] = field(default_factory=dict)


def decisions_text(decisions: Decisions) -> str:
    """Return decisions as text; the helixes by name are remembered for every list."""
    kept = {"rows": dict(decisions.rows), "unknown": decisions.unknown, "helix": decisions.helix}
    return json.dumps({**kept, "words": dict(decisions.words)})


def decisions_of(text: str) -> Decisions:
    """Return the decisions that were kept as `text`."""
    found = json.loads(text)
    rows = {int(row): choice for row, choice in found.get("rows", {}).items()}
    helix = Helix(found["helix"]) if found.get("helix") else None
    return Decisions(rows, found.get("unknown", UNDECIDED), found.get("words", {}), helix)


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
        owners = dict.fromkeys(owner for key in keys for owner in self.emails.get(key, ()))
        same = [owner for owner in owners if owner in called]
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
    found = [_looked(candidate, known, repeated.get(candidate.row)) for candidate in candidates]
    rows: dict[int, set[int]] = {}
    for looked in found:
        if looked.state is RowState.KNOWN:
            rows.setdefault(looked.persons[0], set()).add(looked.repeats or looked.row)
    return [
        replace(looked, state=RowState.DOUBTFUL)
        if looked.state is RowState.KNOWN
        and len(rows[looked.persons[0]]) > 1
        and looked.emails
        and not any(map(known.emails.get, map(email_key, looked.emails)))
        else looked
        for looked in found
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
    for place, candidate in enumerate(candidates):
        name, addresses = name_key(candidate), list(map(email_key, candidate.emails))
        if name and addresses:
            same = [(name, ""), *((who, address) for address in addresses for who in (name, ""))]
        else:
            same = [(_ANY, address) for address in addresses] if addresses else [(name, _ANY)]
        earlier = [seen[key] for key in same if key in seen]
        row = min(earlier)[1] if earlier else candidate.row
        if earlier:
            repeats[candidate.row] = row
        keys = [(who, address) for address in addresses for who in (name, _ANY)]
        if name:
            # "" stands for no address: a row with one meets only those of its name without, as two
            # of one name with two addresses may be two.
            keys += [(name, _ANY)] if addresses else [(name, ""), (name, _ANY)]
        for key in keys:
            seen.setdefault(key, (place, row))
    return repeats


def _looked(candidate: Candidate, known: Known, repeats: int | None) -> Looked:
    state, persons = known.meant(candidate)
    messages: tuple[Message, ...] = ()
    # Without a name somebody is known still by their address.
    problems = {message.problem for message in candidate.messages if message.is_error}
    if problems and not (problems <= _NAMELESS and persons and candidate.emails):
        state, persons, messages = RowState.REJECTED, (), candidate.messages
    elif not (candidate.is_person or persons):
        state = RowState.REJECTED  # an organisation by itself did not come
    name, organisation = full_name(candidate.called), candidate.organisation
    return Looked(
        *(candidate.row, name, candidate.emails, organisation, state, persons, repeats, messages)
    )


def look_text(rows: Sequence[Looked]) -> str:
    """Return what was found as text, short for each row: there may be 50,000 of them."""
    told = [
        (
            *(looked.row, looked.name, looked.emails, looked.organisation, looked.state.value),
            *(looked.persons, looked.repeats),
            [
                (message.problem.value, message.field or "", message.raw[:LONGEST_RAW])
                for message in looked.messages
            ],
        )
        for looked in rows
    ]
    return json.dumps(told, separators=(",", ":"))


def looked_of(text: str) -> list[Looked]:
    """Return what was found, as it was kept."""
    states = {state.value: state for state in RowState}
    return [
        Looked(
            *(row, name, tuple(emails), organisation, states[state], tuple(persons), repeats),
            tuple(
                Message(row, Problem(message), Field(about) if about else None, raw)
                for message, about, raw in messages
            ),
        )
        for row, name, emails, organisation, state, persons, repeats, messages in json.loads(text)
    ]


class LeftOut(StrEnum):
    """Why a row is not noted, where nobody chose so."""

    REJECTED = "rejected"
    WHO = "who"
    NOT_ADDED = "not_added"
    WORD = "word"
    STOPPED = "stopped"


LEFT_OUT: Mapping[LeftOut, LazyString] = {
    LeftOut.REJECTED: _l("This row cannot be used."),
    LeftOut.WHO: _l("Nobody said who in the register this is."),
    LeftOut.NOT_ADDED: _l("Not in the register, and nobody chose to add them."),
    LeftOut.WORD: _l("Nobody said what the word for the attendance means."),
    LeftOut.STOPPED: _l("Noting this list ended before this row."),
}


@dataclass(frozen=True, slots=True)
class ListedRow:
    """
    One row, whom it is or may be about, and what is noted of them.

    :ivar word: the cell with the attendance, as it stands there
    :ivar choice: the number of who is meant, NEW, SKIP or UNDECIDED
    :ivar repeats: the earlier row about the same person
    :ivar chosen: what was chosen for this row alone
    """

    looked: Looked
    word: str
    status: AttendanceStatus | None
    state: RowState
    choice: str = UNDECIDED
    repeats: int | None = None
    chosen: str = UNDECIDED

    @property
    def row(self) -> int:
        """The number of the row in the file."""
        return self.looked.row

    @property
    def persons(self) -> tuple[int, ...]:
        """Who in the register it may mean."""
        return self.looked.persons

    @property
    def person_id(self) -> int | None:
        """Who of the register is meant."""
        return int(self.choice) if self.choice.isdigit() else None

    @property
    def is_new(self) -> bool:
        """Whether somebody comes into the register by it."""
        return self.is_noted and self.choice == NEW

    @property
    def may_be_new(self) -> bool:
        """Whether somebody comes into the register by it, or would if that were chosen."""
        if self.state in {RowState.REPEATED, RowState.REJECTED}:
            return False
        return self.choice == NEW or (self.choice == UNDECIDED and not self.persons)

    @property
    def is_noted(self) -> bool:
        """Whether attendance is noted by it."""
        usable = self.state not in {RowState.REPEATED, RowState.REJECTED}
        return usable and self.status is not None and self.choice not in {SKIP, UNDECIDED}

    @property
    def left_out(self) -> LeftOut | None:
        """Why nothing is noted, where nobody chose so."""
        if self.is_noted or self.state is RowState.REPEATED or self.choice == SKIP:
            return None
        if self.state is RowState.REJECTED:
            return LeftOut.REJECTED
        if self.choice == UNDECIDED:
            return LeftOut.WHO if self.persons else LeftOut.NOT_ADDED
        return LeftOut.WORD


def make_rows(
    looked: Sequence[Looked], words: Sequence[str | None], decisions: Decisions
) -> list[ListedRow]:
    """
    Return what becomes of each row.

    :param words: of each row the cell that says who came; None where the list has no such column,
        and everybody on it came
    """
    # Once for each word: a list of thousands has a few of them.
    means: dict[str | None, AttendanceStatus | None] = {None: AttendanceStatus.PRESENT}
    for word in {word for word in words if word is not None}:
        said = decisions.words.get(word_key(word), "")
        explained = AttendanceStatus(said) if said in list(AttendanceStatus) else None
        means[word] = status_of(word) or explained
    pairs = zip(looked, words, strict=True)
    return _once([_row(row, word or "", means[word], decisions) for row, word in pairs])


def counts(rows: Sequence[ListedRow]) -> dict[RowState, int]:
    """Return how many rows stand where."""
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in RowState}


def _row(
    looked: Looked, word: str, status: AttendanceStatus | None, decisions: Decisions
) -> ListedRow:
    if looked.state is RowState.REJECTED:
        return ListedRow(looked, word, status, RowState.REJECTED)
    chosen = decisions.rows.get(looked.row, UNDECIDED)
    # What was chosen may be of another reading of the file: without a name nobody can be added,
    # and only who the row may mean now can be meant.
    is_offered = bool(looked.name) if chosen == NEW else chosen == SKIP
    if not is_offered and not (chosen.isdigit() and int(chosen) in looked.persons):
        chosen = UNDECIDED
    usual = decisions.unknown if looked.state is RowState.UNKNOWN else UNDECIDED
    if looked.state is RowState.KNOWN:
        usual = str(looked.persons[0])
    return ListedRow(looked, word, status, looked.state, chosen or usual, chosen=chosen)


def _once(rows: Sequence[ListedRow]) -> list[ListedRow]:
    """Return the rows, of several about one person the first with the most that is said."""
    first: dict[str, int] = {}
    found: list[ListedRow] = []
    places: dict[int, int] = {}
    for row in rows:
        earlier = row.looked.repeats
        # Who was chosen says more than what the rows have in common.
        if row.person_id is not None:
            earlier = first.setdefault(row.choice, row.row)
        if earlier is None or earlier == row.row or row.state is RowState.REJECTED:
            places[row.row] = len(found)
            found.append(row)
            continue
        at = places[earlier]
        said = {found[at].status, row.status}
        status = next((status for status in AttendanceStatus if status in said), None)
        found[at] = replace(found[at], status=status)
        places[row.row] = at
        found.append(replace(row, state=RowState.REPEATED, repeats=found[at].row))
    return found
