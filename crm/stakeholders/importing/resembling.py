"""Persons of the register that a row may mean, though no address, number or place says so."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from crm.core.folding import fold
from crm.stakeholders import names
from crm.stakeholders.importing.decisions import Reason
from crm.stakeholders.names import NameParts

BLOCK = 3
"""So many first letters of the surname are alike of those that are compared."""
# One typing error from five letters on, two from nine.
_LETTERS_OF_ONE, _LETTERS_OF_TWO = 5, 9


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
    letters = parts.initials or names.initials_of(parts.first_name)
    return Called(
        person_id=person_id,
        surname=names.sort_key(parts).split("  ", 1)[0],
        given=fold(parts.first_name),
        initials=fold(letters).replace(" ", ""),
        whole=fold(names.full_name(parts)),
    )


@dataclass(slots=True)
class Lookalikes:
    """The persons of the register that may be meant, by block and by name; the oldest first."""

    blocks: dict[tuple[str, str], list[Called]] = field(default_factory=lambda: defaultdict(list))
    wholes: dict[str, int] = field(default_factory=dict)

    def add(self, others: Iterable[Called]) -> None:
        """Take in persons."""
        for one in others:
            self.blocks[one.block].append(one)
            self.wholes.setdefault(one.whole, one.person_id)

    def like(self, meant: Called) -> tuple[int, Reason] | None:
        """Return who may be meant by a name, and why; the clearest reason first."""
        if meant.whole in self.wholes:
            return self.wholes[meant.whole], Reason.SAME_NAME
        others = self.blocks.get(meant.block, []) if meant.surname and meant.initials else []
        for reason, is_like in ((Reason.INITIALS, _fits), (Reason.SPELLING, _is_near)):
            found = next((one for one in others if is_like(meant, one)), None)
            if found is not None:
                return found.person_id, reason
        return None


def _fits(one: Called, other: Called) -> bool:
    """Whether of one only the initials are known, and they are the other's."""
    if one.surname != other.surname or (one.given and other.given):
        return False
    shorter, longer = sorted((one.initials, other.initials), key=len)
    return longer.startswith(shorter)


def _is_near(one: Called, other: Called) -> bool:
    is_given_near = not (one.given and other.given) or _near(one.given, other.given)
    return is_given_near and _near(one.surname, other.surname)


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    letters = min(len(one), len(other))
    allowed = (letters >= _LETTERS_OF_ONE) + (letters >= _LETTERS_OF_TWO)
    return allowed > 0 and OSA.distance(one, other, score_cutoff=allowed) <= allowed
