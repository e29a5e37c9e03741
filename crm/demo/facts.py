"""
The facts of the demo: made-up people in and around Assen, 2019 to 2023.

Only the municipality, its districts (CBS, 2020) and two initiatives are real; every person,
every other organisation and every session is made up.
"""

import csv
from datetime import date, datetime
from pathlib import Path

SLUG = "assen-i2i"
NAME = "I2I Assen (demo)"
DESCRIPTION = (
    "Van isolement naar inclusie: Assen zoekt met overheid, onderzoek, bedrijven en bewoners naar"
    " manieren om elkaar meer te ontmoeten. Een voorbeeld; alle personen zijn verzonnen."
)
AREA_YEAR = 2020
Row = dict[str, str]
_FOLDER = Path(__file__).parent / "data"


def rows(name: str) -> list[Row]:
    """Return the rows of one file of the demo, such as "persons"; each is heading → text."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    """Return the date that stands in a cell, if one does."""
    return date.fromisoformat(text) if text else None


def wall_time(text: str) -> datetime:
    """Return the local time that stands in a cell."""
    return datetime.fromisoformat(text)


def words(text: str) -> tuple[str, ...]:
    """Return the words in a cell, which stand between semicolons."""
    return tuple(word.strip() for word in text.split(";") if word.strip())
