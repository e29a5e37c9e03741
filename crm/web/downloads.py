"""Files that leave: CSV and Excel, in which nothing that was typed becomes a formula."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Any

from flask import Response
from flask_babel import get_locale

from crm.core import clock
from crm.core.formulas import escaped
from crm.core.libraries import xlsxwriter
from crm.web.streaming import asked_while_sent

CSV = "text/csv; charset=utf-8"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# So many rows are written at once.
AT_ONCE = 500
# So many rows say how wide a column is, in pixels between these two.
LOOKED_AT, NARROWEST, WIDEST = 200, 40, 400
SEMICOLON = frozenset({"nl", "de", "da", "sv", "nb"})


def harmless(value: object) -> str:
    """Return a cell for CSV in which a spreadsheet sees no formula; a number is none."""
    if isinstance(value, int | float):
        return str(value)
    return escaped("" if value is None else str(value))


def csv_file(name: str, headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> Response:
    """Return a CSV download as Excel in the reader's language opens it."""
    return download(csv_text(headings, rows), f"{name}.csv", CSV)


def long_csv_file(name: str, headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> Response:
    """
    Return the same of a list that may be very long: it is sent while its rows are asked for.

    `rows` are asked for in a session of their own, and must not hold on to that of the request.
    """
    parts = asked_while_sent(_csv_parts(headings, rows))
    return download(parts, f"{name}.csv", CSV)


def csv_text(headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as CSV, with BOM and separator as Excel in the reader's language expects."""
    return b"".join(_csv_parts(headings, rows))


def _csv_parts(headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    delimiter = ";" if str(get_locale() or "nl")[:2] in SEMICOLON else ","
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([harmless(heading) for heading in headings])
    yield codecs.BOM_UTF8
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        writer.writerows([harmless(cell) for cell in row] for row in some)
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


def excel_file(name: str, headings: Sequence[object], rows: Iterable[Sequence[Any]]) -> Response:
    """Return an Excel download; text stays text."""
    out = io.BytesIO()
    # A row leaves memory once the next is begun.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        sheet = workbook.add_worksheet()
        bold = workbook.add_format({"bold": True})
        texts = (["" if cell is None else str(cell) for cell in row] for row in rows)
        first = [[str(heading) for heading in headings], *islice(texts, LOOKED_AT)]
        for column, cells in enumerate(zip_longest(*first, fillvalue="")):
            width = max(map(xlsxwriter.utility.cell_autofit_width, cells))
            sheet.set_column_pixels(column, column, max(NARROWEST, min(width, WIDEST)))
        for number, row in enumerate(chain(first, texts)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, None if number else bold)
        sheet.freeze_panes(1, 0)
    return download(out.getvalue(), f"{name}.xlsx", EXCEL)


def download(content: bytes | Iterable[bytes], name: str, kind: str) -> Response:
    """Return a file to keep, of a kind; its name gets the day of today."""
    stamped = name.replace(".", f"-{clock.today():%Y%m%d}.", 1)
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{stamped}"'
    response.headers["Cache-Control"] = "no-store"
    return response
