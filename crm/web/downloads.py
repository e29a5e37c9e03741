"""Files that leave: CSV and Excel, in which nothing that was typed becomes a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from flask import Response
from flask_babel import get_locale

from crm.core import clock

RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_RISKY = frozenset(RISKY)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEMICOLON = frozenset({"nl", "de", "da", "sv", "nb"})


def harmless(value: object) -> str:
    """Return a cell for CSV in which a spreadsheet sees no formula; a number is none."""
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in _RISKY else text


def csv_file(name: str, headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> Response:
    """Return a CSV download as Excel in the reader's language opens it."""
    return download(csv_text(headings, rows), f"{name}.csv", "text/csv; charset=utf-8")


def csv_text(headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as CSV, with BOM and separator as Excel in the reader's language expects."""
    delimiter = ";" if str(get_locale() or "nl")[:2] in SEMICOLON else ","
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([harmless(heading) for heading in headings])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def excel_file(name: str, headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> Response:
    """Return an Excel download; text stays text."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, str(heading), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, "" if cell is None else str(cell))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return download(out.getvalue(), f"{name}.xlsx", EXCEL)


def download(content: bytes, name: str, kind: str) -> Response:
    """Return a file to keep, of a kind; its name gets the day of today."""
    stamped = name.replace(".", f"-{clock.today():%Y%m%d}.", 1)
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{stamped}"'
    response.headers["Cache-Control"] = "no-store"
    return response
