"""Files as they are uploaded: lists, and everything that is none."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.stakeholders.importing import reading, refusals, spreadsheet_process, workbooks
from crm.stakeholders.importing.reading import read
from crm.stakeholders.importing.refusals import UnreadableFile
from crm.stakeholders.importing.separated import find_delimiter
from crm.stakeholders.importing.tables import MOST_COLUMNS, MOST_ROWS
from tests.shared_data import needs_shared_data, shared

Rows = Iterable[Iterable[object]]
# A spreadsheet knows no time zones.
MOMENT = datetime(2021, 3, 12, 9, 30)  # noqa: DTZ001
PARTS = ("[Content_Types].xml", "xl/workbook.xml")


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


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b;c\n1,5;2;3\n", ";"),
        ("a,b,c\n1;5,2,3\n", ","),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('naam;noot\n"A, B";"regel 1\nregel 2, met komma"\n', ";"),
        ("naam\nJan\n", ";"),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


def test_a_line_that_names_the_delimiter_is_obeyed() -> None:
    table = read(b"sep=|\r\na;x|b\r\n1|2\r\n", "lijst.csv")

    assert (table.headings, table.rows) == (("a;x", "b"), (("1", "2"),))


def test_encoding_and_delimiter_can_be_overruled() -> None:
    table = read("a,b;c\në,2;3\n".encode("cp1250"), "lijst.csv", encoding="cp1250", delimiter=",")

    assert table.rows == (("ë", "2;3"),)
    assert (table.encoding, table.delimiter) == ("cp1250", ",")


def test_blank_rows_are_left_out_and_numbers_stay() -> None:
    table = read(b"\n;\na;b\n1;2\n;\n\n3;4\n", "lijst.csv")

    assert table.rows == (("1", "2"), ("3", "4"))
    assert table.numbers == (1, 4)


def test_short_rows_are_filled_and_long_rows_keep_their_cells() -> None:
    table = read(b"a;b\n1\n1;2;3\n1;2;\n", "lijst.csv")

    assert table.rows == (("1", ""), ("1", "2", "3"), ("1", "2"))


def test_a_column_without_heading_is_called_by_its_letter() -> None:
    assert read(b"a;;c\n1;2;3\n", "lijst.csv").headings == ("a", "(B)", "c")


def test_a_stray_quotation_mark_is_text() -> None:
    assert read(b'a;b\n6" pijp;2\n', "lijst.csv").rows == (('6" pijp', "2"),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", refusals.EmptyFile),
        (b"\xef\xbb\xbf\r\n  \r\n", refusals.EmptyFile),
        (b"a;b\n", refusals.NoRows),
        (b"a;b\n;\n \n", refusals.NoRows),
        (b"Jan;jan@x.example\nPiet;piet@x.example\n", refusals.NoHeadings),
        (b"1;2\n3;4\n", refusals.NoHeadings),
        (b"Naam;naam \n1;2\n", refusals.DuplicateHeadings),
        (b'a;b\n"open;2\n3;4\n', refusals.QuoteNotClosed),
        (b"a;b\n" + b"x" * 40_000 + b";2\n", refusals.CellTooLong),
        (b'a;b\n"' + b"x;\n" * 100_000, refusals.CellTooLong),
        (
            b";".join(b"k%d" % n for n in range(MOST_COLUMNS + 1)) + b"\n1\n",
            refusals.TooManyColumns,
        ),
        (b"a\n" + b"1\n" * (MOST_ROWS + 1), refusals.TooManyRows),
        (b"a;" * 5_000_000, refusals.TooManyColumns),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), refusals.WrongType),
        (b"%PDF-1.7\n%...", refusals.WrongType),
        (b"<html><body>", refusals.WrongType),
        (b'[{"a": 1}]', refusals.WrongType),
        (b"BEGIN:VCARD\nEND:VCARD", refusals.WrongType),
        (bytes(range(256)) * 20, refusals.WrongType),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), refusals.OldWorkbook),
        (b"PK\x03\x04 half a workbook", refusals.BrokenFile),
        (archive({"readme.txt": b"no workbook"}), refusals.WrongType),
        (archive(dict.fromkeys(PARTS, b"<not xml")), refusals.BrokenFile),
    ],
)
def test_a_file_that_is_no_list_is_refused(content: bytes, expected: type[UnreadableFile]) -> None:
    assert refusal(content) is expected


def test_a_text_that_says_to_be_a_workbook_is_refused() -> None:
    assert refusal(b"a;b\n1;2\n", "lijst.XLSX") is refusals.BrokenFile


def test_one_byte_over_the_limit_is_refused() -> None:
    row = b"1;" + b"x" * 1000 + b"\n"
    fits = b"a;b\n" + row * (reading.LARGEST_FILE // len(row))
    fits += b"\n" * (reading.LARGEST_FILE - len(fits))

    assert read(fits, "lijst.csv").headings == ("a", "b")
    assert refusal(fits + b"\n") is refusals.FileTooLarge


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


def test_the_process_answers_with_rows_of_text() -> None:
    rows: Rows = [["a", "b"], [date(2021, 3, 12), -0.5], [], [1e20, False]]

    assert spreadsheet_process.answer(workbook(rows), 9, 9) == {
        "rows": [["a", "b"], ["2021-03-12", "-0.5"], [], ["1e+20", "False"]]
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


SHEET = "xl/worksheets/sheet1.xml"


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


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "a;b\n", "\ufeffa,b\n1,2\n"]))
def test_any_bytes_are_a_table_or_refused(content: bytes, start: str) -> None:
    try:
        table = read(start.encode() + content, "lijst.csv")
    except UnreadableFile:
        return
    assert table.rows
    assert all(len(row) >= len(table.headings) for row in table.rows)


@settings(deadline=None)
@given(st.text(alphabet='ab;,"\n\r\t|=\u00eb ', max_size=200))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    try:
        table = read(f"a;b\n{text}".encode(), "lijst.csv")
    except UnreadableFile:
        return
    assert len(table.numbers) == len(table.rows)


@settings(deadline=None, max_examples=15)
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
