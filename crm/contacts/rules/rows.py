"""From the rows of a table to candidates: what a row says by where it stands in the list."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from crm.contacts.rules import organisations
from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.cell_text import day, is_group
from crm.contacts.rules.full_names import with_comma
from crm.contacts.rules.headings import second_people
from crm.contacts.rules.row_messages import Message, Problem
from crm.contacts.rules.row_reader import Row
from crm.contacts.rules.tables import Table
from crm.core import words
from crm.core.normalisation import fold
from crm.stakeholders import addresses, names
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import CROSSES, Field, Words, read_helix, read_language

_GIVEN = frozenset(words.read("contacts/first_names").below("hardly_surnames"))
_SAMPLE, _FEWEST = 2_000, 3
_MOST_WORDS = 6
# So many more rows have it behind the surname than before it.
_HARDLY_EVER = 20


def surname_stands_first(cells: Iterable[str]) -> bool:
    """Return whether a first name stands at the end of most names, and hardly ever in front."""
    # A name and another, without a comma: one word, or a sentence, says nothing of an order.
    told = [
        pieces
        for pieces in map(str.split, islice(cells, _SAMPLE))
        if 1 < len(pieces) <= _MOST_WORDS and not any("," in word for word in pieces)
    ]
    order = [(_is_given(pieces[0]), _is_given(_without_prefixes(pieces)[0][-1])) for pieces in told]
    in_front = Counter(
        pieces[0]
        for pieces, given in zip(told, order, strict=True)
        if given == (False, True) and not _is_title(pieces[0])
    )
    behind, before = in_front.total(), order.count((True, False))
    # "Juf Anna", "Juf Els": that is no surname.
    differ = len(in_front) >= _FEWEST and max(in_front.values()) * 2 <= behind
    # Names that we do not know, from elsewhere, say nothing either way: half must.
    is_usual = behind * 2 >= len(told) - before
    return differ and is_usual and before * _HARDLY_EVER <= behind


def with_comma_behind_surname(text: str) -> str:
    """Return a name of such a column as it is written elsewhere: "Vries, Jan de"; one by one."""
    pieces, prefixes = _without_prefixes(text.split())
    is_alone = len(pieces) < 2 or _is_title(pieces[0])  # noqa: PLR2004 - both names
    if is_alone or "," in text or (_is_given(pieces[0]) and not _is_given(pieces[-1])):
        return text
    pairs = enumerate(pairwise(pieces), start=1)
    given = (at for at, pair in pairs if _is_given(pair[1]) and not names.is_prefix(pair[0]))
    start = next(given, len(pieces) - 1)
    return f"{' '.join(pieces[:start])}, {' '.join([*pieces[start:], *prefixes])}"


def _is_given(word: str) -> bool:
    return not names.is_prefix(word) and fold(word.partition("-")[0]) in _GIVEN


def _is_title(word: str) -> bool:
    is_small = word[:1].islower() and "'" not in word and not names.is_prefix(word)
    return is_small or word.endswith(".") or names.knows_form_of_address(word)


def _without_prefixes(pieces: list[str]) -> tuple[list[str], list[str]]:
    """Return a name without prefixes at its end, and those: "Vries Jan" and "de"."""
    end = len(pieces)
    while end > 2 and names.is_prefix(pieces[end - 1]):  # noqa: PLR2004 - two names stay
        end -= 1
    return pieces[:end], pieces[end:]


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
        behind = (at for at, heading in enumerate(headings) if fold(heading) in _SURNAME_FIRST)
        self._surname_first = [at for at in behind if columns[at] is Field.FULL_NAME]
        # In a list that left Kring names stand as we wrote them.
        whole = [at for at, field in enumerate(columns) if field is Field.FULL_NAME]
        self._surname_shown_first = [
            at
            for at in ([] if self._is_return else whole)
            if at not in self._surname_first and surname_stands_first(row[at] for row in rows)
        ]
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
        for at in self._surname_first:
            typed = [*typed[:at], with_comma(typed[at]), *typed[at + 1 :]]
        for at in self._surname_shown_first:
            typed = [*typed[:at], with_comma_behind_surname(typed[at]), *typed[at + 1 :]]
        return typed

    def completed(self, found: Candidate, cells: Sequence[str]) -> Candidate:
        """Return what a row says with what the title above it says: a helix, an organisation."""
        if not self._has_helix and is_group(cells, self._width):
            self._helix = read_helix(" ".join(cells))
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
    table: Table, mapping: Mapping[str, Field | None], explained: Words = NOTHING
) -> Iterator[Candidate]:
    """
    Yield a candidate for each row; what titles above it and "idem" say is filled in.

    :param mapping: what each heading holds, None for nothing
    :param explained: what words mean that somebody was asked about
    """
    columns = [mapping.get(heading) for heading in table.headings]
    # Read twice: whether it is an organisation says what the rows below it are parted by.
    first = [read_row(0, cells, columns) for cells in table.rows[:1]]
    place = Place(table.headings, columns, first, table.rows)
    for number, typed in zip(table.numbers, table.rows, strict=True):
        cells = place.cells(typed)
        yield place.completed(read_row(number, cells, columns, explained), cells)


def read_row(
    number: int, cells: Sequence[str], columns: Sequence[Field | None], explained: Words = NOTHING
) -> Candidate:
    """
    Return what the cells of row `number` say, `columns` telling what each of them holds.

    Never fails: what cannot be used is said in the messages of the candidate.
    """
    row = Row(number, cells, columns)
    row.explain(explained)
    row.look_at_whole(cells, len(columns))
    name, organisation = row.name(), row.line(Field.ORGANISATION)
    if name.is_empty and not (organisation or row.line(Field.RECORD) or row.is_rejected):
        row.say(Problem.NO_NAME)
    if organisations.names_two(organisation) and not row.line(Field.RECORD):
        row.say(Problem.TWO_ORGANISATIONS, None, organisation)
    # What is said about the values comes in the order in which they are read here.
    return Candidate(
        row=number,
        name=name,
        organisation=organisation,
        helix=row.value(Field.HELIX, read_helix, Problem.UNKNOWN_HELIX),
        emails=row.emails(),
        phones=row.phones(),
        second_helix=row.value(Field.SECOND_HELIX, read_helix, Problem.UNKNOWN_HELIX),
        role=row.line(Field.ROLE),
        kind=row.line(Field.KIND),
        street=row.joined(Field.STREET),
        postcode=row.value(Field.POSTCODE, addresses.postcode, Problem.NOT_A_POSTCODE) or "",
        town=addresses.town(row.line(Field.TOWN)),
        area=row.line(Field.AREA),
        website=row.value(Field.WEBSITE, addresses.website, Problem.NOT_A_WEBSITE) or "",
        language=read_language(row.line(Field.LANGUAGE)),
        tags=row.tags(),
        consent_on=row.value(Field.CONSENT_DATE, day, Problem.IMPOSSIBLE_DATE),
        # Last: what stood around the name is only known once that was read.
        note=row.note(),
        record=row.line(Field.RECORD),
        code=row.line(Field.CODE),
        typed=row.typed() if row.line(Field.RECORD) else {},
        messages=row.messages,
    )
