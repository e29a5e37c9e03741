"""What an attendance list would note, row by row: decided here, whether shown or done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm.core.folding import fold
from crm.core.i18n import LazyString, _l
from crm.design_sessions.importing.decisions import NEW, SKIP, UNDECIDED, Decisions
from crm.design_sessions.importing.words import status_of, word_key
from crm.design_sessions.models import AttendanceStatus
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.messages import Problem
from crm.stakeholders.names import full_name

_STRONGEST = tuple(AttendanceStatus)
_NAMELESS = {Problem.NO_NAME, Problem.NAME_IS_ADDRESS}


class RowState(StrEnum):
    """Where a row stands, what needs somebody first."""

    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"
    KNOWN = "known"
    REPEATED = "repeated"
    REJECTED = "rejected"


class LeftOut(StrEnum):
    """Why a row is not noted, where nobody chose so."""

    REJECTED = "rejected"
    WHO = "who"
    NOT_ADDED = "not_added"
    WORD = "word"


LEFT_OUT: Mapping[LeftOut, LazyString] = {
    LeftOut.REJECTED: _l("This row cannot be used."),
    LeftOut.WHO: _l("Nobody said who in the register this is."),
    LeftOut.NOT_ADDED: _l("Not in the register, and nobody chose to add them."),
    LeftOut.WORD: _l("Nobody said what the word for the attendance means."),
}


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
class ListedRow:
    """
    One row, whom it is or may be about, and what is noted of them.

    :ivar word: the cell with the attendance, as it stands there
    :ivar persons: who in the register it may mean
    :ivar choice: the number of who is meant, NEW, SKIP or UNDECIDED
    :ivar repeats: the earlier row about the same person
    :ivar chosen: what was chosen for this row alone
    """

    candidate: Candidate
    word: str
    status: AttendanceStatus | None
    state: RowState
    persons: tuple[int, ...] = ()
    choice: str = UNDECIDED
    repeats: int | None = None
    chosen: str = UNDECIDED

    @property
    def name(self) -> str:
        """What the list calls somebody."""
        return full_name(self.candidate.name)

    @property
    def person_id(self) -> int | None:
        """Who of the register is meant."""
        return int(self.choice) if self.choice.isdigit() else None

    @property
    def is_new(self) -> bool:
        """Whether somebody comes into the register by it."""
        return self.is_noted and self.choice == NEW

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


def name_key(candidate: Candidate) -> str:
    """Return the name of a row as names are compared."""
    return fold(full_name(candidate.name))


def make_rows(
    listed: Sequence[tuple[Candidate, str | None]], known: Known, decisions: Decisions
) -> list[ListedRow]:
    """
    Return what becomes of each row.

    :param listed: each row with the cell that says who came; None where the list has no such
        column, and everybody on it came
    """
    repeated = find_repeats([candidate for candidate, _word in listed])
    rows = [_row(candidate, word, known, decisions) for candidate, word in listed]
    return _once(rows, repeated)


def find_repeats(candidates: Sequence[Candidate]) -> dict[int, int]:
    """
    Return the rows that are about the person of an earlier one, with its number.

    Two may share an address, and two may share a name: only both together, or one of them where
    the other lacks, say that it is the same person.
    """
    repeats: dict[int, int] = {}
    seen: dict[str, list[tuple[int, Candidate]]] = {}
    for one in candidates:
        keys = [name_key(one), *(email_key(address) for address in one.emails)]
        earlier = (pair for key in keys if key for pair in seen.get(key, ()))
        same = next((row for row, other in earlier if _may_be_same(one, other)), None)
        if same is not None:
            repeats[one.row] = same
        for key in filter(None, keys):
            seen.setdefault(key, []).append((one.row if same is None else same, one))
    return repeats


def _may_be_same(one: Candidate, other: Candidate) -> bool:
    name, others = name_key(one), name_key(other)
    if name and others and name != others:
        return False
    addresses = set(map(email_key, one.emails)), set(map(email_key, other.emails))
    return not all(addresses) or bool(addresses[0] & addresses[1])


def counts(rows: Sequence[ListedRow]) -> dict[RowState, int]:
    """Return how many rows stand where."""
    found = Counter(one.state for one in rows)
    return {state: found[state] for state in RowState}


def _row(candidate: Candidate, word: str | None, known: Known, decisions: Decisions) -> ListedRow:
    if word is None:
        status: AttendanceStatus | None = AttendanceStatus.PRESENT
    else:
        status = status_of(word) or decisions.meaning(word_key(word))
    row = ListedRow(candidate, word or "", status, RowState.REJECTED)
    state, persons = known.meant(candidate)
    # Without a name somebody is known still by their address.
    problems = {one.problem for one in candidate.messages if one.is_error}
    if problems and not (problems <= _NAMELESS and persons and candidate.emails):
        return row
    chosen = decisions.rows.get(candidate.row, UNDECIDED)
    chosen = chosen if _is_offered(chosen, persons) else UNDECIDED
    choice = chosen or _usual(state, persons, decisions)
    return replace(row, state=state, persons=persons, choice=choice, chosen=chosen)


def _is_offered(choice: str, persons: Sequence[int]) -> bool:
    return choice in {NEW, SKIP} or (choice.isdigit() and int(choice) in persons)


def _usual(state: RowState, persons: Sequence[int], decisions: Decisions) -> str:
    if state is RowState.KNOWN:
        return str(persons[0])
    return decisions.unknown if state is RowState.UNKNOWN else UNDECIDED


def _once(rows: Sequence[ListedRow], repeated: Mapping[int, int]) -> list[ListedRow]:
    """Return the rows, of several about one person the first with the most that is said."""
    first: dict[str, int] = {}
    found: list[ListedRow] = []
    places: dict[int, int] = {}
    for row in rows:
        number = row.candidate.row
        earlier = repeated.get(number)
        if row.person_id is not None:
            earlier = first.setdefault(row.choice, number)
        if earlier is None or earlier == number or row.state is RowState.REJECTED:
            places[number] = len(found)
            found.append(row)
            continue
        at = places[earlier]
        found[at] = replace(found[at], status=_stronger(found[at].status, row.status))
        places[number] = at
        found.append(replace(row, state=RowState.REPEATED, repeats=found[at].candidate.row))
    return found


def _stronger(
    one: AttendanceStatus | None, other: AttendanceStatus | None
) -> AttendanceStatus | None:
    return next((status for status in _STRONGEST if status in {one, other}), None)
