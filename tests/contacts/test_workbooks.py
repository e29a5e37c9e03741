"""Workbooks as they are uploaded: lists, bombs and damage."""

import io
from collections.abc import Iterable
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.rules.reading import read
from crm.intake.reading import refusals, spreadsheet_process, workbooks
from crm.intake.reading.refusals import UnreadableFile
from tests.contacts.files import (
    MOMENT,
    PARTS,
    SHEET,
    Rows,
    archive,
    ods_row,
    open_document,
    refusal,
    repacked,
    workbook,
)
from tests.depth import examples
from tests.shared_data import needs_shared_data, shared


def test_a_workbook_gives_clean_text() -> None:
    headings = ("Naam", "Telefoon", "Datum", "Tijdstip", "Cijfer", "Ja", "Leeg")
    rows: list[Iterable[object]] = [
        headings,
        [" Zoë ", 612345678.0, date(2021, 3, 12), MOMENT, 7.5, True, None],
    ]

    table = read(workbook(rows), "lijst.xlsx")

    assert table.headings == headings
    assert table.rows == (
        ("Zoë", "612345678", "2021-03-12", "2021-03-12 09:30:00", "7.5", "True", ""),
    )


def test_the_first_visible_sheet_with_rows_is_read() -> None:
    content = workbook([["geheim"], ["x"]], [], [["naam"], ["Jan"]], hidden=1)

    assert read(content, "lijst.xlsx").headings == ("naam",)


def test_a_workbook_without_rows_is_refused() -> None:
    assert refusal(workbook([])) is refusals.NoHeadings


def test_a_formula_in_a_workbook_is_never_calculated() -> None:
    content = workbook([["naam"], ["=1+1"]])

    assert read(content, "lijst.xlsx").rows == (("=1+1",),)


@needs_shared_data
def test_workbooks_of_others_are_read() -> None:
    table = read(shared("csv/csvkit__sheets.xlsx").read_bytes(), "sheets.xlsx")

    assert table.headings[0] == "text"
    assert table.rows[0][:2] == ("Chicago Reader", "1971-01-01")


@needs_shared_data
def test_a_workbook_of_before_2007_is_read() -> None:
    table = read(shared("csv/csvkit__test.xls").read_bytes(), "test.xls")

    assert table.headings[:3] == ("text", "date", "integer")
    assert table.rows[0][:3] == ("Chicago Reader", "1971-01-01", "40")


def test_a_workbook_of_libreoffice_is_read() -> None:
    number = '<table:table-cell office:value-type="float" office:value="612345678"/>'
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = (
        ods_row("Naam", "Telefoon"),
        f'<table:table-row table:number-rows-repeated="3">{blank}</table:table-row>',
        ods_row("Zoë").replace("</table:table-row>", f"{number}</table:table-row>"),
        f'<table:table-row table:number-rows-repeated="1048000">{blank}</table:table-row>',
    )

    table = read(open_document("".join(rows)), "lijst.ods")

    assert (table.headings, table.rows) == (("Naam", "Telefoon"), (("Zoë", "612345678"),))
    assert table.numbers == (5,)


def test_a_row_repeated_without_end_is_refused() -> None:
    content = open_document(ods_row("naam") + ods_row("Jan", repeated=1_000_000))

    assert refusal(content, "lijst.ods") is refusals.TooManyRows


def test_other_documents_of_libreoffice_are_refused() -> None:
    assert refusal(open_document(ods_row("naam"), kind="text")) is refusals.WrongType


def test_a_document_type_in_open_document_opens_no_file() -> None:
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    content = open_document(ods_row("naam") + ods_row("&e;x"), more=outside)

    try:
        rows = read(content, "lijst.ods").rows
    except UnreadableFile:
        return
    assert "root" not in str(rows)


def test_names_that_lead_out_of_the_archive_are_only_names() -> None:
    content = repacked(workbook([["naam"], ["Jan"]]), {"../../etc/passwd": b"x"})

    assert read(content, "lijst.xlsx").rows == (("Jan",),)


