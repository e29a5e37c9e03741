"""Excel workbooks: looked at from outside, then opened in a process of their own."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from crm.stakeholders.importing import refusals
from crm.stakeholders.importing.tables import MOST_COLUMNS, MOST_ROWS, Table, make_table

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
    "TooManyRows": refusals.TooManyRows,
    "TooManyColumns": refusals.TooManyColumns,
}
_WORKBOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin"})


def read_workbook(content: bytes) -> Table:
    """
    Return the table on the first visible sheet of an .xlsx workbook that has any rows.

    :raises UnreadableFile: if it is none, damaged, would unpack to too much, or holds no table
    """
    check_outside(content)
    found = _opened(content)
    if "refusal" in found:
        raise _REFUSALS[found["refusal"]]
    return make_table(found["rows"])


def check_outside(content: bytes) -> None:
    """
    Look at the list of contents only: number of members, sizes, and whether it is a workbook.

    :raises UnreadableFile: if it should not be opened
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as refusal:
        raise refusals.BrokenFile from refusal
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
        raise refusals.UnpacksTooLarge
    if unpacked > _SMALL and unpacked > MOST_RATIO * min(packed, len(content)):
        raise refusals.UnpacksTooLarge
    names = {member.filename for member in members}
    if _CONTENTS not in names or not names & _WORKBOOKS:
        raise refusals.WrongType
    if any(member.flag_bits & 1 for member in members):
        raise refusals.OldWorkbook


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
