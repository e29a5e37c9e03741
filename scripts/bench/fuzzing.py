"""Damaged files given to the importer: each ends in a table or a message, and soon."""

import argparse
import io
import os
import random
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator

from figures import Figures

from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.intake.reading.refusals import UnreadableFile
from tests.contacts.damage import damaged, is_workbook, seeds
from tests.contacts.files import COMPOUND, ods_row, open_document, stream, workbook

Files = dict[str, tuple[str, bytes]]
"""What a file is → its name and what is in it."""

CARD = "BEGIN:VCARD\r\nN:Smit;Jan\r\n{}\r\nEND:VCARD\r\n"
INPUTS = 20_000
MOST_SECONDS = 3.0
MOST_FOR_LARGE = 10.0
# A workbook takes a process of its own, and so a hundred times as long as a text.
ONE_WORKBOOK_IN = 20


def outcome(content: bytes, name: str) -> str:
    """Return what came of a file: "table", the name of a refusal, or "CRASH" with the trace."""
    try:
        table = read(content, name)
        for _row in read_rows(table, mapping_of(table)):
            pass
    except UnreadableFile as refusal:
        return type(refusal).__name__
    except Exception:  # noqa: BLE001 - this is what is looked for
        return f"CRASH {traceback.format_exc()}"
    return "table"


def timed(content: bytes, name: str) -> tuple[str, float]:
    """Return what came of a file, and the seconds of a processor that it took, ours or another."""
    started = sum(os.times()[:4])
    return outcome(content, name), sum(os.times()[:4]) - started


def inputs(count: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield damaged files with their names."""
    good = seeds()
    workbooks = [seed for seed in good if is_workbook(seed[0])]
    texts = [seed for seed in good if not is_workbook(seed[0])]
    for number in range(count):
        seed = chance.choice(workbooks if number % ONE_WORKBOOK_IN == 0 else texts)
        yield seed[0], damaged(chance, seed, texts if seed in texts else good)


def members(count: int, name: str) -> bytes:
    """Return a workbook with more files in it."""
    file = io.BytesIO(workbook([["naam"], ["Jan"]]))
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(count):
            archive.writestr(name % number, b"x")
    return file.getvalue()


def large_lists() -> Files:
    """Return text files that are large or hostile in one way each, by what they are."""
    two_byte = "naam;b\n" + "Zo\u00eb;2\n" * 40_000
    found = {
        "100,000 columns": b";".join(b"k%d" % n for n in range(100_000)) + b"\n1\n",
        "a cell of 20 kB": b"a;b\n" + b"x" * 20_000 + b";2\n",
        "a heading of 20 kB": b"x" * 20_000 + b"\n1\n",
        "one column of 49,000 rows": b"naam\n" + b"Jan de Vries\n" * 49_000,
        "an unclosed quote": b'a;b\n"open;2\n' + b"3;4\n" * 5_000,
        "an unclosed quote, 9 MB": b'a;b\n"' + b"3;4\n" * 2_200_000,
        "mixed line ends": b"a;b\r\n1;2\r3;4\n5;6\r\n" * 5_000,
        "UTF-16LE without mark": two_byte.encode("utf-16-le"),
        "UTF-16BE without mark": two_byte.encode("utf-16-be"),
        "sep= line": b"sep=|\n" + b"a|b\n" * 10_000,
        "only quotes, 2 MB": b'"' * 2_000_000,
        "only delimiters, 9 MB": b";" * 9_000_000,
    }
    return {what: ("a.csv", content) for what, content in found.items()}


def large_cards() -> Files:
    """Return the same of vCards."""
    found = {
        "a folded line of 400 kB": "NOTE:" + "\r\n ".join(["x" * 75] * 5_400),
        "a photo of 5 MB": "PHOTO;ENCODING=b:" + "\r\n ".join(["A" * 75] * 70_000),
        "9 MB of parameters": "TEL" + ";X=y" * 2_200_000 + ":1",
        "9 MB of soft breaks": "NOTE;QUOTED-PRINTABLE:" + "=\r\n" * 2_900_000,
    }
    made = {what: CARD.format(line).encode() for what, line in found.items()}
    made["20,000 cards"] = CARD.format("TEL;TYPE=CELL:0612345678").encode() * 20_000
    return {what: ("a.vcf", content) for what, content in made.items()}


def large_workbooks() -> Files:
    """Return the same of workbooks."""
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    without_end = ods_row("naam") + ods_row("x" * 1_000, repeated=10**6)
    garbage = COMPOUND + stream("Workbook") * 50_000
    return {
        "XXE in ods": ("a.ods", open_document(ods_row("naam") + ods_row("&e;"), more=outside)),
        "10,000 members": ("a.xlsx", members(10_000, "xl/%d.xml")),
        "../ names": ("a.xlsx", members(20, "../../%d")),
        "rows without end in ods": ("a.ods", open_document(without_end)),
        "garbage .xls": ("a.xls", garbage),
    }


def try_large(figures: Figures) -> None:
    """Tell what comes of each large file, and how long it takes."""
    for what, (name, content) in {**large_lists(), **large_cards(), **large_workbooks()}.items():
        came, seconds = timed(content, name)
        figures.at_most(what, seconds, MOST_FOR_LARGE, "s", came)
        figures.at_most(f"{what}: crashes", came.startswith("CRASH"), 0, "files")


def try_damaged(figures: Figures, count: int, chance: random.Random) -> None:
    """Tell how many of the damaged files end in an error, and how long the slowest takes."""
    counts: Counter[str] = Counter()
    longest = 0.0
    for name, content in inputs(count, chance):
        came, seconds = timed(content, name)
        counts[came] += 1
        longest = max(longest, seconds)
    crashes = [came for came in counts if came.startswith("CRASH")]
    told = ", ".join(f"{came} {many}" for came, many in counts.most_common() if came not in crashes)
    figures.at_most("crashes", sum(counts[one] for one in crashes), 0, "files", "\n".join(crashes))
    figures.at_most("longest", longest, MOST_SECONDS, "s", f"{count} inputs: {told}")


def main() -> None:
    """Try as many damaged files as asked for, and each large one unless it is asked not to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=1)
    # Large files say little on a machine that does other work as well.
    parser.add_argument("--only-damaged", action="store_true")
    asked = parser.parse_args()
    figures = Figures()
    if not asked.only_damaged:
        try_large(figures)
    try_damaged(figures, asked.inputs, random.Random(asked.seed))
    figures.leave()


if __name__ == "__main__":
    main()
