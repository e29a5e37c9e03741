"""From the bytes of an uploaded file to a table, whatever kind of file it is."""

from crm.stakeholders.importing import refusals
from crm.stakeholders.importing.delimited_text import read_separated
from crm.stakeholders.importing.tables import FOUND, Reading, Table
from crm.stakeholders.importing.vcards import is_vcards, read_vcards
from crm.stakeholders.importing.workbooks import read_old_workbook, read_workbook

LARGEST_FILE = 10 * 1024 * 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIPPED = (".xlsx", ".xlsm", ".xlsb", ".ods")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Beginnings of files that are no list, though some of them could pass for text.
_OTHER = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"{\\rtf",
    b"\x7fELF",
    b"MZ",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"SQLite format 3",
    b"<",
    b"{",
    b"[",
    b"BEGIN:V",
)


def read(content: bytes, file_name: str, how: Reading = FOUND) -> Table:
    """
    Return the table in a file, by its content; the name only says what it was meant to be.

    :param how: overrules what is found: encoding, delimiter, quotation mark, line of the headings
    :raises UnreadableFile: if there is no usable table in it; the subclass says why
    """
    if len(content) > LARGEST_FILE:
        raise refusals.FileTooLarge
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise refusals.EmptyFile
    if content.startswith(_ZIP):
        return read_workbook(content, how.heading_row)
    if content.startswith(_COMPOUND):
        return read_old_workbook(content, how.heading_row)
    if file_name.lower().endswith(_ZIPPED):
        raise refusals.BrokenFile
    if is_vcards(content):
        return read_vcards(content, how.encoding)
    _refuse_others(content, file_name)
    return read_separated(content, how)


def is_text(content: bytes) -> bool:
    """Return whether a file is text, so that its encoding can be overruled."""
    return not content.startswith((*_ZIP, _COMPOUND))


def _refuse_others(content: bytes, file_name: str) -> None:
    begin = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if begin.startswith(_OTHER):
        is_page = begin.startswith(b"<") and file_name.lower().endswith(".xls")
        raise refusals.WebPage if is_page else refusals.WrongType
