"""From the rows of a table to candidates: what a row says by its cells, and by where it stands."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from crm.contacts.rules import cell_text, full_names, organisations
from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.cell_splitter import part
from crm.contacts.rules.headings import second_people
from crm.contacts.rules.row_messages import Message, Problem
from crm.core import words
from crm.core.cleaning import clean_line, clean_lines
from crm.core.errors import Invalid
from crm.core.formulas import as_it_left, is_formula
from crm.core.normalisation import fold
from crm.intake.reading.encodings import mended
from crm.intake.reading.tables import Table
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import (
    CROSSES,
    NAMES,
    PERSONAL,
    Field,
    Words,
    meant_helix,
    read_helix,
)
from crm.stakeholders.rules.round_trip import FIELDS, kind_of, left_so
from crm.stakeholders.values import addresses, languages, names, phones
from crm.stakeholders.values.names import NameParts
from crm.stakeholders.values.phones import PhoneReading, Readability

Value = TypeVar("Value")

LONGEST_NAME = 200
_CALLED = frozenset({Field.FULL_NAME, Field.ORGANISATION, Field.FIRST_NAME, Field.SURNAME})
# A dash in one of these says that there is nothing.
_WORDS = frozenset(
    {*NAMES, Field.ROLE, Field.STREET, Field.POSTCODE, Field.TOWN, Field.AREA, Field.WEBSITE}
)
_MAY_BE_NOTHING = frozenset(
    {Field.ROLE, Field.STREET, Field.POSTCODE, Field.TOWN, Field.WEBSITE, Field.CONSENT_DATE}
)
_REMEMBERED = 8_192
_QUOTED = re.compile(r"[\"\u201c\u201e]([^\"\u201c\u201d\u201e]+)[\"\u201d]")
_PHONE_PROBLEMS = {
    Readability.ZERO_PUT_BACK: Problem.ZERO_PUT_BACK,
    Readability.MANGLED: Problem.PHONE_MANGLED,
    Readability.UNREADABLE: Problem.PHONE_UNREADABLE,
}


# Many rows have the same organisation, role or town, and a row is asked for a cell more than once.
@lru_cache(_REMEMBERED)
def _line(field: Field, cell: str) -> str:
    """Return a cell on one line; words that say that there is nothing are nothing."""
    text = clean_line(cell)
    if field in PERSONAL and not text.isascii():
        # "Fleur Jansen" for "🌻 Fleur Jansen".
        text = " ".join(cell_text.PICTURES.sub(" ", text).split())
    if field is Field.ORGANISATION and (quoted := _QUOTED.fullmatch(text)):
        text = quoted[1]
    is_none = field in _WORDS and not any(map(str.isalnum, text))
    is_none = is_none or (field in _CALLED and fold(text) in full_names.NOBODY)
    is_none = is_none or (field in _MAY_BE_NOTHING and fold(text) in cell_text.NOTHING)
    return "" if is_none else text


class Row:
    """The cells of one row by field, and what was found to say about them."""

    def __init__(self, number: int, cells: Sequence[str], columns: Sequence[Field | None]) -> None:
        self._number = number
        self._columns = columns
        self._cells: dict[Field, list[str]] = {}
        self._escaped: set[str] = set()
        self._errors: list[Message] = []
        self._warnings: list[Message] = []
        self._remarks: list[str] = []
        for field, cell in zip(columns, cells, strict=False):
            if field is not None and cell:
                # Asked for its first sign here: of half a million cells hardly any is escaped.
                own = as_it_left(cell) if cell[0] == "'" else cell
                # A name that left so is a name, however much it looks like a formula.
                self._escaped |= {own} if own != cell else set()
                self._cells.setdefault(field, []).append(own)
        # In a list that left Kring each cell holds what its heading says, and nothing else.
        if Field.RECORD not in self._cells:
            self._remarks = part(self._cells)

    def explain(self, explained: Words) -> None:
        """Put what a word means in its place; what means nothing is no cell any more."""
        for field, meanings in explained.items():
            for cell in self._cells.get(field, ())[:1]:
                meaning = meanings.get(fold(cell))
                if meaning is not None:
                    self._cells[field] = [meaning] if meaning else []

    @property
    def is_rejected(self) -> bool:
        """Whether something is said already that rejects it."""
        return bool(self._errors)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The errors; only a row that is taken has warnings about values that are left out."""
        return tuple(self._errors or self._warnings)

    def say(self, problem: Problem, field: Field | None = None, raw: str = "") -> None:
        """Say something about the row, or about one field of it."""
        message = Message(self._number, problem, field, raw)
        (self._errors if message.is_error else self._warnings).append(message)

    def look_at_whole(self, cells: Sequence[str], width: int) -> None:
        """Say what a row is that is about nobody, and what stands behind the last heading."""
        # A number where a name is asked is said to be none, unless words say that it counts.
        is_counted = cell_text.is_total(cells) and (
            any(map(str.isalpha, "".join(cells))) or not any(map(self.line, PERSONAL))
        )
        is_remark = cell_text.is_remark(cells, width) or cell_text.is_group(cells, width)
        if is_counted or is_remark:
            remark = Problem.SECTION if cell_text.is_group(cells, width) else Problem.REMARK
            problem = Problem.TOTAL if is_counted else remark
            self.say(problem, None, " ".join(filter(None, cells)))
        if len(cells) > width:
            self.say(Problem.MORE_CELLS, None, " | ".join(cells[width:]))

    def line(self, field: Field) -> str:
        """Return the text of a field on one line; a name that is none but signs is nothing."""
        if not (found := self._cells.get(field)):
            return ""
        if Field.RECORD in self._cells:  # as it is called here, whatever that is
            text = clean_line(found[0])
            return text if any(map(str.isalnum, text)) or field not in NAMES else ""
        # Long texts are not remembered: eight thousand of them would fill the memory.
        is_long = len(found[0]) > LONGEST_NAME
        return _line.__wrapped__(field, found[0]) if is_long else _line(field, found[0])

    def joined(self, field: Field) -> str:
        """Return the texts of all columns of a field on one line: a street and its number."""
        return " ".join(self._telling(map(clean_line, self._cells.get(field, ()))))

    def typed(self) -> dict[Field, str]:
        """Return every cell as it was typed, also where it is empty."""
        own, cells = FIELDS[kind_of(self.line(Field.RECORD))], self._cells
        return {key: "; ".join(cells.get(key, ())) for key in self._columns if key in own}

    def note(self) -> str:
        """Return the notes, and what stood around the name."""
        texts = [*self._cells.get(Field.NOTE, []), *self._remarks]
        return "\n".join(filter(None, map(clean_lines, texts)))

    def split(self, field: Field, between: re.Pattern[str]) -> list[str]:
        """Return the values in all columns and cells of a field, each once."""
        cells = self._cells.get(field, ())
        pieces = (clean_line(piece) for cell in cells for piece in between.split(cell))
        return list(dict.fromkeys(self._telling(pieces)))

    @staticmethod
    def _telling(texts: Iterable[str]) -> Iterator[str]:
        filled = (text for text in texts if any(map(str.isalnum, text)))
        return (text for text in filled if fold(text) not in cell_text.NOTHING)

    def tags(self) -> tuple[str, ...]:
        """Return the tags; Google puts a star before the groups that everybody is in."""
        found = self.split(Field.TAGS, cell_text.TAGS)
        bare = (tag.strip("\"'[]").removeprefix("#") for tag in found)
        return tuple(tag for tag in bare if not tag.startswith("* "))

    def value(self, field: Field, read: Callable[[str], Value], problem: Problem) -> Value | None:
        """Return what `read` makes of a field; what it refuses is said and left out."""
        text = self.line(field)
        try:
            return read(text) if text else None
        except (ValueError, Invalid):
            self.say(problem, field, text)
            return None

    def name(self) -> NameParts:
        """Return the name, after looking at every name as it was typed."""
        self._look_at_typed()
        cells = {field.value: self.line(field) for field in PERSONAL if field in self._cells}
        typed = " ".join(cells.values()).strip()
        if not self._errors and full_names.is_no_name(typed):
            self.say(Problem.NAME_IS_NUMBER, None, typed)
        if self._errors:
            return NameParts(surname=self.line(Field.SURNAME) or self.line(Field.FULL_NAME))
        whole = cells.pop(Field.FULL_NAME, "")
        parts = NameParts(
            **cells,
            name_use=names.name_use(self.line(Field.NAME_USE)),
            form_of_address=names.form_of_address(self.line(Field.FORM_OF_ADDRESS)),
        )
        if whole:
            found = self._whole(whole, parts)
        else:
            found = names.propose(full_names.with_prefix_once(parts))
        called = f"{found.first_name} {found.surname}"
        is_ours = bool(self.line(Field.RECORD))
        if full_names.is_address(found) and not is_ours:
            self._cells.setdefault(Field.EMAIL, []).append(found.first_name or found.surname)
            return NameParts()
        if not is_ours and any(word[0].isdigit() for word in called.split()):
            self.say(Problem.NUMBER_IN_NAME, None, typed)
        return found

    def _look_at_typed(self) -> None:
        number, code = self.line(Field.RECORD), self.line(Field.CODE)
        for field in NAMES:
            for typed in self._cells.get(field, ()):
                is_name = typed in self._escaped or full_names.is_long_number(typed)
                may_be_formula = not is_name and is_formula(typed)
                # A name that left Kring like this is how somebody is called here.
                if may_be_formula and not (number and left_so(number, code, field, typed)):
                    self.say(Problem.FORMULA, field, typed)
                elif len(typed) > LONGEST_NAME:
                    self.say(Problem.NAME_TOO_LONG, field, typed[:LONGEST_NAME])

    def _whole(self, whole: str, beside: NameParts) -> NameParts:
        """Return what a whole name says; parts of it may have columns of their own."""
        owner = full_names.owner_of_device(whole)
        if owner is not None:
            problem = Problem.OWNER_OF_DEVICE if owner else Problem.DEVICE
            self.say(problem, Field.FULL_NAME, whole)
        whole = owner or whole
        if full_names.names_two(whole):
            self.say(Problem.TWO_PEOPLE, None, whole)
        has_parts = any((beside.initials, beside.first_name, beside.prefix))
        if has_parts and " " not in whole:
            is_same = fold(whole) == fold(beside.first_name)
            return names.propose(replace(beside, surname="" if is_same else whole))
        called, remark = full_names.taken_apart(whole, beside.form_of_address)
        remarks = remark.split("; ") if remark else []
        self._remarks.append("; ".join(said for said in remarks if not self._placed(said)))
        if not has_parts:
            return called
        tidy = names.propose(replace(beside, surname=""))
        initials, prefix = called.initials or tidy.initials, called.prefix or tidy.prefix
        first_name = tidy.first_name or called.first_name
        return replace(called, initials=initials, first_name=first_name, prefix=prefix)

    def _placed(self, remark: str) -> bool:
        """Return whether what stood behind a name is where somebody works, or what they do."""
        told = zip((Field.ORGANISATION, Field.ROLE), organisations.behind_name(remark), strict=True)
        new = {field: [text] for field, text in told if text}
        if any(fold(self.line(field)) not in {"", fold(new[field][0])} for field in new):
            return False
        if fold(remark) == fold(self.line(Field.ORGANISATION)):
            return True
        self._cells.update(new)
        return bool(new)

    def emails(self) -> tuple[str, ...]:
        """Return the addresses, each once; what is none is said."""
        read: dict[str, str] = {}
        split = self.split(Field.EMAIL, cell_text.ADDRESSES)
        for text in (email for piece in split for email in cell_text.emails_in(piece)):
            # Numbers are read after the addresses, so it is found among them.
            if full_names.is_long_number(text):
                self._cells.setdefault(Field.PHONE, []).append(text)
                continue
            try:
                address = cell_text.email_in(text)
            except addresses.NotAnEmail:
                self.say(Problem.NOT_AN_EMAIL, Field.EMAIL, text)
            else:
                read.setdefault(addresses.email_key(address), address)
        return tuple(read.values())

    def phones(self, region: str) -> tuple[PhoneReading, ...]:
        """
        Return the numbers, each once; what is none, or was mended, is said.

        :param region: of which country the list says that they are
        """
        cells = self.split(Field.PHONE, cell_text.NUMBERS)
        # Where nothing says the country, it is that in which the addresses end.
        written = (text.rstrip(" >;.").lower() for text in self._cells.get(Field.EMAIL, ()))
        ending = phones.region_of({text.rpartition(".")[2] for text in written})
        region = phones.region_called(self.line(Field.COUNTRY)) or region or ending
        numbers = (number for text in cells for number in cell_text.numbers_in(text))
        read = [phones.read_by(number, region) for number in numbers]
        for reading in read:
            if problem := _PHONE_PROBLEMS.get(reading.outcome):
                self.say(problem, Field.PHONE, reading.raw)
        return tuple({reading.number: reading for reading in read if reading.number}.values())


