"""Cells of a workbook that show other words than where they lead."""

import io

import pytest
import xlsxwriter

from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.intake.reading.refusals import NoResults
from tests.contacts.files import ods_row, open_document, repacked, workbook

Cell = str | tuple[str, str]
"""What is shown, or that and where it leads."""
ODS_LINK = (
    '<table:table-cell office:value-type="string"><text:p><text:a xlink:href="{}" '
    'xmlns:xlink="http://www.w3.org/1999/xlink">{}</text:a></text:p></table:table-cell>'
)


def linked(*rows: list[Cell], above: int = 0, before: int = 0) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Contacten & co")
        for at, row in enumerate(rows, start=above):
            for column, cell in enumerate(row, start=before):
                if isinstance(cell, tuple):
                    sheet.write_url(at, column, cell[1], string=cell[0])
                else:
                    sheet.write_string(at, column, cell)
    return file.getvalue()


def mail(words: str, address: str = "anna@x.example") -> Cell:
    return words, f"mailto:{address}"


def emails(content: bytes, name: str = "lijst.xlsx") -> list[tuple[str, ...]]:
    table = read(content, name)
    found = list(read_rows(table, mapping_of(table)))
    assert not any(one.messages for one in found)
    return [one.emails for one in found]


@pytest.mark.parametrize(("above", "before"), [(0, 0), (3, 2)])
def test_the_address_behind_words_is_read(above: int, before: int) -> None:
    content = linked(
        ["Naam", "E-mail"],
        ["Anna Bos", mail("mail mij")],
        ["Bert Smit", mail("mail mij", "bert@x.example?subject=Hallo")],
        ["Chris Vos", "chris@x.example"],
        above=above,
        before=before,
    )

    assert emails(content) == [("anna@x.example",), ("bert@x.example",), ("chris@x.example",)]


def test_an_address_that_was_typed_over_an_old_link_stays() -> None:
    content = linked(["Naam", "E-mail"], ["Bert Smit", mail("bert@x.example")])

    assert emails(content) == [("bert@x.example",)]


def test_words_that_are_a_name_are_kept_as_one() -> None:
    content = linked(
        ["E-mail", "Organisatie"],
        [mail("Anna Bos"), "RUG"],
        [mail("Bert Smit", "bert@x.example"), "RUG"],
    )

    table = read(content, "lijst.xlsx")
    found = list(read_rows(table, mapping_of(table)))

    assert [one.name.surname for one in found] == ["Bos", "Smit"]
    assert [one.emails for one in found] == [("anna@x.example",), ("bert@x.example",)]


def test_a_link_on_a_name_gives_the_address_and_elsewhere_nothing() -> None:
    content = linked(["Naam", "Organisatie"], [mail("Anna Bos"), mail("RUG", "info@rug.example")])

    table = read(content, "lijst.xlsx")

    assert table.rows == (("Anna Bos <anna@x.example>", "RUG"),)


def test_a_website_behind_words_is_read() -> None:
    content = linked(["Organisatie", "Website"], ["RUG", ("naar de site", "https://rug.example/")])

    assert read(content, "lijst.xlsx").rows == (("RUG", "https://rug.example/"),)


def test_links_of_an_open_document_are_read() -> None:
    row = "<table:table-row>{}</table:table-row>"
    blank = '<table:table-row table:number-rows-repeated="2"/>'
    cells = "<table:table-cell/>" + ODS_LINK.format("mailto:anna@x.example", "mail mij")
    content = open_document(ods_row("Organisatie", "E-mail") + blank + row.format(cells))

    assert read(content, "lijst.ods").rows == (("", "anna@x.example"),)


def test_formulas_without_what_they_give_are_refused() -> None:
    plain = workbook([["Naam", "E-mail"], ["Anna Bos", "x"]])
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Naam</t></is></c></row>'
        b'<row r="2"><c r="A2"%s><f>B2&amp;C2</f>%s</c></row></sheetData></worksheet>'
    )
    path = "xl/worksheets/sheet1.xml"

    with pytest.raises(NoResults):
        read(repacked(plain, {path: sheet % (b"", b"<v/>")}), "lijst.xlsx")
    assert read(
        repacked(plain, {path: sheet % (b' t="str"', b"<v>Anna Bos</v>")}), "lijst.xlsx"
    ).rows == (("Anna Bos",),)


def test_links_that_are_damaged_leave_what_is_shown() -> None:
    content = linked(["Naam", "E-mail"], ["Anna Bos", mail("mail mij")])
    rels = "xl/worksheets/_rels/sheet1.xml.rels"

    table = read(repacked(content, {rels: b"<Relationships><"}), "lijst.xlsx")

    assert table.rows == (("Anna Bos", "mail mij"),)
