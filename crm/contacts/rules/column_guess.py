"""What columns hold by the values in them, where their heading does not say it."""

import re
from collections.abc import Callable, Iterator, Mapping

from crm.contacts.rules.cell_text import is_crossed, is_left_open
from crm.contacts.rules.full_names import address_behind, is_long_number
from crm.contacts.rules.headings import field_of, mapping_for, second_people
from crm.contacts.rules.organisations import is_role, names_organisation
from crm.core import words
from crm.core.normalisation import fold
from crm.intake.reading.tables import Table
from crm.stakeholders.rules.columns import CROSSES, PERSONAL, Field, meant_helix
from crm.stakeholders.rules.round_trip import meant_by
from crm.stakeholders.values import names

_LISTS = words.read("contacts/headings")
_KINDS, _TITLES, _STAKEHOLDERS, _BARE_NAMES, _CONTACTS, _USER_NAMES, _MOMENTS = (
    frozenset(_LISTS.below(f"values.{name}"))
    for name in ("kinds", "titles", "stakeholders", "names", "contacts", "user_names", "moments")
)
_TWO_NAMES = re.compile(
    r"[A-Z\u00c0-\u017f][\w.'\u2019-]*(?: [\w.'\u2019-]+){0,3} [A-Z\u00c0-\u017f][\w'\u2019-]+"
)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.\w{2,}")
_OF_ORGANISATIONS = frozenset(
    {Field.ORGANISATION, Field.ORGANISATION_ROLE, Field.ROLE_ORGANISATION, Field.SORT}
)
_NAMES = frozenset(PERSONAL) - {Field.FULL_NAME}
_SOME, _PART, _MOST = 0.3, 0.6, 0.8
_MOST_WORDS, _FEWEST_CROSSED, _FEW = 4, 2, 20
# So many rows say what a column holds; a list of fifty thousand is not read for that.
_SAMPLE = 1_000
Columns = dict[str, Field | None]
Holds = Callable[[str, Field | None, list[str]], bool]
"""Whether a column may hold a field: by its heading, what it holds by that, and filled cells."""


def by_values(table: Table, columns: Mapping[str, Field | None]) -> Columns:
    """Return what the columns hold, after looking at their values."""
    # "Soort" above "overheid" and "onderzoek" is the helix; addresses written as
    # "Anna Bos <anna@kring.example>" are the names too where no other column has those.
    found = dict(columns)
    _take_crosses(table, found)
    if Field.HELIX not in found.values():
        _take_first(table, found, Field.HELIX, _holds_helixes)
    for at, heading in enumerate(table.headings):
        if found[heading] is Field.ORGANISATION and _are_crosses(table, at):
            found[heading] = None
    # Nothing is guessed of a list that left Kring: its headings are ours.
    if Field.RECORD not in found.values():
        _take_contacts(table, found)
        _take_names(table, found)
        _take_titles(table, found)
        if Field.EMAIL not in found.values():
            _take_first(table, found, Field.EMAIL, _holds_addresses)
        if Field.ORGANISATION not in found.values():
            _take_first(table, found, Field.ORGANISATION, _holds_stakeholders)
    return found


def names_of_nobody(table: Table, columns: Columns) -> Columns:
    """Return what columns hold instead that seem to hold whole names: addresses, or user names."""
    is_form = any(key.endswith("?") or fold(key) in _MOMENTS for key in table.headings)
    has_email = Field.EMAIL in columns.values()
    found: Columns = {}
    for at, heading in enumerate(table.headings):
        cells = list(_cells(table, at))
        if fold(heading) in _USER_NAMES:
            # In the answers to a form it is the address that somebody signed in with.
            is_email = is_form and not has_email and _are_addresses(cells)
            if is_email or not any(" " in cell for cell in cells):
                found[heading] = Field.EMAIL if is_email else None
        elif field_of(heading) is Field.FULL_NAME and _are_addresses(cells):
            is_email = not has_email or {*columns.values()}.isdisjoint(_NAMES)
            found[heading] = Field.EMAIL if is_email else None
    return found


