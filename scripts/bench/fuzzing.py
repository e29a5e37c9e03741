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

from crm.stakeholders.importing.layouts import mapping_for
from crm.stakeholders.importing.reading import read
from crm.stakeholders.importing.refusals import UnreadableFile
from crm.stakeholders.importing.rows import read_rows
from tests.stakeholders.importing.damage import damaged, is_workbook, seeds
from tests.stakeholders.importing.files import ods_row, open_document, workbook

INPUTS = 20_000
MOST_SECONDS = 3.0
MOST_FOR_LARGE = 10.0
# A workbook takes a process of its own, and so a hundred times as long as a text.
ONE_WORKBOOK_IN = 20


def outcome(content: bytes, name: str) -> str:
    """Return what came of a file: "table", the name of a refusal, or "CRASH" with the trace."""
    try:
        table = read(content, name)
        for _row in read_rows(table, mapping_for(table.headings)):
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


def large() -> dict[str, tuple[str, bytes]]:
    """Return files that are large or hostile in one way each, by what they are."""
    card = "BEGIN:VCARD\r\nN:Smit;Jan\r\n{}\r\nEND:VCARD\r\n"
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    folded = "NOTE:" + "\r\n ".join(["x" * 75] * 5_400)
    photo = "PHOTO;ENCODING=b:" + "\r\n ".join(["A" * 75] * 70_000)
    return {
        "100,000 columns": ("a.csv", b";".join(b"k%d" % n for n in range(100_000)) + b"\n1\n"),
        "a cell of 20 kB": ("a.csv", b"a;b\n" + b"x" * 20_000 + b";2\n"),
        "a heading of 20 kB": ("a.csv", b"x" * 20_000 + b"\n1\n"),
        "one column of 9 MB": ("a.csv", b"naam\n" + b"Jan de Vries\n" * 49_000),
        "an unclosed quote": ("a.csv", b'a;b\n"open;2\n' + b"3;4\n" * 5_000),
        "an unclosed quote, 9 MB": ("a.csv", b'a;b\n"' + b"3;4\n" * 2_200_000),
        "mixed line ends": ("a.csv", b"a;b\r\n1;2\r3;4\n5;6\r\n" * 5_000),
        "UTF-16LE without mark": (
            "a.csv",
            ("naam;b\n" + "Zo\u00eb;2\n" * 40_000).encode("utf-16-le"),
        ),
        "UTF-16BE without mark": (
            "a.csv",
            ("naam;b\n" + "Zo\u00eb;2\n" * 40_000).encode("utf-16-be"),
        ),
        "sep= line": ("a.csv", b"sep=|\n" + b"a|b\n" * 10_000),
        "only quotes, 2 MB": ("a.csv", b'"' * 2_000_000),
        "only delimiters, 9 MB": ("a.csv", b";" * 9_000_000),
        "20,000 cards": ("a.vcf", card.format("TEL;TYPE=CELL:0612345678").encode() * 20_000),
        "a folded line of 400 kB": ("a.vcf", card.format(folded).encode()),
        "a photo of 5 MB": ("a.vcf", card.format(photo).encode()),
        "9 MB of parameters": ("a.vcf", card.format("TEL" + ";X=y" * 2_200_000 + ":1").encode()),
        "9 MB of soft breaks": (
            "a.vcf",
            card.format("NOTE;QUOTED-PRINTABLE:" + "=\r\n" * 2_900_000).encode(),
        ),
        "XXE in ods": ("a.ods", open_document(ods_row("naam") + ods_row("&e;"), more=outside)),
        "10,000 members": ("a.xlsx", members(10_000, "xl/%d.xml")),
        "../ names": ("a.xlsx", members(20, "../../%d")),
        "rows without end in ods": (
            "a.ods",
            open_document(ods_row("naam") + ods_row("x" * 1_000, repeated=10**6)),
        ),
        "garbage .xls": (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le") * 50_000,
        ),
    }


def main() -> None:
    """Try as many damaged files as asked for, and each large one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=INPUTS)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    figures = Figures()
    for what, (name, content) in large().items():
        came, seconds = timed(content, name)
        figures.at_most(what, seconds, MOST_FOR_LARGE, "s", came)
        figures.at_most(f"{what}: crashes", came.startswith("CRASH"), 0, "files")
    counts: Counter[str] = Counter()
    longest = 0.0
    for name, content in inputs(asked.inputs, random.Random(asked.seed)):
        came, seconds = timed(content, name)
        counts[came] += 1
        longest = max(longest, seconds)
    crashes = [came for came in counts if came.startswith("CRASH")]
    told = ", ".join(
        f"{came} {count}" for came, count in counts.most_common() if came[:5] != "CRASH"
    )
    figures.at_most("crashes", sum(counts[one] for one in crashes), 0, "files", "\n".join(crashes))
    figures.at_most("longest", longest, MOST_SECONDS, "s", f"{asked.inputs} inputs: {told}")
    figures.leave()


if __name__ == "__main__":
    main()