_WORDS_FOR_SAME = words.read("contacts/cells").below("cells.same")
_SIGNS_FOR_SAME = ('"', "''", ",,", "\u201c", "\u201d", "\u201e", "\u3003")
_SAME = frozenset(_SIGNS_FOR_SAME).union(
    *((word, word.capitalize(), word.upper()) for word in _WORDS_FOR_SAME)
)
_HELIXES = frozenset({Field.HELIX, *CROSSES})
_ORGANISATIONS = frozenset(
    {Field.ORGANISATION, Field.ORGANISATION_ROLE, Field.ROLE_ORGANISATION, Field.RECORD}
)
_SURNAME_FIRST = frozenset(words.read("contacts/headings").below("parts.surname_first"))


class Place:
    """Where in a list a row stands; it is asked about the rows in their order."""

    def __init__(
        self,
        headings: Sequence[str],
        columns: Sequence[Field | None],
        first: Sequence[Candidate],
        rows: Sequence[Sequence[str]] = (),
    ) -> None:
        """Begin at the top of a list, whose first row says `first`."""
        self._width = len(columns)
        self._above: Sequence[str] = ()
        self._helix: Helix | None = None
        self._organisation = ""
        self._is_return = Field.RECORD in columns
        self._has_helix = not _HELIXES.isdisjoint(columns)
        # Where no column has organisations and the first row is one, it is that of those below.
        is_place = any(row.organisation and not row.is_person for row in first)
        self._is_parted = is_place and _ORGANISATIONS.isdisjoint(columns)
        # Columns in which surnames stand first, each with whether that is said.
        self._surname_first: dict[int, bool] = {}
        for at, field in enumerate(columns):
            if field in {Field.SURNAME_FIRST, Field.FULL_NAME}:
                is_said = field is Field.SURNAME_FIRST or fold(headings[at]) in _SURNAME_FIRST
                # In a list that left Kring names stand as we wrote them.
                is_open = not (is_said or self._is_return)
                if is_said or (
                    is_open and full_names.surname_stands_first(row[at] for row in rows)
                ):
                    self._surname_first[at] = is_said
        others = second_people(headings, dict(zip(headings, columns, strict=True)))
        self._seconds = [at for at, heading in enumerate(headings) if heading in others]

    def cells(self, typed: Sequence[str]) -> Sequence[str]:
        """Return the cells of the next row, those of the row above where they say "idem"."""
        if not (self._is_return or _SAME.isdisjoint(typed)):
            typed = [
                self._above[at] if cell in _SAME and at < len(self._above) else cell
                for at, cell in enumerate(typed)
            ]
        # With what "idem" stood for, as the row below may say it too.
        self._above = typed
        # Where the heading says that surnames stand first, or all names show it.
        for at, is_said in self._surname_first.items():
            named = full_names.with_comma_behind_surname(typed[at], is_said=is_said)
            typed = [*typed[:at], named, *typed[at + 1 :]]
        return typed

    def completed(self, found: Candidate, cells: Sequence[str]) -> Candidate:
        """Return what a row says with what the title above it says: a helix, an organisation."""
        if not self._has_helix and cell_text.is_group(cells, self._width):
            self._helix = meant_helix(" ".join(cells))
        if self._is_parted and self._width > 1 and sum(map(bool, cells)) == 1:
            self._organisation = "" if found.is_person else found.organisation
        others = [cells[at] for at in self._seconds if any(map(str.isalnum, cells[at]))]
        if not (self._helix or self._organisation or others) or found.is_rejected:
            return found
        said = (Message(found.row, Problem.TWO_PEOPLE, None, other) for other in others)
        return replace(
            found,
            helix=self._helix or found.helix,
            organisation=found.organisation or self._organisation,
            messages=(*found.messages, *said),
        )


