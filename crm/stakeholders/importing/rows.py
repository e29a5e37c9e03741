"""From the rows of a table to candidates, with what there is to say about each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm.stakeholders import addresses
from crm.stakeholders.importing import organisation_roles, value_words
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.row_context import Place
from crm.stakeholders.importing.row_messages import Problem
from crm.stakeholders.importing.row_reader import Row, Words
from crm.stakeholders.importing.tables import Table

NOTHING: Words = {}


def read_rows(
    table: Table, mapping: Mapping[str, Field | None], explained: Words = NOTHING
) -> Iterator[Candidate]:
    """
    Yield a candidate for each row; below a line that only says "Onderzoek" all are of that helix.

    So they are of an organisation that stands alone on its line. "Idem" says what the row above
    says, and who has a second name in the same row is said.

    :param mapping: what each heading holds, None for nothing
    :param explained: what words mean that somebody was asked about
    """
    columns = [mapping.get(heading) for heading in table.headings]
    first = [read_row(0, cells, columns) for cells in table.rows[:1]]
    place = Place(table.headings, columns, first, table.rows)
    for number, typed in zip(table.numbers, table.rows, strict=True):
        cells = place.cells(typed)
        yield place.completed(read_row(number, cells, columns, explained), cells)


def read_row(
    number: int,
    cells: Sequence[str],
    columns: Sequence[Field | None],
    explained: Words = NOTHING,
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
    if organisation_roles.names_two(organisation) and not row.line(Field.RECORD):
        row.say(Problem.TWO_ORGANISATIONS, None, organisation)
    # What is said about the values comes in the order in which they are read here.
    values: dict[str, Any] = {
        "helix": row.value(Field.HELIX, value_words.helix, Problem.UNKNOWN_HELIX),
        "emails": row.emails(),
        "phones": row.phones(),
        "second_helix": row.value(Field.SECOND_HELIX, value_words.helix, Problem.UNKNOWN_HELIX),
        **_details(row),
    }
    return Candidate(
        row=number, name=name, organisation=organisation, messages=row.messages, **values
    )


def _details(row: Row) -> dict[str, Any]:
    """Return what else a row says, by the names of a candidate."""
    return {
        "role": row.line(Field.ROLE),
        "kind": row.line(Field.KIND),
        "street": row.joined(Field.STREET),
        "postcode": row.value(Field.POSTCODE, addresses.postcode, Problem.NOT_A_POSTCODE) or "",
        "town": addresses.town(row.line(Field.TOWN)),
        "area": row.line(Field.AREA),
        "website": row.value(Field.WEBSITE, addresses.website, Problem.NOT_A_WEBSITE) or "",
        "language": value_words.language(row.line(Field.LANGUAGE)),
        "tags": row.tags(),
        "consent_on": row.value(Field.CONSENT_DATE, value_words.day, Problem.IMPOSSIBLE_DATE),
        "note": row.note(),
        "record": row.line(Field.RECORD),
        "code": row.line(Field.CODE),
        "typed": row.typed() if row.line(Field.RECORD) else {},
    }
