"""Files as people upload them, made in the test."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

import pytest
import xlsxwriter

from crm.stakeholders.importing.reading import read
from crm.stakeholders.importing.refusals import UnreadableFile

Rows = Iterable[Iterable[object]]
MOMENT = datetime(2021, 3, 12, 9, 30)  # noqa: DTZ001 - a spreadsheet knows no time zones
PARTS = ("[Content_Types].xml", "xl/workbook.xml")
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
