"""Text files with separated values: their encoding, their delimiter, their records."""

import csv
import io
import re
from collections.abc import Iterator

import clevercsv

from crm.stakeholders.importing import refusals
from crm.stakeholders.importing.encodings import decode
from crm.stakeholders.importing.tables import Table, make_table

DELIMITERS = (";", ",", "\t", "|")
# The detection takes quadratic time, so it sees no more than the start.
_SAMPLE = 8192
# Also in the length of a cell: five seconds for one of 8 kB.
_LONG_RUN = re.compile(r"[^;,\t|\"\r\n]{300,}")
_SHORTENED = 50
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_CONTROL = 0.01
# A last line that no text holds once its control signs are gone: inside quotation marks it shows.
_END = "\x1f"
_NAMED_DELIMITER = re.compile(r"sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)


def read_separated(content: bytes, encoding: str = "", delimiter: str = "") -> Table:
    """
    Return the table of a text file; encoding and delimiter are found where they are not given.

    :raises UnreadableFile: if it is no text, or no table within the limits
    """
    text, used_encoding = decode(content, encoding)
    text, removed = _CONTROL.subn("", text)
    if removed > len(text) * _MOST_CONTROL:
        raise refusals.WrongType
    named = _NAMED_DELIMITER.match(text)
    if named:
        text = text[named.end() :]
    used_delimiter = delimiter or (named[1] if named else "") or find_delimiter(text)
    records = _records(text, used_delimiter)
    return make_table(records, encoding=used_encoding, delimiter=used_delimiter)


def find_delimiter(text: str) -> str:
    """Return the delimiter by which the start of `text` makes the most regular table."""
    sample = text[:_SAMPLE]
    regular = [one for one in DELIMITERS if _is_regular(sample, one, whole=sample == text)]
    if len(regular) == 1:
        return regular[0]
    if not any(one in sample for one in DELIMITERS):
        return DELIMITERS[0]
    short = _LONG_RUN.sub(lambda run: run[0][:_SHORTENED], sample)
    try:
        found = clevercsv.Detector().detect(short, delimiters=list(DELIMITERS))
    except Exception:  # noqa: BLE001 - the library meets text that nobody foresaw; a guess is left
        found = None
    if found is not None and found.delimiter in DELIMITERS:
        return str(found.delimiter)
    first_line = sample.partition("\n")[0]
    return max(DELIMITERS, key=first_line.count)


def _is_regular(sample: str, delimiter: str, *, whole: bool) -> bool:
    """Return whether every record of the sample has the same number of cells, more than one."""
    try:
        widths = [len(record) for record in _reader(sample, delimiter, strict=True) if record]
    except csv.Error:
        return False
    complete = widths if whole else widths[:-1]
    return bool(complete) and min(complete) == max(complete) > 1


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """
    Yield the records; a stray quotation mark is text, one that is never closed is refused.

    :raises QuoteNotClosed: if the file ends inside quotation marks
    :raises CellTooLong: if a cell is longer than the csv module takes
    """
    if len(delimiter) != 1 or delimiter in '"\r\n ':
        raise refusals.WrongType
    try:
        for record in _reader(f"{text}\n{_END}", delimiter):
            if record == [_END]:
                return
            if record and record[-1].endswith(_END):
                raise refusals.QuoteNotClosed
            yield record
    except csv.Error as refusal:
        raise refusals.CellTooLong from refusal


def _reader(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
