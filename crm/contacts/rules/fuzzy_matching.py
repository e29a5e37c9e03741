"""Persons of the register that a row may mean, though no address, number or place says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from crm.contacts.rules.choices import Reason
from crm.core.libraries import OSA, np, npt
from crm.core.normalisation import fold
from crm.stakeholders.values import names
from crm.stakeholders.values.names import NameParts

BLOCK = 3
"""So many first letters of the surname are alike of those that are compared."""
# One typing error from five letters on, two from nine.
_LETTERS_OF_ONE, _LETTERS_OF_TWO = 5, 9
# A typing error takes at most one letter out of a word and brings one in.
_OF_AN_ERROR = 2
# What each small letter and digit leaves behind when it is divided by this differs from the rest.
_SIGNS, _BITS = 75, 64
_REMEMBERED = 4_096
# Both names begin the order of a list with the surname, and two spaces.
_BEHIND_SURNAME = "  "


@dataclass(frozen=True, slots=True)
class Called:
    """How somebody is called, in the form in which names are compared."""

    person_id: int
    surname: str
    given: str
    initials: str
    whole: str

    @property
    def block(self) -> tuple[str, str]:
        """Only those of one block are compared: first letters of the surname, first initial."""
        return self.surname[:BLOCK], self.initials[:1]


def called(person_id: int, parts: NameParts) -> Called:
    """Return how a person is called."""
    whole = fold(names.full_name(parts))
    written = (parts.first_name, parts.initials)
    return called_by_keys(person_id, names.sort_key(parts), whole, written)


def called_by_keys(
    person_id: int, sort_key: str, name_key: str, first_name_and_initials: tuple[str, str]
) -> Called:
    """Return how a person is called of whom the keys of the name are kept."""
    first_name, initials = first_name_and_initials
    given, letters = _given(first_name)
    surname = sort_key.split(_BEHIND_SURNAME, 1)[0]
    own = fold(initials).replace(" ", "") if initials else letters
    return Called(person_id, surname, given, own, name_key)


# Many share a first name.
@lru_cache(maxsize=_REMEMBERED)
def _given(first_name: str) -> tuple[str, str]:
    return fold(first_name), fold(names.initials_of(first_name)).replace(" ", "")


@dataclass(slots=True)
class Lookalikes:
    """The persons of the register that may be meant, by block and by name; the oldest first."""

    blocks: dict[tuple[str, str], _Block] = field(default_factory=lambda: defaultdict(_Block))
    wholes: dict[str, int] = field(default_factory=dict)

    def add(self, others: Iterable[Called]) -> None:
        """Take in persons."""
        for person in others:
            self.blocks[person.block].add(person)
            self.wholes.setdefault(person.whole, person.person_id)

    def like(self, meant: Called) -> tuple[int, Reason] | None:
        """Return who may be meant by a name, and why; the clearest reason first."""
        if meant.whole in self.wholes:
            return self.wholes[meant.whole], Reason.SAME_NAME
        block = self.blocks.get(meant.block) if meant.surname and meant.initials else None
        if block is None:
            return None
        if (fitting := block.fitting(meant)) is not None:
            return fitting, Reason.INITIALS
        near = block.near(meant)
        return None if near is None else (near, Reason.SPELLING)


class _Block:
    """Persons whose surnames begin alike and who share their first initial, the oldest first."""

    # What fits exactly is looked up, and only names of nearly the same letters are compared letter
    # by letter: so a block may hold thousands.

    def __init__(self) -> None:
        self._people: list[Called] = []
        # (surname, initials, without given name only) → the place of the oldest in the block.
        self._same: dict[tuple[str, str, bool], int] = {}
        self._beginning: dict[tuple[str, str, bool], int] = {}
        self._named: dict[tuple[str, str], Called] = {}
        self._letters: _Letters | None = None

    def add(self, person: Called) -> None:
        place, surname, initials = len(self._people), person.surname, person.initials
        self._people.append(person)
        self._named.setdefault((surname, person.given), person)
        self._letters = None
        for bare in (False,) if person.given else (False, True):
            self._same.setdefault((surname, initials, bare), place)
            for end in range(1, len(initials) + 1):
                self._beginning.setdefault((surname, initials[:end], bare), place)

    def fitting(self, meant: Called) -> int | None:
        """Return whom it fits: of one only the initials are known, and they are the other's."""
        bare, initials = bool(meant.given), meant.initials
        shorter = ((meant.surname, initials[:end], bare) for end in range(1, len(initials)))
        found = [
            self._beginning.get((meant.surname, initials, bare)),
            *map(self._same.get, shorter),
        ]
        places = [place for place in found if place is not None]
        return self._people[min(places)].person_id if places else None

    def near(self, meant: Called) -> int | None:
        """Return whom a typing error or two, by the length of the names, tell apart from it."""
        if self._letters is None:
            self._letters = _Letters(list(self._named.values()))
        for person in self._letters.like(meant):
            # A name without a given one may be of anybody with that surname.
            is_bare = not (meant.given and person.given)
            is_near = is_bare or _near(meant.given, person.given)
            if is_near and _near(meant.surname, person.surname):
                return person.person_id
        return None


class _Letters:
    """Of which letters names are made, a bit for each; the names one may compare with another."""

    def __init__(self, people: list[Called]) -> None:
        self._people = people
        self._surnames, self._surname_slack = _marked([person.surname for person in people])
        self._given, self._given_slack = _marked([person.given for person in people])
        self._bare = np.array([not person.given for person in people], dtype=bool)

    def like(self, meant: Called) -> Iterable[Called]:
        """Yield, in order, whoever has nearly the same letters in both names."""
        differ = np.bitwise_count(self._surnames ^ np.uint64(_mark(meant.surname)))
        slack = np.minimum(self._surname_slack, _slack(meant.surname))
        places = np.flatnonzero(differ <= slack)
        if meant.given:
            differ = np.bitwise_count(self._given[places] ^ np.uint64(_mark(meant.given)))
            slack = np.minimum(self._given_slack[places], _slack(meant.given))
            places = places[(differ <= slack) | self._bare[places]]
        return (self._people[place] for place in places)


def _marked(words: list[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
    """Return the letters of words, and by how many they may differ from those of another."""
    marks = np.array([_mark(word) for word in words], dtype=np.uint64)
    return marks, np.array([_slack(word) for word in words], dtype=np.uint8)


def _mark(word: str) -> int:
    mark = 0
    for sign in set(word):
        mark |= 1 << (ord(sign) % _SIGNS % _BITS)
    return mark


def _slack(word: str) -> np.uint8:
    return np.uint8(_OF_AN_ERROR * _errors(len(word)))


def _errors(letters: int) -> int:
    """Return how many typing errors a word of so many letters may have."""
    return (letters >= _LETTERS_OF_ONE) + (letters >= _LETTERS_OF_TWO)


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    allowed = _errors(min(len(one), len(other)))
    return allowed > 0 and OSA.distance(one, other, score_cutoff=allowed) <= allowed
