"""What an attendance list would note, row by row: decided here, whether shown or done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from crm.core.i18n import LazyString, _l
from crm.design_sessions.importing.decisions import NEW, SKIP, UNDECIDED, Decisions
from crm.design_sessions.importing.preview import Looked, RowState
from crm.design_sessions.importing.words import status_of, word_key
from crm.design_sessions.models import AttendanceStatus

_STRONGEST = tuple(AttendanceStatus)


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
    means = {word: _status(word, decisions) for word in set(words)}
    pairs = zip(looked, words, strict=True)
    return _once([_row(one, word or "", means[word], decisions) for one, word in pairs])


def counts(rows: Sequence[ListedRow]) -> dict[RowState, int]:
    """Return how many rows stand where."""
    found = Counter(one.state for one in rows)
    return {state: found[state] for state in RowState}


def _status(word: str | None, decisions: Decisions) -> AttendanceStatus | None:
    if word is None:
        return AttendanceStatus.PRESENT
    return status_of(word) or decisions.meaning(word_key(word))


def _row(
    looked: Looked, word: str, status: AttendanceStatus | None, decisions: Decisions
) -> ListedRow:
    if looked.state is RowState.REJECTED:
        return ListedRow(looked, word, status, RowState.REJECTED)
    chosen = decisions.rows.get(looked.row, UNDECIDED)
    chosen = chosen if _is_offered(chosen, looked) else UNDECIDED
    choice = chosen or _usual(looked, decisions)
    return ListedRow(looked, word, status, looked.state, choice, chosen=chosen)


def _is_offered(choice: str, looked: Looked) -> bool:
    if choice == NEW:  # without a name nobody can be added
        return bool(looked.name)
    return choice == SKIP or (choice.isdigit() and int(choice) in looked.persons)


def _usual(looked: Looked, decisions: Decisions) -> str:
    if looked.state is RowState.KNOWN:
        return str(looked.persons[0])
    return decisions.unknown if looked.state is RowState.UNKNOWN else UNDECIDED


def _once(rows: Sequence[ListedRow]) -> list[ListedRow]:
    """Return the rows, of several about one person the first with the most that is said."""
    first: dict[str, int] = {}
    found: list[ListedRow] = []
    places: dict[int, int] = {}
    for row in rows:
        earlier = row.looked.repeats
        if row.person_id is not None:
            earlier = first.setdefault(row.choice, row.row)
        if earlier is None or earlier == row.row or row.state is RowState.REJECTED:
            places[row.row] = len(found)
            found.append(row)
            continue
        at = places[earlier]
        found[at] = replace(found[at], status=_stronger(found[at].status, row.status))
        places[row.row] = at
        found.append(replace(row, state=RowState.REPEATED, repeats=found[at].row))
    return found


def _stronger(
    one: AttendanceStatus | None, other: AttendanceStatus | None
) -> AttendanceStatus | None:
    return next((status for status in _STRONGEST if status in {one, other}), None)
