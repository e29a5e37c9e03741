"""One row of a list as it was understood, and which rows of a list are about the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from crm.contacts.rules.row_messages import Message, Problem
from crm.core.normalisation import fold
from crm.stakeholders.models import Helix, Kind
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.rules.round_trip import kind_of
from crm.stakeholders.values.addresses import email_key
from crm.stakeholders.values.names import NameParts, full_name
from crm.stakeholders.values.phones import PhoneReading


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person, an organisation or both, as row `row` of a file gives them: clean and as usual."""

    row: int
    name: NameParts = field(default_factory=NameParts)
    organisation: str = ""
    role: str = ""
    helix: Helix | None = None
    kind: str = ""
    second_helix: Helix | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[PhoneReading, ...] = ()
    street: str = ""
    postcode: str = ""
    town: str = ""
    area: str = ""
    website: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    consent_on: date | None = None
    note: str = ""
    # What was doubtful is left out above, and stands in these as it was typed.
    messages: tuple[Message, ...] = ()
    # Of a list that came back: by which number Kring knows whom a row is about, how the cells left,
    # and how they came back.
    record: str = ""
    code: str = ""
    typed: Mapping[Field, str] = field(default_factory=dict)
    # Whom or what the number means, once that was looked up.
    record_id: int | None = None
    organisation_id: int | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether an error keeps this row out."""
        return any(message.is_error for message in self.messages)

    @property
    def is_person(self) -> bool:
        """Whether the row names a person; else it is about an organisation only."""
        if self.record:
            return kind_of(self.record) is Kind.PERSON
        return not self.name.is_empty or bool(self.emails and not self.organisation)

    @property
    def called(self) -> NameParts:
        """The name that somebody comes in under: without one it is their address."""
        if self.name.is_empty and self.emails:
            return NameParts(first_name=self.emails[0])
        return self.name

    @property
    def is_returned(self) -> bool:
        """Whether the row is one that left Kring, of whom or what is still here."""
        return self.record_id is not None or self.organisation_id is not None

    def saying(self, problem: Problem, field: Field | None = None, raw: str = "") -> "Candidate":
        """Return the same row with one thing more to say about it."""
        return replace(self, messages=(*self.messages, Message(self.row, problem, field, raw)))

    def leaving_out(self, problem: Problem, field: Field, texts: Iterable[str]) -> "Candidate":
        """Return the same row; it says which texts of a field have no place here, if any."""
        text = ", ".join(filter(None, texts))
        return self.saying(problem, field, text) if text else self

    @property
    def doubtful(self) -> dict[Field, str]:
        """The texts that could not be used as they were typed, by field."""
        warnings = [message for message in self.messages if not message.is_error]
        return {message.field: message.raw for message in warnings if message.field is not None}


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
            row.saying(Problem.SHARED_EMAIL, None, self.shared[row.row])
            if row.row in self.shared
            else row
            for row in candidates
        ]


def keys(candidate: Candidate) -> Iterator[Key]:
    """Yield the keys of a candidate: whoever shares one of them is taken for the same."""
    if candidate.record:
        yield ("record", candidate.record)
        return
    organisation = fold(candidate.organisation)
    if not candidate.is_person:
        yield ("organisation", organisation)
        return
    # From the surest down: whoever looks them up takes the first that holds. An address alone does
    # not between two who are called otherwise (`may_be_one`): colleagues and households share one.
    name = fold(full_name(candidate.name))
    addresses = [email_key(address) for address in candidate.emails]
    yield from (("email", address, name) for address in addresses)
    yield from (("phone", reading.number, name) for reading in candidate.phones)
    yield from (("email", address) for address in addresses)
    # Many have the same name: alone it is a key only where nothing else is known.
    if name and (organisation or not (candidate.emails or candidate.phones)):
        yield ("name", name, organisation)


def is_address_alone(key: Key) -> bool:
    """Whether a key holds only between two who may be one by their names."""
    return key[0] == "email" and len(key) == len(("email", "address"))


def may_be_one(one: NameParts, other: NameParts) -> bool:
    """Whether two names may be those of one person, who has the same address."""
    # A name that lacks a part may be anybody's. "Anna Bos" may be "A. Bos", "Bos" and, as people
    # marry, "Anna de Vries"; she is not "Piet Bos", nor "A. de Vries".
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
    surnames = [{fold(name.surname), fold(name.partner_surname)} - {""} for name in (one, other)]
    return fits and (not all(surnames) or bool(surnames[0] & surnames[1]))


def find_duplicates(candidates: Iterable[Candidate]) -> Repetitions:
    """Return the rows that repeat an earlier one, with its number; rejected rows do not count."""
    first: dict[Key, Candidate] = {}
    found = Repetitions()
    for candidate in candidates:
        if candidate.is_rejected:
            continue
        own = list(keys(candidate))
        earlier = [
            first[key]
            for key in own
            if key in first
            and (not is_address_alone(key) or may_be_one(candidate.name, first[key].name))
        ]
        same = min(earlier, key=lambda row: row.row, default=None)
        if same is not None:
            found.rows[candidate.row] = same.row
        elif others := [key for key in own if key in first]:
            found.shared[candidate.row] = others[0][1]
        # A third row may share a key with the second only: it repeats the first all the same.
        for key in own:
            first.setdefault(key, same or candidate)
    return found
