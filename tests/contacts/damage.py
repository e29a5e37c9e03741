"""Files of lists with damage of every kind, made by chance from good ones."""

import random
from collections.abc import Callable, Iterator

from tests.contacts.files import ods_row, open_document, workbook
from tests.shared_data import SHARED_DATA

Seed = tuple[str, bytes]
"""The name of a good file, and what is in it."""

_TEXT = (
    "Voornaam;Tussenvoegsel;Achternaam;E-mail;Telefoon;Datum toestemming;Opmerking\r\n"
    'Zoë;van \'t;Hof;zoe@x.example;0592-000100;12-3-2021;"regel 1\nregel 2; meer"\r\n'
    "İbrahim;;Öz;;612345678;31-02-2021;=1+1\r\n"
)
_CARD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=85kesson;Bj=\r\n"
    "=C3=B6rn;;;\r\nitem1.TEL;WORK;VOICE:0592-001200\r\nitem1.X-ABLabel:Werk\r\n"
    "ORG:Bos\\; Hout;A\r\nNOTE:een lange\r\n  regel\r\n"
    "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n AAAA\r\nEND:VCARD\r\n"
)
_TOKENS = (
    b'"', b"'", b";", b",", b"\t", b"|", b"\r", b"\n", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf",
    b"sep=;\n", b"\\", b"=", b"=\r\n", b"@", b":", b"BEGIN:VCARD\n", b"END:VCARD\n", b"N:;;;;\n",
    b'TEL;TYPE="', b";CHARSET=hex:", b";ENCODING=BASE64:", b" ::: ", b"1e999", b"\xe2\x80\xae",
    b"\xcc\x81" * 40, b"9" * 60, b"-", b"31-02-2021", b"0-0-00", b"6,12346E+08", b"\x1f", b"\x85",
    b"\xf0\x9f\x91\xa9\xe2\x80\x8d", b"\xed\xa0\x80", b"{{7*7}}", b"<!DOCTYPE x>", b"PK\x03\x04",
    b"BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\n", b"E-mail;E-mail\n", b"NaN", b"\xc4\xb0",
)  # fmt: skip


def seeds() -> list[Seed]:
    """Return good files of every kind, with those of the shared data where they are."""
    made = [
        *((f"{code}.csv", _TEXT.encode(code, "replace")) for code in ("utf-8", "cp1252", "utf-16")),
        ("mark.csv", _TEXT.encode("utf-8-sig")),
        ("tab.txt", _TEXT.replace(";", "\t").encode("utf-16-le")),
        ("cards.vcf", _CARD.encode() * 2 + _CARD.replace("2.1", "4.0").encode("cp1252")),
        ("list.xlsx", workbook([["Naam", "Telefoon"], ["Zoë", 612345678.0], ["=1+1", True]])),
        ("list.ods", open_document(ods_row("Naam", "Plaats") + ods_row("Zoë", "Assen"))),
    ]
    return made + list(_shared())


def _shared() -> Iterator[Seed]:
    for folder in ("contacts", "csv", "vcard"):
        for path in sorted((SHARED_DATA / folder).iterdir()) if SHARED_DATA else ():
            if path.suffix in {".csv", ".txt", ".vcf", ".xlsx", ".xls"}:
                yield path.name, path.read_bytes()


def is_workbook(name: str) -> bool:
    """Return whether a file is opened in a process of its own, which takes its time."""
    return name.endswith((".xlsx", ".xls", ".ods"))


def damaged(chance: random.Random, seed: Seed, others: list[Seed]) -> bytes:
    """Return the content of a file with one to eight kinds of damage."""
    content = seed[1]
    for _time in range(chance.randint(1, 8)):
        content = chance.choice(_WAYS)(chance, content, chance.choice(others)[1])
    return content[:200_000]


def _at(chance: random.Random, content: bytes) -> int:
    return chance.randint(0, len(content))


def _flip(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    changed = bytearray(content)
    for _time in range(chance.randint(1, 10) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    start = _at(chance, content)
    return content[:start] + content[start + chance.randint(0, 60) :]


def _insert(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    at = _at(chance, content)
    return content[:at] + chance.choice(_TOKENS) * chance.choice((1, 1, 1, 3, 400)) + content[at:]


def _repeat(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    at = _at(chance, content)
    piece = content[at : at + chance.randint(1, 200)]
    return content[:at] + piece * chance.choice((2, 5, 50)) + content[at:]


def _truncate(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    return content[: _at(chance, content)]


def _join(chance: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: _at(chance, content)] + other[_at(chance, other) :]


def _line_ends(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    return content.replace(b"\n", chance.choice((b"\r", b"\r\n", b"\n\n", b"\n ", b"\0\n")))


def _swap(chance: random.Random, content: bytes, _other: bytes) -> bytes:
    return content.replace(chance.choice(_TOKENS[:8]), chance.choice(_TOKENS))[:400_000]


_Way = Callable[[random.Random, bytes, bytes], bytes]
_WAYS: tuple[_Way, ...] = (
    _flip, _flip, _cut, _insert, _insert, _insert, _repeat, _truncate, _join, _line_ends, _swap,
)  # fmt: skip