def _take_names(table: Table, columns: Columns) -> None:
    """Take a column with names where no other has those, or not those of every row."""
    fields = set(columns.values())
    if fields.isdisjoint(PERSONAL):
        for holds in (_holds_names, _holds_titles_that_are_names):
            if Field.FULL_NAME not in columns.values():
                _take_first(table, columns, Field.FULL_NAME, holds)
    elif Field.SURNAME in fields and Field.FULL_NAME not in fields:
        parts = (Field.FIRST_NAME, Field.INITIALS, Field.SURNAME)
        named = [at for at, heading in enumerate(table.headings) if columns[heading] in parts]
        blank = [row for row in table.rows if not any(row[at] for at in named)]
        for at, heading in enumerate(table.headings):
            is_whole = columns[heading] is None and field_of(heading) is Field.FULL_NAME
            if is_whole and any(row[at] for row in blank):
                columns[heading] = Field.FULL_NAME
                return


def _take_contacts(table: Table, columns: Columns) -> None:
    """Take "Naam" for organisations where "Contactpersoon" beside it has the people."""
    contacts = (key for key, held in columns.items() if fold(key) in _CONTACTS and not held)
    contact = next(contacts, None)
    fields = [held for held in columns.values() if held in {*PERSONAL, *_OF_ORGANISATIONS}]
    whole = next((key for key, held in columns.items() if held is Field.FULL_NAME), "")
    if contact is None or fields != [Field.FULL_NAME] or fold(whole) not in _BARE_NAMES:
        return
    cells = list(_cells(table, table.headings.index(whole)))
    organisations = sum(names_organisation(cell) or " " not in cell for cell in cells)
    if organisations >= _SOME * len(cells):
        columns.update({whole: Field.ORGANISATION, contact: Field.FULL_NAME})


def _take_titles(table: Table, columns: Columns) -> None:
    """Take titles that are what people do for that: "Title" above "Director"."""
    for at, heading in enumerate(table.headings):
        if columns[heading] in {None, Field.FORM_OF_ADDRESS}:
            cells = list(map(fold, _cells(table, at)))
            known = sum(map(names.knows_form_of_address, cells))
            if fold(heading) in _TITLES and cells and known * 2 < len(cells):
                columns[heading] = None if Field.ROLE in columns.values() else Field.ROLE


def _take_crosses(table: Table, columns: Columns) -> None:
    """Take columns with crosses, each below the name of a helix, for what they are."""
    fields = {helix: field for field, helix in CROSSES.items()}
    found: dict[str, Field] = {}
    for at, heading in enumerate(table.headings):
        helix = meant_helix(heading)
        if helix and _may_be_crosses(table, at) and fields[helix] not in found.values():
            found[heading] = fields[helix]
    is_any = any(_are_crosses(table, table.headings.index(heading)) for heading in found)
    if is_any and len(found) >= _FEWEST_CROSSED:
        columns.update(found)


def _may_be_crosses(table: Table, at: int) -> bool:
    return all(is_crossed(cell) or is_left_open(cell) for cell in _cells(table, at))


def _are_crosses(table: Table, at: int) -> bool:
    return any(_cells(table, at)) and _may_be_crosses(table, at)


def _take_first(table: Table, columns: Columns, field: Field, holds: Holds) -> None:
    for at, heading in enumerate(table.headings):
        if holds(heading, columns[heading], list(_cells(table, at))):
            columns[heading] = field
            return


def _cells(table: Table, at: int) -> Iterator[str]:
    return (row[at] for row in table.rows[:_SAMPLE] if row[at])