NOTHING: Words = {}


def read_rows(
    table: Table, mapping: Mapping[str, Field | None], explained: Words = NOTHING, region: str = ""
) -> Iterator[Candidate]:
    """
    Yield a candidate for each row; what titles above it and "idem" say is filled in.

    :param mapping: what each heading holds, None for nothing
    :param explained: what words mean that somebody was asked about
    :param region: of which country numbers without a code are, where a row does not say it
    """
    columns = [mapping.get(heading) for heading in table.headings]
    # Read twice: whether it is an organisation says what the rows below it are parted by.
    first = [read_row(0, cells, columns) for cells in table.rows[:1]]
    place = Place(table.headings, columns, first, table.rows)
    columns = [Field.FULL_NAME if held is Field.SURNAME_FIRST else held for held in columns]
    for number, typed in zip(table.numbers, table.rows, strict=True):
        cells = place.cells(typed)
        yield place.completed(read_row(number, cells, columns, explained, region), cells)


def read_row(
    number: int,
    cells: Sequence[str],
    columns: Sequence[Field | None],
    explained: Words = NOTHING,
    region: str = "",
) -> Candidate:
    """
    Return what the cells of row `number` say, `columns` telling what each of them holds.

    Never fails: what cannot be used is said in the messages of the candidate.
    """
    # A list that left Kring comes back as it is here.
    typed, is_ours = cells, Field.RECORD in columns
    cells = typed if is_ours else list(map(mended, typed))
    row = Row(number, cells, columns)
    if strange := [cell for cell, meant in zip(typed, cells, strict=True) if cell != meant]:
        row.say(Problem.WRITTEN_TWICE, None, " | ".join(strange))
    row.explain(explained)
    row.look_at_whole(cells, len(columns))
    name, organisation = row.name(), row.line(Field.ORGANISATION)
    # What is said about the values comes in the order in which they are read here.
    helix = row.value(Field.HELIX, read_helix, Problem.UNKNOWN_HELIX)
    emails = row.emails()
    if name.is_empty and not (organisation or row.line(Field.RECORD) or row.is_rejected):
        row.say(Problem.ADDRESS_ALONE if emails else Problem.NO_NAME)
    if organisations.names_two(organisation) and not row.line(Field.RECORD):
        row.say(Problem.TWO_ORGANISATIONS, None, organisation)
    return Candidate(
        row=number,
        name=name,
        organisation=organisation,
        helix=helix,
        emails=emails,
        phones=row.phones(region),
        second_helix=row.value(Field.SECOND_HELIX, read_helix, Problem.UNKNOWN_HELIX),
        role=row.line(Field.ROLE),
        kind=row.line(Field.KIND),
        street=row.joined(Field.STREET),
        postcode=row.value(Field.POSTCODE, addresses.postcode, Problem.NOT_A_POSTCODE) or "",
        town=addresses.town(row.line(Field.TOWN)),
        area=row.line(Field.AREA),
        website=row.value(Field.WEBSITE, addresses.website, Problem.NOT_A_WEBSITE) or "",
        language=languages.meant(row.line(Field.LANGUAGE)),
        tags=row.tags(),
        consent_on=row.value(Field.CONSENT_DATE, cell_text.day, Problem.IMPOSSIBLE_DATE),
        # Last: what stood around the name is only known once that was read.
        note=row.note(),
        record=row.line(Field.RECORD),
        code=row.line(Field.CODE),
        typed=row.typed() if row.line(Field.RECORD) else {},
        messages=row.messages,
    )