def test_a_cell_that_was_merged_over_rows_stands_in_each() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, ["Organisatie", "Naam"])
        sheet.merge_range(3, 1, 5, 1, "De Kolk")
        sheet.write_column(3, 2, ["Marijke", "Wim", "Zoë", "Sanne"])

    cell = "<table:table-cell {} office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    merged = 'table:number-rows-spanned="2" table:number-columns-spanned="1"'
    first, name = cell.format(merged, "De Kolk"), cell.format("", "Marijke")
    row = "<table:table-row>{}{}</table:table-row>"
    covered = row.format("<table:covered-table-cell/>", name)
    rows = row.format(first, name) + covered + row.format("<table:table-cell/>", name)
    document = open_document(ods_row("Organisatie", "Naam") + rows)

    table, open_table = read(file.getvalue(), "lijst.xlsx"), read(document, "lijst.ods")

    assert [row[0] for row in table.rows] == ["De Kolk", "De Kolk", "De Kolk", ""]
    assert [row[0] for row in open_table.rows] == ["De Kolk", "De Kolk", ""]


def test_the_process_answers_with_rows_of_text() -> None:
    rows: Rows = [["a", "b"], [date(2021, 3, 12), -0.5], [], [1e20, False]]

    assert spreadsheet_process.answer(workbook(rows), 9, 9) == {
        "sheets": [
            {
                "name": "Sheet1",
                "rows": [["a", "b"], ["2021-03-12", "-0.5"], [], ["1e+20", "False"]],
                "links": [],
                "lacks": False,
            }
        ]
    }


@pytest.mark.parametrize(
    ("most_rows", "most_columns", "expected"),
    [(1, 9, "TooManyRows"), (9, 1, "TooManyColumns")],
)
def test_the_process_stops_at_the_limits(most_rows: int, most_columns: int, expected: str) -> None:
    found = spreadsheet_process.answer(workbook([["a", "b"], ["1"]]), most_rows, most_columns)

    assert found == {"refusal": expected}


def test_the_process_refuses_what_is_no_workbook() -> None:
    assert spreadsheet_process.answer(b"PK no workbook", 9, 9) == {"refusal": "BrokenFile"}


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused() -> None:
    bomb = repacked(workbook([["naam"], ["Jan"]]), {SHEET: b" " * 200_000_000})

    assert refusal(bomb) is refusals.UnpacksTooLarge


def test_a_workbook_that_shrank_too_well_is_refused() -> None:
    bomb = repacked(workbook([["naam"], ["Jan"]]), {SHEET: b" " * 50_000_000})

    assert refusal(bomb) is refusals.UnpacksTooLarge


def test_a_workbook_of_too_many_members_is_refused() -> None:
    members = {f"xl/{number}.xml": b"" for number in range(workbooks.MOST_MEMBERS)}

    assert refusal(archive(members | dict.fromkeys(PARTS, b""))) is refusals.UnpacksTooLarge


def test_a_workbook_that_lies_about_its_size_ends_its_own_process() -> None:
    content = repacked(workbook([["naam"], ["Jan"]]), {SHEET: b" " * 90_000_000})
    lying = content.replace((90_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    assert issubclass(refusal(lying), UnreadableFile)


def test_two_cells_far_apart_take_no_memory_without_end() -> None:
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>naam</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>Jan</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    content = repacked(workbook([["naam"], ["Jan"]]), {SHEET: far})

    assert refusal(content) is refusals.UnpacksTooLarge


def test_a_document_type_in_a_workbook_opens_no_file() -> None:
    outside = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>naam</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>&e;x</t></is></c></row>'
        b"</sheetData></worksheet>"
    )
    content = repacked(workbook([["naam"], ["Jan"]]), {SHEET: outside})

    try:
        rows = read(content, "lijst.xlsx").rows
    except UnreadableFile:
        return
    assert "root" not in str(rows)


@settings(deadline=None, max_examples=examples(15))
@given(st.data())
def test_any_damage_to_a_workbook_is_a_table_or_refused(data: st.DataObject) -> None:
    content = bytearray(workbook([["naam", "getal"], ["Jan", 1]]))
    for _change in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))

    try:
        table = read(bytes(content), "lijst.xlsx")
    except UnreadableFile:
        return
    assert table.rows
