"""Workbooks of Excel and LibreOffice: looked at from outside, opened in a process of their own."""

import io
import json
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from crm.stakeholders.importing import refusals
from crm.stakeholders.importing.heading_lines import headings_known
from crm.stakeholders.importing.links import with_links
from crm.stakeholders.importing.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    Reading,
    Table,
    make_table,
)

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


def read_workbook(content: bytes, heading_row: int = 0) -> Table:
    """
    Return the table on the first visible sheet of an .xlsx or .ods workbook that has any rows.

    :raises UnreadableFile: if it is none, damaged, would unpack to too much, or holds no table
    """
    check_outside(content)
    return _table(content, heading_row)


def read_old_workbook(content: bytes, heading_row: int = 0) -> Table:
    """
    Return the table on the first visible sheet of an .xls workbook that has any rows.

    :raises UnreadableFile: if it is none, damaged, has a password, or holds no table
    """
    if _LOCKED in content:
        raise refusals.Locked
    if not any(name in content for name in _STREAMS):
        raise refusals.WrongType
    return _table(content, heading_row)


def check_outside(content: bytes) -> None:
    """
    Look at the list of contents only: number of members, sizes, and whether it is a workbook.

    :raises UnreadableFile: if it should not be opened
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_size(members, len(content))
            is_workbook = _is_excel(members) or _is_open_document(archive)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as refusal:
        raise refusals.BrokenFile from refusal
    if not is_workbook:
        raise refusals.WrongType
    if any(member.flag_bits & 1 for member in members):
        raise refusals.Locked


def _check_size(members: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise refusals.UnpacksTooLarge
    if unpacked > _SMALL and unpacked > MOST_RATIO * min(packed, size):
        raise refusals.UnpacksTooLarge


def _is_excel(members: list[zipfile.ZipInfo]) -> bool:
    names = {member.filename for member in members}
    return _CONTENTS in names and not names.isdisjoint(_WORKBOOKS)


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("mimetype") as member:
            return member.read(len(_OPEN_DOCUMENT)) == _OPEN_DOCUMENT
    except (KeyError, RuntimeError, EOFError, zlib.error):
        return False


def _table(content: bytes, heading_row: int) -> Table:
    found = _opened(content)
    if "refusal" in found:
        raise _REFUSALS[found["refusal"]]
    sheets = found["sheets"] or [_NOTHING]
    # A sheet with an explanation may stand before the one with the list.
    chosen = max(sheets, key=lambda one: headings_known(one["rows"]))
    if chosen["lacks"]:
        raise refusals.NoResults
    rows = with_links(chosen["rows"], chosen["links"])
    table = make_table(rows, Reading(heading_row=heading_row))
    left = [one for one in sheets if one is not chosen and headings_known(one["rows"])]
    return replace(table, sheets=tuple(one["name"] for one in (chosen, *left) if left))


def _opened(content: bytes) -> dict[str, Any]:
    """Return the answer of the process that opens the workbook."""
    command = [sys.executable, "-I", "-B", str(_PROCESS), str(MOST_ROWS + 1), str(MOST_COLUMNS)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=_LONGEST_WAIT, check=False, env={}
        )
    except subprocess.TimeoutExpired as refusal:
        raise refusals.UnpacksTooLarge from refusal
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise refusals.UnpacksTooLarge
    if done.returncode:
        raise refusals.BrokenFile
    found: dict[str, Any] = json.loads(done.stdout)
    return found
