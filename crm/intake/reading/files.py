"""From the bytes of an uploaded file to a table, whatever kind of file it is."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from crm.core.libraries import clevercsv
from crm.intake.reading import refusals, tables, vcards
from crm.intake.reading.encodings import decode
from crm.intake.reading.tables import FOUND, NO_QUOTE, NOTHING_READ, Reading, Table, Vocabulary
from crm.intake.reading.workbooks import read_old_workbook, read_workbook

DELIMITERS = (";", ",", "\t", "|")
# The detection takes quadratic time, so it sees no more than the start.
_SAMPLE = 8192
# Also in the length of a cell: five seconds for one of 8 kB.
_LONG_RUN = re.compile(r"[^;,\t|\"\r\n]{300,}")
_SHORTENED = 50
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_CONTROL = 0.01
# Inside a text: between delimiters it is an empty cell, behind \\ the end of one.
_DOUBLED = re.compile(r"""[^\\;,\t|\r\n](["'])\1[^;,\t|\r\n]""")
_FEWEST_QUOTED = 4
# A last line that no text holds once its control signs are gone: inside quotation marks it shows.
_END = "\x1f"
_NAMED_DELIMITER = re.compile(r"sep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)


def read_separated(content: bytes, how: Reading, known: Vocabulary) -> Table:
    """
    Return the table of a text file; what `how` leaves open is found.

    :raises UnreadableFile: if it is no text, or no table within the limits
    """
    text, encoding, was_twice = decode(content, how.encoding)
    text, removed = _CONTROL.subn("", text)
    if removed > len(text) * _MOST_CONTROL:
        raise refusals.WrongType
    named = _NAMED_DELIMITER.match(text)
    text = text[named.end() :] if named else text
    text = text if how.delimiter else _unwrapped(text)
    delimiter = how.delimiter or (named[1] if named else "") or find_delimiter(text)
    used = Reading(encoding, delimiter, how.quote or find_quote(text, delimiter), how.heading_row)
    table = tables.make_table(_records(text, used), used, known)
    return replace(table, was_twice=was_twice)


def _unwrapped(text: str) -> str:
    """Return a text of which every line was put between quotation marks, without them."""
    if not text.startswith('"'):
        return text
    try:
        records = csv.reader(io.StringIO(text), delimiter=_END, strict=True)
        lines = ["".join(record) for record in records]
    except csv.Error:
        return text
    is_wrapped = any(sign in next(filter(None, lines), "") for sign in DELIMITERS)
    return "\n".join(lines) if is_wrapped else text


def find_quote(text: str, delimiter: str) -> str:
    """Return the quotation mark: the double one, unless only single ones stand around cells."""
    sample = text[:_SAMPLE]
    opened = sum(sample.count(f"{before}'") for before in (delimiter, "\n"))
    closed = sum(sample.count(f"'{behind}") for behind in (delimiter, "\n", "\r"))
    is_single = '"' not in sample and closed >= _FEWEST_QUOTED and abs(opened - closed) <= 1
    return "'" if is_single else '"'


def find_delimiter(text: str) -> str:
    """Return the delimiter by which the start of `text` makes the most regular table."""
    sample = text[:_SAMPLE]
    # The quick way settles nearly every file, and the library is loaded for none of those.
    regular = [sign for sign in DELIMITERS if _is_regular(sample, sign, whole=sample == text)]
    if len(regular) == 1:
        return regular[0]
    if not any(sign in sample for sign in DELIMITERS):
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
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
        widths = [len(record) for record in records if record]
    except csv.Error:
        return False
    complete = widths if whole else widths[:-1]
    return bool(complete) and min(complete) == max(complete) > 1


def _records(text: str, how: Reading) -> Iterator[list[str]]:
    """
    Yield the records; a stray quotation mark is text, one that is never closed is refused.

    :raises QuoteNotClosed: if the file ends inside quotation marks
    :raises CellTooLong: if a cell is longer than the csv module takes
    """
    if len(how.delimiter) != 1 or how.delimiter in "\"'\r\n ":
        raise refusals.WrongDelimiter
    try:
        for record in _reader(f"{text}\n{_END}", how):
            if record == [_END]:
                return
            if record and record[-1].endswith(_END):
                raise refusals.QuoteNotClosed
            yield record
    except csv.Error as refusal:
        raise refusals.CellTooLong from refusal


def _reader(text: str, how: Reading) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    if how.quote == NO_QUOTE:
        return csv.reader(lines, delimiter=how.delimiter, quoting=csv.QUOTE_NONE)
    # Databases write \" inside quotation marks, where all others double the mark.
    sample = text[:_SAMPLE]
    is_escaped = f"\\{how.quote}" in sample and not _DOUBLED.search(sample)
    return csv.reader(
        lines,
        delimiter=how.delimiter,
        quotechar=how.quote,
        doublequote=not is_escaped,
        escapechar="\\" if is_escaped else None,
    )


def read_vcards(content: bytes, encoding: str, known: Vocabulary) -> Table:
    """
    Return the table of a file of vCards; cards that are lists of other cards have no row.

    :raises UnreadableFile: if there are no cards, too many, or a text is too long
    """
    text, used, _was_twice = decode(content, encoding)
    if used.startswith(("utf-16", "utf-32")):
        content = text.encode("utf-8", "surrogatepass")
    lines = content.removeprefix(b"\xef\xbb\xbf")
    written = vcards.read_properties(lines, "" if used.startswith("utf") else used)
    cards = map(vcards.contact, vcards.cards(written))
    try:
        table = tables.make_table(
            _rows_of(cards, known), Reading(encoding=used, heading_row=1), known
        )
    except refusals.NoRows as refusal:
        raise refusals.NoCards from refusal
    # The number of a row is that of its card, and our own line of headings is none.
    return replace(table, numbers=tuple(number - 1 for number in table.numbers))


def _rows_of(cards: Iterable[vcards.Contact], known: Vocabulary) -> Iterator[list[str]]:
    # Headings in the reader's language: they are recognised in each.
    yield list(known.card(vcards.Contact({})))
    for number, card in enumerate(cards, start=1):
        if number > tables.MOST_ROWS:
            raise refusals.TooManyRows
        cells = [] if card.is_group else list(known.card(card).values())
        if any(len(cell) > tables.LONGEST_CELL for cell in cells):
            raise refusals.CardTooLong(number)
        yield cells


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came in, and the table in it, if one was found."""

    name: str
    content: bytes
    table: Table = NOTHING_READ


LARGEST_FILE = 10 * 1024 * 1024
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIPPED = (".xlsx", ".xlsm", ".xlsb", ".ods")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Beginnings of files that are no list, though some of them could pass for text.
_OTHER = re.compile(
    rb"%PDF|\x89PNG|\xff\xd8\xff|GIF8|RIFF|\{\\rtf|\x7fELF|MZ|\x1f\x8b|7z\xbc\xaf|Rar!"
    rb"|SQLite format 3|[<{\[]|BEGIN:V"
)


def read(content: bytes, file_name: str, how: Reading = FOUND, *, known: Vocabulary) -> Table:
    """
    Return the table in a file, by its content; the name only says what it was meant to be.

    :param how: overrules what is found: encoding, delimiter, quotation mark, line of the headings
    :param known: what lists of this kind are known by
    :raises UnreadableFile: if there is no usable table in it; the subclass says why
    """
    if len(content) > LARGEST_FILE:
        raise refusals.FileTooLarge
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise refusals.EmptyFile
    # By what is in it: the name is whatever somebody called it, and is only asked for a reason.
    if content.startswith(_ZIP):
        return read_workbook(content, how, known)
    if content.startswith(_COMPOUND):
        return read_old_workbook(content, how, known)
    if file_name.lower().endswith(_ZIPPED):
        raise refusals.BrokenFile
    if vcards.is_vcards(content):
        return read_vcards(content, how.encoding, known)
    begin = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _OTHER.match(begin):
        is_page = begin.startswith(b"<") and file_name.lower().endswith(".xls")
        raise refusals.WebPage if is_page else refusals.WrongType
    return read_separated(content, how, known)


def is_text(content: bytes) -> bool:
    """Return whether a file is text, so that its encoding can be overruled."""
    return not content.startswith((*_ZIP, _COMPOUND))
