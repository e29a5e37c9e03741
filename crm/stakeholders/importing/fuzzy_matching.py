"""Persons of the register that a row may mean, though no address, number or place says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from crm.core.libraries import OSA, np, npt
from crm.core.normalisation import fold
from crm.stakeholders import names
from crm.stakeholders.importing.choices import Reason
from crm.stakeholders.names import NameParts

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
    keys = names.sort_key(parts), fold(names.full_name(parts))
    return called_by_keys(person_id, *keys, (parts.first_name, parts.initials))


def called_by_keys(
    person_id: int, sort_key: str, name_key: str, written: tuple[str, str]
) -> Called:
    """
    Return how a person is called of whom the keys of the name are kept.

    :param written: first name and initials
    """
    first_name, initials = written
    given, letters = _given(first_name)
    return Called(
        person_id=person_id,
        surname=sort_key.split(_BEHIND_SURNAME, 1)[0],
        given=given,
        initials=fold(initials).replace(" ", "") if initials else letters,
        whole=name_key,
    )


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
        for one in others:
            self.blocks[one.block].add(one)
            self.wholes.setdefault(one.whole, one.person_id)

    def like(self, meant: Called) -> tuple[int, Reason] | None:
        """Return who may be meant by a name, and why; the clearest reason first."""
        if meant.whole in self.wholes:
            return self.wholes[meant.whole], Reason.SAME_NAME
        block = self.blocks.get(meant.block) if meant.surname and meant.initials else None
        if block is None:
            return None
        fitting = block.fitting(meant)
        if fitting is not None:
            return fitting, Reason.INITIALS
        near = block.near(meant)
        return None if near is None else (near, Reason.SPELLING)


class _Block:
    """
    Persons whose surnames begin alike and who share their first initial, the oldest first.

    Asking for one looks up what fits exactly, and compares letter by letter only those names that
    are made of nearly the same letters: so a block may hold thousands.
    """

    def __init__(self) -> None:
        self._people: list[Called] = []
        # (surname, initials, without given name only) → the place of the oldest in the block.
        self._same: dict[tuple[str, str, bool], int] = {}
        self._beginning: dict[tuple[str, str, bool], int] = {}
        self._named: dict[tuple[str, str], Called] = {}
        self._letters: _Letters | None = None

    def add(self, one: Called) -> None:
        place = len(self._people)
        self._people.append(one)
        self._named.setdefault((one.surname, one.given), one)
        self._letters = None
        for bare in (False,) if one.given else (False, True):
            self._same.setdefault((one.surname, one.initials, bare), place)
            for end in range(1, len(one.initials) + 1):
                self._beginning.setdefault((one.surname, one.initials[:end], bare), place)

    def fitting(self, meant: Called) -> int | None:
        """Return whom it fits: of one only the initials are known, and they are the other's."""
        bare, initials = bool(meant.given), meant.initials
        found = [self._beginning.get((meant.surname, initials, bare))]
        found += [
            self._same.get((meant.surname, initials[:end], bare)) for end in range(1, len(initials))
        ]
        places = [one for one in found if one is not None]
        return self._people[min(places)].person_id if places else None

    def near(self, meant: Called) -> int | None:
        """Return whom a typing error or two, by the length of the names, tell apart from it."""
        if self._letters is None:
            self._letters = _Letters(list(self._named.values()))
        return next(
            (
                one.person_id
                for one in self._letters.like(meant)
                # A name without a given one may be of anybody with that surname.
                if _near(meant.surname, one.surname)
                and (not (meant.given and one.given) or _near(meant.given, one.given))
            ),
            None,
        )


class _Letters:
    """Of which letters names are made, a bit for each; the names one may compare with another."""

    def __init__(self, people: list[Called]) -> None:
        self._people = people
        self._surnames, self._surname_slack = _marked([one.surname for one in people])
        self._given, self._given_slack = _marked([one.given for one in people])
        self._bare = np.array([not one.given for one in people], dtype=bool)

    def like(self, meant: Called) -> Iterable[Called]:
        """Yield, in order, whoever has nearly the same letters in both names."""
        differ = np.bitwise_count(self._surnames ^ np.uint64(_mark(meant.surname)))
        slack = np.minimum(self._surname_slack, _slack(meant.surname))
        places = np.flatnonzero(differ <= slack)
        if meant.given:
            places = places[self._given_like(meant.given, places)]
        return (self._people[place] for place in places)

    def _given_like(self, given: str, places: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        differ = np.bitwise_count(self._given[places] ^ np.uint64(_mark(given)))
        slack = np.minimum(self._given_slack[places], _slack(given))
        like: npt.NDArray[np.bool_] = (differ <= slack) | self._bare[places]
        return like


def _marked(words: list[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
    """Return the letters of words, and by how many they may differ from those of another."""
    marks = np.array([_mark(one) for one in words], dtype=np.uint64)
    return marks, np.array([_slack(one) for one in words], dtype=np.uint8)


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