def _holds_helixes(heading: str, field: Field | None, cells: list[str]) -> bool:
    if field not in {None, Field.TAGS}:
        return False
    meant = list(filter(None, map(meant_helix, cells)))
    known = len(meant)
    if field is None and known == len(cells):
        return len(set(meant)) > 1
    named = fold(heading).split()
    is_kind = len(named) <= _MOST_WORDS and not _KINDS.isdisjoint(named)
    return is_kind and len(set(cells)) <= _FEW and known > 0 and known >= _PART * len(cells)


def _holds_titles_that_are_names(heading: str, _field: Field | None, cells: list[str]) -> bool:
    """Return whether titles are names of people, as where the title of an item is its name."""
    named = sum(bool(_TWO_NAMES.fullmatch(cell)) and not is_role(cell) for cell in cells)
    return fold(heading) in _TITLES and named > 0 and named >= _MOST * len(cells)


def _are_addresses(cells: list[str]) -> bool:
    addresses = sum(bool(_ADDRESS.fullmatch(cell)) for cell in cells)
    return addresses > 0 and addresses >= _PART * len(cells)


def _holds_addresses(heading: str, field: Field | None, cells: list[str]) -> bool:
    """Return whether cells are addresses, or each of them an address, a number or both."""
    is_any = any("@" in cell for cell in cells)
    is_reached = is_any and all("@" in cell or is_long_number(cell) for cell in cells)
    is_open = field is None and fold(heading) not in _USER_NAMES
    return is_open and (is_reached or _are_addresses(cells))


def _holds_stakeholders(heading: str, field: Field | None, cells: list[str]) -> bool:
    # By its heading alone, so it is asked last: the column may hold kinds, or crosses.
    return field is None and fold(heading) in _STAKEHOLDERS and bool(cells)


def _holds_names(_heading: str, field: Field | None, cells: list[str]) -> bool:
    if field not in {None, Field.EMAIL}:
        return False
    named = sum(bool(address_behind(cell)[1]) for cell in cells)
    return named > 0 and named >= _PART * len(cells)


_NOBODY = frozenset({"", *words.read("contacts/cells").below("cells.anonymous")})
NUMBERED = frozenset({Field.RECORD, Field.CODE})
"""What only a list that left Kring holds: what its numbers mean, no earlier list can say."""


def mapping_of(table: Table) -> Columns:
    """Return what each column holds by its heading, and where that says nothing by its values."""
    usual = mapping_for(table.headings)
    # An empty column makes way for one that is filled: forms put an empty "Naam" and "anonymous"
    # before the answers to what they asked.
    blank = {
        heading
        for at, heading in enumerate(table.headings)
        if all(fold(row[at]) in _NOBODY for row in table.rows)
    }
    other = {key: held for key, held in names_of_nobody(table, usual).items() if key not in blank}
    if other:
        rest = mapping_for([key for key in table.headings if key not in {*other, *blank}])
        return by_values(table, {key: {**other, **rest}.get(key) for key in table.headings})
    filled = mapping_for([key for key in table.headings if key not in blank])
    makes_way = any(usual[key] in {*filled.values()} - {None} for key in blank)
    if not makes_way and blank.isdisjoint(second_people(table.headings, usual)):
        return by_values(table, usual)
    return by_values(table, {key: filled.get(key) for key in table.headings})


def numbers_of_elsewhere(
    table: Table, columns: Mapping[str, Field | None], project_id: int
) -> bool:
    """Return whether a list has numbers by which Kring knows people, and none is of a project."""
    cells = [
        row[at].strip()
        for at, heading in enumerate(table.headings)
        if columns.get(heading) is Field.RECORD
        for row in table.rows
    ]
    return any(cells) and not any(meant_by(project_id, cell) for cell in cells)


def without_strange_numbers(
    table: Table, columns: Mapping[str, Field | None], project_id: int
) -> dict[str, Field | None]:
    """Return the columns, numbers and codes left out where no number is of the project."""
    if not numbers_of_elsewhere(table, columns, project_id):
        return dict(columns)
    return {key: None if field in NUMBERED else field for key, field in columns.items()}
