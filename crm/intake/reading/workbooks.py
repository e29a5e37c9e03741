"""Workbooks of Excel and LibreOffice: looked at from outside, opened in a process of their own."""

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from crm.core import words
from crm.intake.reading import refusals, tables
from crm.intake.reading.tables import Links, Table, Vocabulary

# "Anna Bos", and neither "mail mij" nor "E-mail Anna".
_LINKED_NAME = re.compile(
    rf"(?!{words.read('intake/links').pattern('words.asking')})\w+\.?\s", re.IGNORECASE
)
Rows = list[list[str]]
Link = tuple[int, int, str]
"""Row and column of a cell, both from 0, and the address behind it."""


def with_links(rows: Rows, links: Iterable[Sequence[int | str]], known: Vocabulary) -> Rows:
    """
    Return rows in which a cell shows its address where an address is asked for.

    :param links: row and column of a cell, and the address behind it
    """
    found = [(int(row), int(at), str(address)) for row, at, address in links]
    # What a column is headed as, wherever its heading stands.
    shows: dict[int, Links | None] = {}
    for at in {at for _row, at, _address in found}:
        headings = (row[at] for row in rows[: tables.MOST_ABOVE] if at < len(row) and row[at])
        fields = filter(None, map(known.field_of, headings))
        shows[at] = next((known.links[held] for held in fields if held in known.links), None)
    often = Counter((at, rows[row][at].casefold()) for row, at, _address in found)
    shown = [list(row) for row in rows] if found else rows
    for row, at, address in found:
        said = shown[row][at].strip()
        # Words that stand once are kept before the address, for they may be a name.
        is_name = often[at, said.casefold()] == 1 and bool(_LINKED_NAME.match(said))
        shown[row][at] = _shown_link(said, address, shows[at], is_name=is_name) or shown[row][at]
    return shown


def _shown_link(said: str, address: str, shows: Links | None, *, is_name: bool) -> str:
    """Return what a cell with a link says; nothing where it says it already."""
    scheme, _colon, rest = address.partition(":")
    if scheme.lower() == "mailto" and shows in {Links.EMAIL, Links.NAME}:
        to = unquote(rest.partition("?")[0]).strip()
        # An address that is shown was perhaps typed over an old link: it stays.
        if "@" in said or "@" not in to:
            return ""
        is_kept = is_name or shows is Links.NAME
        return f"{said} <{to}>" if is_kept else to
    if shows is Links.WEBSITE and scheme.lower() in {"http", "https"}:
        return "" if "." in said else address
    return ""


MOST_MEMBERS = 1_000
MOST_UNPACKED = 100 * 1024 * 1024
# Text of a real sheet shrinks to a tenth or so; rows of one repeated word may reach a hundredth.
MOST_RATIO = 200
_SMALL = 1024 * 1024
_LONGEST_WAIT = 40
_PROCESS = Path(__file__).with_name("spreadsheet_process.py")
_CONTENTS = "[Content_Types].xml"
_REFUSALS = {
    "BrokenFile": refusals.BrokenFile,
    "Locked": refusals.Locked,
    "TooManyRows": refusals.TooManyRows,
    "TooManyColumns": refusals.TooManyColumns,
}
_NOTHING: dict[str, Any] = {"name": "", "rows": [[]], "links": [], "lacks": False}
_WORKBOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin"})
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
# Names in the directory of a compound file, which Excel before 2007 and locked workbooks are.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_STREAMS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))


def read_workbook(content: bytes, how: tables.Reading, known: Vocabulary) -> Table:
    """
    Return the table on a sheet of an .xlsx or .ods workbook: the one asked for, or with most known.

    :raises UnreadableFile: if it is none, damaged, would unpack to too much, or holds no table
    """
    check_outside(content)
    return _table(content, how, known)


def read_old_workbook(content: bytes, how: tables.Reading, known: Vocabulary) -> Table:
    """
    Return the table on a sheet of an .xls workbook: the one asked for, or with most known.

    :raises UnreadableFile: if it is none, damaged, has a password, or holds no table
    """
    if _LOCKED in content:
        raise refusals.Locked
    if not any(name in content for name in _STREAMS):
        raise refusals.WrongType
    return _table(content, how, known)


def check_outside(content: bytes) -> None:
    """
    Look at the list of contents only: number of members, sizes, and whether it is a workbook.

    :raises UnreadableFile: if it should not be opened
    """
    try:
        # Only the directory is read here: nothing of it is unpacked in this process.
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            packed = max(sum(member.compress_size for member in members), 1)
            # The sizes in the directory may lie, so the whole file counts as well as what it says.
            most = max(_SMALL, MOST_RATIO * min(packed, len(content)))
            if len(members) > MOST_MEMBERS or unpacked > min(most, MOST_UNPACKED):
                raise refusals.UnpacksTooLarge
            names = {member.filename for member in members}
            is_excel = _CONTENTS in names and not names.isdisjoint(_WORKBOOKS)
            is_workbook = is_excel or _is_open_document(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as refusal:
        raise refusals.BrokenFile from refusal
    if not is_workbook:
        raise refusals.WrongType
    if any(member.flag_bits & 1 for member in members):
        raise refusals.Locked


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    # An OpenDocument file says what it is in a member of its own.
    try:
        with archive.open("mimetype") as member:
            return member.read(len(_OPEN_DOCUMENT)) == _OPEN_DOCUMENT
    except (KeyError, RuntimeError, EOFError, zlib.error):
        return False


def _table(content: bytes, how: tables.Reading, known: Vocabulary) -> Table:
    found = _opened(content)
    if "refusal" in found:
        raise _REFUSALS[found["refusal"]]
    sheets = found["sheets"] or [_NOTHING]
    # A sheet with an explanation may stand before the one with the list.
    named = [sheet for sheet in sheets if sheet["name"] == how.sheet]
    chosen = max(named or sheets, key=lambda sheet: known.most_in(sheet["rows"]))
    if chosen["lacks"]:
        raise refusals.NoResults
    rows = with_links(chosen["rows"], chosen["links"], known)
    table = tables.make_table(rows, tables.Reading(heading_row=how.heading_row), known)
    left = [sheet for sheet in sheets if sheet is not chosen]
    others = tuple(sheet["name"] for sheet in left if known.most_in(sheet["rows"]))
    return replace(table, sheets=tuple(sheet["name"] for sheet in (chosen, *left)), others=others)


def _opened(content: bytes) -> dict[str, Any]:
    """Return the answer of the process that opens the workbook."""
    most = (str(tables.MOST_ROWS + 1), str(tables.MOST_COLUMNS))
    command = [sys.executable, "-I", "-B", str(_PROCESS), *most]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=_LONGEST_WAIT, check=False, env={}
        )
    except subprocess.TimeoutExpired as refusal:
        raise refusals.UnpacksTooLarge from refusal
    # Ended by a signal: the limits on memory and time that it gave itself.
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise refusals.UnpacksTooLarge
    if done.returncode:
        raise refusals.BrokenFile
    found: dict[str, Any] = json.loads(done.stdout)
    return found
