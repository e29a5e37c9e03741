"""
The process that opens a workbook, with little memory and time and nothing of Kring in it.

The workbook is one of Excel (.xlsx, .xls) or LibreOffice (.ods). The process is started by
its path and reads the workbook from its input; to its output it writes JSON: of each sheet its
name, its rows of text and the addresses behind its cells, or the name of a refusal. Whatever a
workbook does to the parser, a panic or memory without end, ends this process and not the server.
"""

import io
import json
import posixpath
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from xml.etree import ElementTree as ET

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
MOST_LINKS = 100_000
_LONGEST_EXACT = 10**15
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_LINK = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}a"
_HREF = "{http://www.w3.org/1999/xlink}href"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# A cell with a formula, and what was worked out of it when the workbook was saved.
_FORMULA = re.compile(rb"<c ([^>]*)><f\b[^>]*?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v>([^<]*)</v>)?</c>")
_LETTERS = 26
_DAMAGED = (ET.ParseError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError)

Range = tuple[tuple[int, int], tuple[int, int]]
"""Row and column of the first cell, both from 0, and of the last."""
Links = dict[tuple[int, int], str]
"""Row and column, both from 0 → the address behind the cell."""
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


def filled_down(sheet: CalamineSheet, more: Sequence[Range] = ()) -> Iterator[list[str]]:
    """Yield the rows as text; a cell that was merged over rows stands in each that has a cell."""
    first_column = sheet.start[1] if sheet.start else 0
    begins: dict[int, list[tuple[int, int]]] = {}
    # The parser does not tell of all merged cells: `more` are those that we found ourselves.
    for (top, left), (bottom, right) in (*(sheet.merged_cell_ranges or ()), *more):
        if left == right and bottom > top:
            begins.setdefault(top, []).append((left - first_column, bottom))
    merged: dict[int, tuple[str, int]] = {}
    for number, row in enumerate(sheet.iter_rows()):
        cells = [text_of(cell) for cell in row]
        merged = {at: cell for at, cell in merged.items() if cell[1] >= number and at < len(cells)}
        if merged and any(cells):
            for at, (text, _bottom) in merged.items():
                cells[at] = cells[at] or text
        for at, bottom in begins.get(number, ()):
            if 0 <= at < len(cells) and cells[at]:
                merged[at] = (cells[at], bottom)
        yield cells


def rows_of(
    sheet: CalamineSheet, most_rows: int, most_columns: int, merged: Sequence[Range] = ()
) -> Iterator[list[str]]:
    """
    Yield the rows that are not blank as text, blank rows between them as empty lists.

    :raises OverflowError: if there are more rows or columns than asked for
    """
    found = 0
    for cells in filled_down(sheet, merged):
        while cells and not cells[-1].strip():
            cells.pop()
        found += bool(cells)
        if found > most_rows:
            raise OverflowError("TooManyRows")
        if len(cells) > most_columns:
            raise OverflowError("TooManyColumns")
        yield cells


class Outside:
    """What the parser does not tell of a workbook that is a zip file: what is behind its cells."""

    # Whoever damaged that gets the cells as they are shown.

    def __init__(self, content: bytes) -> None:
        is_zip = content.startswith(b"PK")
        self._archive = zipfile.ZipFile(io.BytesIO(content)) if is_zip else None
        self._members = set(self._archive.namelist()) if self._archive else set()
        try:
            self._parts = self._sheet_parts() if "xl/workbook.xml" in self._members else {}
        except _DAMAGED:
            self._parts = {}

    def links(self, sheet: str) -> Links:
        """Return the addresses behind the cells of a sheet, at most MOST_LINKS."""
        found: Iterable[tuple[tuple[int, int], str]] = ()
        try:
            if "content.xml" in self._members:
                content = self._read("content.xml")
                found = (
                    ((row, at), link.get(_HREF, ""))
                    for row, at, cell in _open_document_cells(content, sheet, b":href=")
                    if (link := next(cell.iter(_LINK), None)) is not None
                )
            elif part := self._parts.get(sheet, ""):
                targets = self._relations(part, "hyperlink")
                found = _excel_links(self._read(part), targets) if targets else ()
            return dict(islice(found, MOST_LINKS))
        except _DAMAGED:
            return {}

    def merged(self, sheet: str) -> list[Range]:
        """Return the cells of an .ods that were merged over rows, at most MOST_LINKS."""
        try:
            content = self._read("content.xml")
            found = (
                ((row, at), (row + rows - 1, at))
                for row, at, cell in _open_document_cells(content, sheet, b"number-rows-spanned")
                if (rows := int(cell.get(f"{_TABLE}number-rows-spanned", "1"))) > 1
                and cell.get(f"{_TABLE}number-columns-spanned", "1") == "1"
            )
            return list(islice(found, MOST_LINKS))
        except _DAMAGED:
            return []

    def lacks_results(self, sheet: str) -> bool:
        """Return whether a sheet has formulas, and was saved without what any of them gives."""
        try:
            content = self._read(self._parts.get(sheet, ""))
        except _DAMAGED:
            return False
        found = list(_FORMULA.finditer(content)) if b"<f" in content else []
        return bool(found) and not any(cell[2] or b't="str"' in cell[1] for cell in found)

    def _sheet_parts(self) -> dict[str, str]:
        """Return the name of each sheet → its part of the workbook."""
        targets = self._relations("xl/workbook.xml", "worksheet")
        book = ET.fromstring(self._read("xl/workbook.xml"))  # noqa: S314 - in a cage
        return {
            sheet.get("name", ""): posixpath.normpath(posixpath.join("/xl", target))[1:]
            for sheet in book.iter(f"{_MAIN}sheet")
            if (target := targets.get(sheet.get(f"{_OFFICE}id", "")))
        }

    def _relations(self, part: str, kind: str) -> dict[str, str]:
        """Return what a part refers to, of this kind: its id → its target."""
        folder, name = posixpath.split(part)
        content = self._read(f"{folder}/_rels/{name}.rels")
        relations = ET.fromstring(content) if content else ()  # noqa: S314 - in a cage
        return {
            relation.get("Id", ""): relation.get("Target", "")
            for relation in relations
            if relation.get("Type", "").endswith(f"/{kind}")
        }

    def _read(self, name: str) -> bytes:
        return self._archive.read(name) if self._archive and name in self._members else b""


