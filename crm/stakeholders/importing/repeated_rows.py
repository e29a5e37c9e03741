"""Rows of one file that are about the same person or organisation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crm.core.normalisation import fold
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.row_messages import Problem
from crm.stakeholders.names import NameParts, full_name

Key = tuple[str, ...]


@dataclass(slots=True)
class Repetitions:
    """
    Which rows of a list repeat an earlier one, and which only share an address with one.

    :ivar rows: row → the earlier row about the same
    :ivar shared: row → the address that an earlier row has, of somebody who is called otherwise
    """

    rows: dict[int, int] = field(default_factory=dict)
    shared: dict[int, str] = field(default_factory=dict)

    def asking(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Return the rows; one that only shares an address asks whether it is the same person."""
        return [
            one.saying(Problem.SHARED_EMAIL, None, self.shared[one.row])
            if one.row in self.shared
            else one
            for one in candidates
        ]


def keys(candidate: Candidate) -> Iterator[Key]:
    """
    Yield the keys of a candidate: whoever shares one of them is taken for the same.

    For a person: an e-mail address, with the name and without; a phone number with the name; the
    name with the organisation. A name alone is only a key where nothing else is known. An address
    alone is none between two who are called otherwise (`may_be_one`): colleagues and households
    share one. For an organisation: its name.
    """
    if candidate.record:
        yield ("record", candidate.record)
        return
    organisation = fold(candidate.organisation)
    if not candidate.is_person:
        yield ("organisation", organisation)
        return
    name = fold(full_name(candidate.name))
    addresses = [email_key(address) for address in candidate.emails]
    yield from (("email", address, name) for address in addresses)
    yield from (("phone", reading.number, name) for reading in candidate.phones)
    yield from (("email", address) for address in addresses)
    if name and (organisation or not (candidate.emails or candidate.phones)):
        yield ("name", name, organisation)


def is_address_alone(key: Key) -> bool:
    """Whether a key holds only between two who may be one by their names."""
    return key[0] == "email" and len(key) == len(("email", "address"))


def may_be_one(one: NameParts, other: NameParts) -> bool:
    """
    Whether two names may be those of one person, who has the same address.

    A name that lacks a part may be anybody's. "Anna Bos" may be "A. Bos", "Bos" and, as people
    marry, "Anna de Vries"; she is not "Piet Bos", nor "A. de Vries".
    """
    words = [set(fold(full_name(name)).split()) for name in (one, other)]
    if words[0] <= words[1] or words[1] <= words[0]:
        return True
    first, second = (fold(name.first_name) for name in (one, other))
    if first and first == second:
        return True
    if first and second:
        fits = first.startswith(second) or second.startswith(first)
    else:
        letters = {(fold(name.first_name) or fold(name.initials))[:1] for name in (one, other)}
        fits = len(letters - {""}) <= 1
    return fits and _may_share_surname(one, other)


def find_duplicates(candidates: Iterable[Candidate]) -> Repetitions:
    """Return the rows that repeat an earlier one, with its number; rejected rows do not count."""
    first: dict[Key, Candidate] = {}
    found = Repetitions()
    for candidate in candidates:
        if candidate.is_rejected:
            continue
        own = list(keys(candidate))
        earlier = [first[key] for key in own if key in first and _holds(key, candidate, first[key])]
        same = min(earlier, key=lambda one: one.row, default=None)
        if same is not None:
            found.rows[candidate.row] = same.row
        elif others := [key for key in own if key in first]:
            found.shared[candidate.row] = others[0][1]
        for key in own:
            first.setdefault(key, same or candidate)
    return found


def _holds(key: Key, one: Candidate, other: Candidate) -> bool:
    return not is_address_alone(key) or may_be_one(one.name, other.name)


def _may_share_surname(one: NameParts, other: NameParts) -> bool:
    surnames = [{fold(name.surname), fold(name.partner_surname)} - {""} for name in (one, other)]
    return not all(surnames) or bool(surnames[0] & surnames[1])
