"""What the register holds of those in a list, and what rows give to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from crm.contacts.rules.candidates import Candidate, Key, is_address_alone, keys, may_be_one
from crm.contacts.rules.choices import Reason
from crm.core.normalisation import fold
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import NAME_PARTS, Field
from crm.stakeholders.rules.round_trip import CellState
from crm.stakeholders.values import names
from crm.stakeholders.values.names import NameParts
from crm.stakeholders.values.phones import PhoneReading


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What becomes of a role: its words and its helix."""

    id: int
    role: str
    helix: Helix


@dataclass(frozen=True, slots=True)
class Additions:
    """What a row gives to a person that is known: what was empty or missing, or what differs."""

    name: Mapping[Field, str] = field(default_factory=dict)
    emails: tuple[str, ...] = ()
    phones: tuple[PhoneReading, ...] = ()
    tags: tuple[str, ...] = ()
    area: str = ""
    note: str = ""
    has_role: bool = False
    is_first_role: bool = False
    language: str = ""
    # What a role that they have becomes.
    role: RoleChange | None = None
    # Who overwrites means that the first address and number, which are used, become those given.
    goes_first: bool = False

    @property
    def fields(self) -> list[Field]:
        """The fields that get something, in the order in which a person is described."""
        others = {
            Field.LANGUAGE: self.language,
            Field.ROLE: self.has_role or self.role,
            Field.EMAIL: self.emails,
            Field.PHONE: self.phones,
            Field.AREA: self.area,
            Field.TAGS: self.tags,
            Field.NOTE: self.note,
        }
        return [*self.name, *(field for field, value in others.items() if value)]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row that differs from the register: here, in the list, and if it is taken."""

    field: Field
    old: str
    new: str
    is_taken: bool = False
    # What became of it in a list that left Kring and came back.
    state: CellState | None = None

    @property
    def is_added(self) -> bool:
        """Whether it comes beside what is there, as a second address does."""
        return self.state is None and self.field in {Field.EMAIL, Field.PHONE, Field.TAGS}


# The register cuts tags off here: two that only differ behind it are one.
LONGEST_TAG = 60
_ADDRESS = (Field.STREET, Field.POSTCODE, Field.TOWN)
_TEXTS = (Field.AREA, Field.NOTE, Field.LANGUAGE)


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
    # Texts that a row may replace, by field, and folded organisation → the role there.
    shown: dict[Field, str] = field(default_factory=dict)
    roles: dict[str, RoleChange] = field(default_factory=dict)

    def take(
        self, candidate: Candidate, emails: tuple[str, ...], *, overwrites: bool = False
    ) -> Additions:
        """
        Return what `candidate` gives, of its addresses only `emails`, which nobody has yet.

        :param overwrites: whether it replaces what differs; it never takes anything away
        """
        # What rows above gave counts as there: two rows of a list never add the same.
        is_new_role = self._is_new_role(candidate)
        added = Additions(
            name=self._missing_name(candidate.name),
            emails=emails,
            phones=tuple(phone for phone in candidate.phones if phone.number not in self.phones),
            tags=new_tags(candidate.tags, self.tags),
            area="" if self.has_area else candidate.area,
            note="" if self.has_note else candidate.note,
            has_role=is_new_role,
            is_first_role=is_new_role and not self.has_role,
        )
        if overwrites:
            added = self._overwriting(added, candidate)
        self.name = named(self.name, added.name)
        self.phones |= {phone.number for phone in added.phones}
        self.organisations |= {fold(candidate.organisation)}
        self.has_role |= added.has_role
        self.has_area |= bool(added.area)
        self.has_note |= bool(added.note)
        self.shown |= {field: text for field in _TEXTS if (text := getattr(added, field))}
        if added.role is not None:
            self.roles[fold(candidate.organisation)] = added.role
        return added

    @property
    def brief(self) -> str:
        """What there is to know them by, beside the name."""
        told = map(self.shown.get, (Field.ORGANISATION, Field.EMAIL, Field.PHONE))
        return " · ".join(text for text in told if text)

    def differences(self, candidate: Candidate, emails: tuple[str, ...]) -> list[Cell]:
        """Return each value of a row that this person does not have so, with what they have."""
        given = {part: getattr(candidate.name, part) for part in NAME_PARTS}
        given |= {field: getattr(candidate, field) for field in _TEXTS}
        own = {part: getattr(self.name, part) for part in NAME_PARTS} | self.shown
        # Of lists only what is not here is shown, beside all that is.
        phones = [phone.kept for phone in candidate.phones if phone.number not in self.phones]
        tags = [tag for tag in candidate.tags if fold(tag[:LONGEST_TAG]) not in self.tags]
        lists = {Field.EMAIL: emails, Field.PHONE: phones, Field.TAGS: tags}
        given |= {field: "; ".join(texts) for field, texts in lists.items()}
        cells = [
            Cell(field, own.get(field, ""), text)
            for field, text in given.items()
            if text and (field in lists or text != own.get(field, ""))
        ]
        if role := self._changed_role(candidate):
            own_role = self.roles[fold(candidate.organisation)].role
            cells.append(Cell(Field.ROLE, own_role, role.role))
        elif self._is_new_role(candidate):
            new = ", ".join(filter(None, (candidate.role, candidate.organisation)))
            cells.append(Cell(Field.ROLE, "", new))
        return cells

    def _overwriting(self, added: Additions, candidate: Candidate) -> Additions:
        """Return the additions with everything that differs."""
        given = {part: getattr(candidate.name, part) for part in NAME_PARTS}
        name = {key: new for key, new in given.items() if new not in {"", getattr(self.name, key)}}
        # What is the same is no change: the row then counts as known.
        texts = {field: getattr(candidate, field) for field in _TEXTS}
        new: dict[str, Any] = {
            key: "" if text == self.shown.get(key) else text for key, text in texts.items()
        }
        role = self._changed_role(candidate)
        return replace(added, name=name, **new, role=role, goes_first=True)

    def _changed_role(self, candidate: Candidate) -> RoleChange | None:
        """Return what the role at the organisation of the row becomes, if it becomes another."""
        own = self.roles.get(fold(candidate.organisation))
        if own is None or not candidate.role or candidate.role == own.role:
            return None
        return replace(own, role=candidate.role)

    def _is_new_role(self, candidate: Candidate) -> bool:
        if organisation := fold(candidate.organisation):
            return organisation not in self.organisations
        # A role at nowhere in particular says nothing of somebody who has one somewhere.
        return bool(candidate.role or candidate.helix) and not self.has_role

    def _missing_name(self, given: NameParts) -> dict[Field, str]:
        """Return the parts to fill in, if that leaves unchanged what the person is called."""
        for part in (Field.FIRST_NAME, Field.SURNAME):
            own, theirs = fold(getattr(self.name, part)), fold(getattr(given, part))
            # The row may be about somebody else at one address.
            if own and theirs and own != theirs:
                return {}
        found = {part: getattr(given, part) for part in NAME_PARTS if not getattr(self.name, part)}
        more = {part: text for part, text in found.items() if text}
        # Who is called otherwise would not be known again by a list that has the shorter name.
        called = names.full_name(self.name)
        return more if more and names.full_name(named(self.name, more)) == called else {}


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
    shown: dict[Field, str] = field(default_factory=dict)
    # Row → what it gives.
    sources: dict[int, dict[Field, str]] = field(default_factory=dict)

    def credit(self, row: int, fields: Iterable[Field], details: Mapping[Field, str]) -> None:
        """Remember that row `row` gave these fields."""
        if found := {field: details[field] for field in fields if details.get(field)}:
            self.sources.setdefault(row, {}).update(found)

    def take(
        self, details: Mapping[Field, str], tags: Iterable[str] = (), *, overwrites: bool = False
    ) -> list[Field]:
        """Keep what is missing here, or else what differs, and return what gets something."""
        # A street beside the postcode of somewhere else would be no address: all or nothing.
        is_filled = self.filled | ({*_ADDRESS} if self.filled & {*_ADDRESS} else set())
        told = self._different(details) if overwrites else self._told(details)
        new = {key: text for key, text in told.items() if overwrites or key not in is_filled}
        words = new_tags(tags, self.tags)
        self.added.update(new)
        self.added_tags.extend(words)
        self.filled.update(new)
        self.shown.update(new)
        return [*new, *([Field.TAGS] if words else [])]

    def differences(self, details: Mapping[Field, str], tags: Iterable[str]) -> list[Cell]:
        """Return each value of a row that this organisation does not have so."""
        found = self._different(details).items()
        cells = [Cell(field, self.shown.get(field, ""), text) for field, text in found]
        words = [tag for tag in tags if fold(tag[:LONGEST_TAG]) not in self.tags]
        return [*cells, Cell(Field.TAGS, "", "; ".join(words))] if words else cells

    def _different(self, details: Mapping[Field, str]) -> dict[Field, str]:
        told = self._told(details).items()
        return {field: text for field, text in told if text != self.shown.get(field, "")}

    def _told(self, details: Mapping[Field, str]) -> dict[Field, str]:
        """Return the details that say something; a second helix is another than the first."""
        first = {Field.SECOND_HELIX: next(iter(self.helixes), None)}
        return {key: text for key, text in details.items() if text and text != first.get(key)}


class Match(NamedTuple):
    """The person of the register that a row is about (none for an organisation), and why."""

    person_id: int | None
    reason: Reason


@dataclass(slots=True)
class Register:
    """
    The part of the register that the rows of a list could mean.

    :ivar alike: row → whom it may mean, where nothing says so for certain
    :ivar cells: number → the cells as a file has them, for a list that came back
    """

    persons: dict[int, KnownPerson] = field(default_factory=dict)
    keys: dict[Key, int] = field(default_factory=dict)
    organisations: dict[str, KnownOrganisation] = field(default_factory=dict)
    alike: dict[int, Match] = field(default_factory=dict)
    cells: dict[str, dict[Field, str]] = field(default_factory=dict)

    def match(self, candidate: Candidate) -> Match | None:
        """Return who or what the row is about, or may be about, if the register knows them."""
        if candidate.is_returned:
            return Match(candidate.record_id, Reason.RECORD)
        if not candidate.is_person:
            known = self.organisations.get(fold(candidate.organisation))
            has_id = known is not None and known.id is not None
            return Match(None, Reason.ORGANISATION) if has_id else None
        shared: Match | None = None
        for key in filter(self.keys.__contains__, keys(candidate)):
            person = self.persons[self.keys[key]]
            # The keys go from the surest down, so a shared address only counts if no other holds.
            if is_address_alone(key) and not may_be_one(person.name, candidate.name):
                shared = shared or Match(person.id, Reason.SHARED_EMAIL)
                continue
            kind = "name_and_organisation" if key[0] == "name" and key[2] else key[0]
            return Match(person.id, Reason(kind))
        return self.alike.get(candidate.row) or shared

    def organisation(self, candidate: Candidate) -> KnownOrganisation | None:
        """Return the organisation that a row names, which may be new; none if it names none."""
        key = fold(candidate.organisation)
        if not key:
            return None
        found = self.organisations.setdefault(key, KnownOrganisation(candidate.organisation))
        if found.id is None and not found.sources:
            found.credit(candidate.row, [Field.ORGANISATION], {Field.ORGANISATION: found.name})
        # The first row that says a helix decides it; a later one that differs is a reason given.
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
    parts: dict[str, Any] = {part.value: text for part, text in more.items()}
    return replace(name, **parts)
