"""What columns hold by the values in them, where their heading does not say it."""

from collections.abc import Callable, Iterator, Mapping

from crm.core.folding import fold
from crm.stakeholders import names
from crm.stakeholders.importing import words
from crm.stakeholders.importing.called import address_behind
from crm.stakeholders.importing.columns import Field, is_about_somebody
from crm.stakeholders.importing.tables import Table

# Headings of a column that sorts its rows in kinds, whatever the kinds are.
_KINDS = frozenset({
    "soort", "type", "categorie", "category", "groep", "doelgroep", "kind", "group", "partij",
    "stakeholder", "stakeholders", "rubriek", "segment", "relatie", "relatiesoort", "relatietype",
    "contacttype", "contactsoort", "organisatietype", "organisatiesoort", "achtergrond",
    "hoedanigheid",
})  # fmt: skip
_TITLES = frozenset({"title", "titel", "titre", "tittel"})
# Crosses in a column of its own for each kind: no names.
_MARKS = frozenset({"x", "ja", "nee", "j", "n", "v", "1", "0", "yes", "no", "true", "false", ""})
_MOST_WORDS = 4
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
    if Field.HELIX not in found.values():
        _take_first(table, found, Field.HELIX, _holds_helixes)
    for at, heading in enumerate(table.headings):
        cells = list(map(fold, _cells(table, at)))
        if found[heading] is Field.ORGANISATION and cells and _MARKS.issuperset(cells):
            found[heading] = None
        elif found[heading] is Field.FORM_OF_ADDRESS and _are_roles(heading, cells):
            found[heading] = None if Field.ROLE in found.values() else Field.ROLE
    if not is_about_somebody(found.values()):
        _take_first(table, found, Field.FULL_NAME, _holds_names)
    return found


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
