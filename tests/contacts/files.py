"""Files as people upload them, made in the test."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

import pytest
import xlsxwriter

from crm.contacts.rules.reading import read
from crm.intake.reading.refusals import UnreadableFile

Rows = Iterable[Iterable[object]]
MOMENT = datetime(2021, 3, 12, 9, 30)  # noqa: DTZ001 - a spreadsheet knows no time zones
PARTS = ("[Content_Types].xml", "xl/workbook.xml")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Excel before 2007, and a locked workbook, begin."""
SHEET = "xl/worksheets/sheet1.xml"


def workbook(*sheets: Rows, hidden: int = 0) -> bytes:
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": MOMENT})
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if number < hidden:
                sheet.hide()
                continue
            sheet.activate()
    return file.getvalue()


def stream(name: str) -> bytes:
    """Return the name of a part as a compound file lists it."""
    return f"{name}\0".encode("utf-16-le")


def open_document(table: str, *, kind: str = "spreadsheet", more: str = "") -> bytes:
    """Return an .ods workbook with one sheet; `table` is what stands in its <table:table>."""
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    body = f'<table:table table:name="Blad1">{table}</table:table>'
    content = (
        f'<?xml version="1.0"?>{more}<office:document-content{names}><office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    return archive(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def ods_row(*texts: str, repeated: int = 1) -> str:
    """Return a row of texts, for `open_document`."""
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def repacked(content: bytes, changed: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    return archive(members | changed)


def refusal(content: bytes, name: str = "lijst.csv") -> type[UnreadableFile]:
    with pytest.raises(UnreadableFile) as caught:
        read(content, name)
    assert str(caught.value)
    return caught.type