def _excel_links(sheet: bytes, targets: dict[str, str]) -> Iterator[tuple[tuple[int, int], str]]:
    start = max(sheet.rfind(b"<hyperlinks"), 0)
    for found in re.finditer(rb"<hyperlink\s[^>]*>", sheet[start:]):
        told = dict(re.findall(r'([\w:]+)="([^"]*)"', found[0].decode("utf-8", "replace")))
        place = _PLACE.match(told.get("ref", ""))
        target = targets.get(told.get("r:id", ""), "")
        if place and target:
            column = 0
            for letter in place[1]:
                column = column * _LETTERS + ord(letter) - ord("A") + 1
            yield (int(place[2]) - 1, column - 1), target


def _open_document_cells(
    content: bytes, sheet: str, holding: bytes
) -> Iterator[tuple[int, int, ET.Element]]:
    """Yield the cells of a sheet with row and column, from 0; none if `holding` is nowhere."""
    if holding not in content:
        return
    row, name = 0, ""
    events = ET.iterparse(io.BytesIO(content), events=("start", "end"))  # noqa: S314 - in a cage
    for event, element in events:
        if event == "start" and element.tag == f"{_TABLE}table":
            row, name = 0, element.get(f"{_TABLE}name", "")
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            at = 0
            for cell in [cell for cell in element if name == sheet and cell.tag in _CELLS]:
                yield row, at, cell
                at += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            row += int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            # What was read is let go: a sheet of a million rows would fill the memory.
            element.clear()


def _told(rows: list[list[str]], links: Links, first_column: int) -> list[list[Any]]:
    """Return the links of cells that are told, each with the place of its cell in `rows`."""
    return [
        [row, at - first_column, address]
        for (row, at), address in links.items()
        if row < len(rows) and 0 <= at - first_column < len(rows[row])
    ]


def answer(content: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    """
    Return the visible sheets that have any rows, or the name of a refusal.

    Of a sheet behind the first that is too large nothing is told.
    """
    sheets: list[dict[str, Any]] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        outside = Outside(content)
        told = workbook.sheets_metadata
        visible = (sheet.name for sheet in told if sheet.visible is SheetVisibleEnum.Visible)
        for name in visible:
            sheet = workbook.get_sheet_by_name(name)
            rows = list(rows_of(sheet, most_rows, most_columns, outside.merged(name)))
            if any(rows):
                links = _told(rows, outside.links(name), sheet.start[1] if sheet.start else 0)
                lacks = outside.lacks_results(name)
                sheets.append({"name": name, "rows": rows, "links": links, "lacks": lacks})
            if len(sheets) == MOST_SHEETS:
                break
    except OverflowError as refusal:
        return {"sheets": sheets} if sheets else {"refusal": str(refusal)}
    except PasswordError:
        return {"refusal": "Locked"}
    except (CalamineError, ValueError, zipfile.BadZipFile):
        return {"refusal": "BrokenFile"}
    return {"sheets": sheets}


if __name__ == "__main__":
    limit_itself()
    found = answer(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(found))
