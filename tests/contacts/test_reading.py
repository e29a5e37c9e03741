"""Files as they are uploaded: lists, and everything that is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.rules.reading import read
from crm.intake.reading import refusals
from crm.intake.reading.files import LARGEST_FILE, find_delimiter
from crm.intake.reading.refusals import UnreadableFile
from crm.intake.reading.tables import MOST_COLUMNS, MOST_ROWS, NO_QUOTE, Reading
from tests.contacts.files import COMPOUND, PARTS, archive, refusal, stream


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
    table = read("a,b;c\në,2;3\n".encode("cp1250"), "lijst.csv", Reading("cp1250", ","))

    assert table.rows == (("ë", "2;3"),)
    assert (table.encoding, table.delimiter) == ("cp1250", ",")


@pytest.mark.parametrize(
    ("text", "how", "rows"),
    [
        ("a,b\n'1,5','x'\n'2','y'\n", Reading(), (("1,5", "x"), ("2", "y"))),
        ("a;b\n's Gravenhage;x\n", Reading(), (("'s Gravenhage", "x"),)),
        ('a;b\n"hij zei \\"ja\\"";x\n', Reading(), (('hij zei "ja"', "x"),)),
        ('a;b\n"1;2\n', Reading(quote=NO_QUOTE), (('"1', "2"),)),
        ("a^b\n1^2\n", Reading(delimiter="^"), (("1", "2"),)),
        ("x;y\na;b\n1;2\n", Reading(heading_row=2), (("1", "2"),)),
        ("a;b\r\n1;2\r3;4\n", Reading(), (("1", "2"), ("3", "4"))),
        ("sep=\t\na\tb\n1\t2\n", Reading(), (("1", "2"),)),
    ],
)
def test_dialects_are_found_or_named(
    text: str, how: Reading, rows: tuple[tuple[str, ...], ...]
) -> None:
    assert read(text.encode(), "lijst.csv", how).rows == rows


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "cp1252"])
def test_encodings_are_found(encoding: str) -> None:
    text = "Naam;Noot\nZoë Çelik;café\n"

    assert read(text.encode(encoding), "lijst.csv").rows == (("Zoë Çelik", "café"),)


@pytest.mark.parametrize("encoding", ["iso8859-9", "mac-roman", "cp850"])
def test_other_encodings_can_be_chosen(encoding: str) -> None:
    how = Reading(encoding)
    name = "Yıldız" if encoding == "iso8859-9" else "Çelik Åkesson"

    assert read(f"Naam\n{name}\n".encode(encoding), "lijst.csv", how).rows == ((name,),)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (Reading("punycode"), refusals.WrongEncoding),
        (Reading("utf-8"), refusals.WrongEncoding),
        (Reading(delimiter=";;"), refusals.WrongDelimiter),
        (Reading(delimiter=" "), refusals.WrongDelimiter),
        (Reading(heading_row=3), refusals.NoRows),
        (Reading(heading_row=10**9), refusals.NoHeadings),
    ],
)
def test_what_cannot_be_read_like_that_is_refused(
    how: Reading, expected: type[UnreadableFile]
) -> None:
    with pytest.raises(expected):
        read("a;b\né;2\né;3\n".encode("cp1252"), "lijst.csv", how)


def test_blank_rows_are_left_out_and_rows_have_the_numbers_of_a_spreadsheet() -> None:
    table = read(b"\n;\na;b\n1;2\n;\n\n3;4\n", "lijst.csv")

    assert table.rows == (("1", "2"), ("3", "4"))
    assert table.numbers == (4, 7)


def test_short_rows_are_filled_and_long_rows_keep_their_cells() -> None:
    table = read(b"a;b\n1\n1;2;3\n1;2;\n", "lijst.csv")

    assert table.rows == (("1", ""), ("1", "2", "3"), ("1", "2"))


def test_a_column_without_heading_is_called_by_its_letter() -> None:
    assert read(b"a;;c\n1;2;3\n", "lijst.csv").headings == ("a", "(B)", "c")


def test_columns_with_the_same_heading_are_numbered() -> None:
    table = read(b"Naam;naam ;Tel;Tel;Tel (2)\n1;2;3;4;5\n", "lijst.csv")

    assert table.headings == ("Naam", "naam (2)", "Tel", "Tel (2)", "Tel (2) (2)")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Naam;E-mail\nJan;jan@x.example\n", 1),
        ("Deelnemers 2021\n\nNaam;E-mail\nJan;jan@x.example\n", 3),
        ("Lijst van de gemeente;12-3-2021\nNaam;E-mail\nJan;jan@x.example\n", 2),
        ("Deelnemers\nAlfa;Beta;Gamma\n1;2;3\n", 2),
        ("Naam;Contact;\nNaam;Telefoon;E-mail\nJan;0592000100;jan@x.example\n", 2),
        ("Soort\nx\ny\n", 1),
    ],
)
def test_headings_are_found_below_titles(text: str, row: int) -> None:
    table = read(text.encode(), "lijst.csv")

    assert table.heading_row == row
    assert table.numbers[0] == row + 1


def test_a_long_heading_is_cut_short() -> None:
    assert len(read(b"x" * 20_000 + b";b\n1;2\n", "lijst.csv").headings[0]) == 200


def test_a_web_page_that_calls_itself_a_workbook_is_told_apart() -> None:
    assert refusal(b"<html><table><tr><td>Naam", "lijst.xls") is refusals.WebPage


def test_text_under_the_name_of_an_old_workbook_is_read_as_text() -> None:
    assert read(b"Naam\tE-mail\nJan\tjan@x.example\n", "lijst.xls").headings == ("Naam", "E-mail")


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
        (b"BEGIN:VCARD\nEND:VCARD", refusals.NoCards),
        (bytes(range(256)) * 20, refusals.WrongType),
        (COMPOUND + bytes(500), refusals.WrongType),
        (COMPOUND + bytes(500) + stream("Workbook"), refusals.BrokenFile),
        (COMPOUND + bytes(500) + stream("EncryptedPackage"), refusals.Locked),
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
    fits = b"a;b\n" + row * (LARGEST_FILE // len(row))
    fits += b"\n" * (LARGEST_FILE - len(fits))

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


def test_a_row_with_lines_in_its_cells_counts_once_and_a_sep_line_does_not() -> None:
    text = 'sep=;\nDeelnemers\n\nNaam;Plaats;Tel\n"Ans\nProef";"As\nsen";1\nBen;x;2\n'

    assert read(text.encode(), "lijst.csv").numbers == (4, 5)
