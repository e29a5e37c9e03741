"""What the register holds of those in a list, as far as comparing them needs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm.core.folding import fold
from crm.stakeholders import names
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.duplicates import Key, keys
from crm.stakeholders.models import Helix
from crm.stakeholders.names import NameParts
from crm.stakeholders.phones import PhoneReading

LONGEST_TAG = 60
_PARTS = (
    Field.INITIALS,
    Field.FIRST_NAME,
    Field.PREFIX,
    Field.SURNAME,
    Field.PARTNER_PREFIX,
    Field.PARTNER_SURNAME,
)
_ADDRESS = (Field.STREET, Field.POSTCODE, Field.TOWN)


@dataclass(frozen=True, slots=True)
class Additions:
    """What a row adds to a person that is known: only what was empty or missing."""

    name: Mapping[Field, str] = field(default_factory=dict)
    emails: tuple[str, ...] = ()
    phones: tuple[PhoneReading, ...] = ()
    tags: tuple[str, ...] = ()
    area: str = ""
    note: str = ""
    has_role: bool = False
    is_first_role: bool = False

    @property
    def fields(self) -> list[Field]:
        """The fields that get something, in the order in which a person is described."""
        others = {
            Field.ROLE: self.has_role,
            Field.EMAIL: self.emails,
            Field.PHONE: self.phones,
            Field.AREA: self.area,
            Field.TAGS: self.tags,
            Field.NOTE: self.note,
        }
        return [*self.name, *(one for one, value in others.items() if value)]


@dataclass(slots=True)
class KnownPerson:
    """A person of the register; what rows add is remembered, so that two never add the same."""

    id: int
    name: NameParts = field(default_factory=NameParts)
    has_area: bool = False
    has_note: bool = False
    phones: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    has_role: bool = False
    tags: set[str] = field(default_factory=set)

    def take(self, candidate: Candidate, emails: tuple[str, ...]) -> Additions:
        """Return what `candidate` adds, of its addresses only `emails`, which nobody has yet."""
        phones = tuple(one for one in candidate.phones if one.number not in self.phones)
        organisation = fold(candidate.organisation)
        is_new_role = self._is_new_role(candidate, organisation)
        added = Additions(
            name=self._missing_name(candidate.name),
            emails=emails,
            phones=phones,
            tags=new_tags(candidate.tags, self.tags),
            area="" if self.has_area else candidate.area,
            note="" if self.has_note else candidate.note,
            has_role=is_new_role,
            is_first_role=is_new_role and not self.has_role,
        )
        self._remember(added, organisation)
        return added

    def _remember(self, added: Additions, organisation: str) -> None:
        self.name = named(self.name, added.name)
        self.phones |= {one.number for one in added.phones}
        self.organisations |= {organisation}
        self.has_role |= added.has_role
        self.has_area |= bool(added.area)
        self.has_note |= bool(added.note)

    def _is_new_role(self, candidate: Candidate, organisation: str) -> bool:
        if organisation:
            return organisation not in self.organisations
        return bool(candidate.role or candidate.helix) and not self.has_role

    def _missing_name(self, given: NameParts) -> dict[Field, str]:
        """
        Return the parts to fill in, if that leaves unchanged what the person is called.

        Another row may be about somebody else at one address; and who is called otherwise would
        not be known again by a list that has the shorter name.
        """
        if any(self._is_otherwise(given, part) for part in (Field.FIRST_NAME, Field.SURNAME)):
            return {}
        found = {part: getattr(given, part) for part in _PARTS if not getattr(self.name, part)}
        more = {part: text for part, text in found.items() if text}
        called = names.full_name(self.name)
        return more if more and names.full_name(named(self.name, more)) == called else {}

    def _is_otherwise(self, given: NameParts, part: Field) -> bool:
        own, theirs = fold(getattr(self.name, part)), fold(getattr(given, part))
        return bool(own and theirs) and own != theirs


@dataclass(slots=True)
class KnownOrganisation:
    """An organisation of the register, or (without id) one that the list brings."""

    name: str
    id: int | None = None
    helixes: tuple[Helix, ...] = ()
    filled: set[Field] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    added: dict[Field, str] = field(default_factory=dict)
    added_tags: list[str] = field(default_factory=list)

    def take(self, details: Mapping[Field, str], tags: Iterable[str] = ()) -> list[Field]:
        """Keep what is missing here, and return the fields that get something."""
        has_address = not self.filled.isdisjoint(_ADDRESS)
        new = {
            one: text
            for one, text in details.items()
            if text and one not in self.filled and not (has_address and one in _ADDRESS)
        }
        words = new_tags(tags, self.tags)
        self.added.update(new)
        self.added_tags.extend(words)
        self.filled.update(new)
        return [*new, *([Field.TAGS] if words else [])]


@dataclass(slots=True)
class Register:
    """The part of the register that the rows of a list could mean."""

    persons: dict[int, KnownPerson] = field(default_factory=dict)
    keys: dict[Key, int] = field(default_factory=dict)
    organisations: dict[str, KnownOrganisation] = field(default_factory=dict)

    def person(self, candidate: Candidate) -> KnownPerson | None:
        """Return who the row is about, if the register knows them."""
        found = next((self.keys[key] for key in keys(candidate) if key in self.keys), None)
        return None if found is None else self.persons[found]

    def organisation(self, candidate: Candidate) -> KnownOrganisation | None:
        """Return the organisation that a row names, which may be new; none if it names none."""
        key = fold(candidate.organisation)
        if not key:
            return None
        found = self.organisations.setdefault(key, KnownOrganisation(candidate.organisation))
        if not found.helixes and candidate.helix:
            found.helixes = (candidate.helix,)
        return found


def new_tags(words: Iterable[str], known: set[str]) -> tuple[str, ...]:
    """Return the words that are not in `known`, each once, and put them there."""
    new = []
    for word in words:
        key = fold(word[:LONGEST_TAG])
        if key and key not in known:
            known.add(key)
            new.append(word[:LONGEST_TAG])
    return tuple(new)


def named(name: NameParts, more: Mapping[Field, str]) -> NameParts:
    """Return a name with more parts."""
    parts = {one: getattr(name, one) for one in NameParts.__dataclass_fields__}
    return NameParts(**{**parts, **{str(one): text for one, text in more.items()}})


def shown_name(candidate: Candidate) -> str:
    """Return who a row is about, as a reader calls them."""
    return names.full_name(candidate.name) if candidate.is_person else candidate.organisation
