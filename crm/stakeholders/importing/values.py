"""What columns hold by the values in them, where their heading does not say it."""

from collections.abc import Callable, Iterator, Mapping

from crm.core.folding import fold
from crm.stakeholders import names
from crm.stakeholders.importing import words
from crm.stakeholders.importing.called import address_behind
from crm.stakeholders.importing.cells import is_crossed, is_left_open
from crm.stakeholders.importing.columns import CROSSES, PERSONAL, Field
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import Helix

# Headings of a column that sorts its rows in kinds, whatever the kinds are.
_KINDS = frozenset({
    "soort", "type", "categorie", "category", "groep", "doelgroep", "kind", "group", "partij",
    "stakeholder", "stakeholders", "rubriek", "segment", "relatie", "relatiesoort", "relatietype",
    "contacttype", "contactsoort", "organisatietype", "organisatiesoort", "achtergrond",
    "hoedanigheid",
})  # fmt: skip
_TITLES = frozenset({"title", "titel", "titre", "tittel"})
_MOST_WORDS = 4
_FEWEST_CROSSED = 2
_FEW = 20
_SAMPLE = 1_000
_PART = 0.6
Columns = Mapping[str, Field | None]


def by_values(table: Table, columns: Columns) -> dict[str, Field | None]:
    """
    Return what the columns hold, after looking at their values.

    "Soort" above "overheid" and "onderzoek" is the helix; addresses written as
    "Anna Bos <anna@kring.example>" are the names too where no other column has those.
    """
    found = dict(columns)
    _take_crosses(table, found)
    if Field.HELIX not in found.values():
        _take_first(table, found, Field.HELIX, _holds_helixes)
    for at, heading in enumerate(table.headings):
        cells = list(map(fold, _cells(table, at)))
        if found[heading] is Field.ORGANISATION and _are_crosses(table, at):
            found[heading] = None
        elif found[heading] is Field.FORM_OF_ADDRESS and _are_roles(heading, cells):
            found[heading] = None if Field.ROLE in found.values() else Field.ROLE
    if Field.RECORD not in found.values() and set(PERSONAL).isdisjoint(found.values()):
        _take_first(table, found, Field.FULL_NAME, _holds_names)
    return found


def _take_crosses(table: Table, columns: dict[str, Field | None]) -> None:
    """Take columns with crosses, each below the name of a helix, for what they are."""
    fields = {helix: field for field, helix in CROSSES.items()}
    found: dict[str, Field] = {}
    for at, heading in enumerate(table.headings):
        helix = words.guessed_helix(heading)
        if helix and _may_be_crosses(table, at) and fields[Helix(helix)] not in found.values():
            found[heading] = fields[Helix(helix)]
    if len(found) >= _FEWEST_CROSSED and any(
        _are_crosses(table, table.headings.index(one)) for one in found
    ):
        columns.update(found)


def _may_be_crosses(table: Table, at: int) -> bool:
    return all(is_crossed(cell) or is_left_open(cell) for cell in _cells(table, at))


def _are_crosses(table: Table, at: int) -> bool:
    return any(_cells(table, at)) and _may_be_crosses(table, at)


def _are_roles(heading: str, cells: list[str]) -> bool:
    """Return whether a column with titles tells what people do: "Title" above "Director"."""
    known = sum(map(names.knows_form_of_address, cells))
    return fold(heading) in _TITLES and bool(cells) and known * 2 < len(cells)


def _take_first(
    table: Table,
    columns: dict[str, Field | None],
    field: Field,
    holds: Callable[[str, Field | None, list[str]], bool],
) -> None:
    for at, heading in enumerate(table.headings):
        if holds(heading, columns[heading], list(_cells(table, at))):
            columns[heading] = field
            return


def _cells(table: Table, at: int) -> Iterator[str]:
    return (row[at] for row in table.rows[:_SAMPLE] if row[at])


def _holds_helixes(heading: str, field: Field | None, cells: list[str]) -> bool:
    named = fold(heading).split()
    if field not in {None, Field.TAGS} or len(named) > _MOST_WORDS or _KINDS.isdisjoint(named):
        return False
    known = sum(words.means_helix(cell) for cell in cells)
    return len(set(cells)) <= _FEW and known > 0 and known >= _PART * len(cells)


def _holds_names(_heading: str, field: Field | None, cells: list[str]) -> bool:
    if field not in {None, Field.EMAIL}:
        return False
    named = sum(bool(address_behind(cell)[1]) for cell in cells)
    return named > 0 and named >= _PART * len(cells)
