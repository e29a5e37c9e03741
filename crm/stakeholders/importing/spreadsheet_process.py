"""
The process that opens a workbook, with little memory and time and nothing of Kring in it.

The workbook is one of Excel (.xlsx, .xls) or LibreOffice (.ods). The process is started by
its path and reads the workbook from its input; to its output it writes JSON: a list of rows of
text, or the name of a refusal. Whatever a workbook does to the parser, a panic or memory without
end, ends this process and not the server.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 30
MOST_SHEETS = 5
_LONGEST_EXACT = 10**15

Cell = str | float | int | bool | date | time | datetime | timedelta


def limit_itself() -> None:
    """Take away memory, time, files and core dumps beyond what a list of contacts needs."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def text_of(cell: Cell) -> str:
    """Return a cell as clean text: 612345678 for 612345678.0, dates as 2021-03-12."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _LONGEST_EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def filled_down(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Yield the rows as text; a cell that was merged over rows stands in each that has a cell."""
    first_column = sheet.start[1] if sheet.start else 0
    begins: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom > top:
            begins.setdefault(top, []).append((left - first_column, bottom))
    merged: dict[int, tuple[str, int]] = {}
    for number, row in enumerate(sheet.iter_rows()):
        cells = [text_of(cell) for cell in row]
        merged = {at: one for at, one in merged.items() if one[1] >= number and at < len(cells)}
        if merged and any(cells):
            for at, (text, _bottom) in merged.items():
                cells[at] = cells[at] or text
        for at, bottom in begins.get(number, ()):
            if 0 <= at < len(cells) and cells[at]:
                merged[at] = (cells[at], bottom)
        yield cells


def rows_of(sheet: CalamineSheet, most_rows: int, most_columns: int) -> Iterator[list[str]]:
    """
    Yield the rows that are not blank as text, blank rows between them as empty lists.

    :raises OverflowError: if there are more rows or columns than asked for
    """
    found = 0
    for cells in filled_down(sheet):
        while cells and not cells[-1].strip():
            cells.pop()
        found += bool(cells)
        if found > most_rows:
            raise OverflowError("TooManyRows")
        if len(cells) > most_columns:
            raise OverflowError("TooManyColumns")
        yield cells


def answer(content: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    """
    Return the rows of the visible sheets that have any, or the name of a refusal.

    Of a sheet behind the first that is too large nothing is told.
    """
    sheets: list[list[list[str]]] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in workbook.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                continue
            rows = list(rows_of(workbook.get_sheet_by_name(sheet.name), most_rows, most_columns))
            if any(rows):
                sheets.append(rows)
            if len(sheets) == MOST_SHEETS:
                break
    except OverflowError as refusal:
        return {"sheets": sheets} if sheets else {"refusal": str(refusal)}
    except PasswordError:
        return {"refusal": "Locked"}
    except (CalamineError, ValueError):
        return {"refusal": "BrokenFile"}
    return {"sheets": sheets or [[]]}


if __name__ == "__main__":
    limit_itself()
    found = answer(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(found))
