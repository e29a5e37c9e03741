"""Files as they are uploaded: lists, and everything that is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.stakeholders.importing import reading, refusals
from crm.stakeholders.importing.reading import read
from crm.stakeholders.importing.refusals import UnreadableFile
from crm.stakeholders.importing.separated import find_delimiter
from crm.stakeholders.importing.tables import MOST_COLUMNS, MOST_ROWS
from tests.stakeholders.importing.files import PARTS, archive, refusal


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
