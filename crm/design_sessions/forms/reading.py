"""Reading what a browser sends: ids and choices, of which only those that make sense remain."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

# Nine digits always fit a column of ids; `isdigit` would let other scripts through.
NUMBER = re.compile(r"[0-9]{1,9}")
E = TypeVar("E", bound=StrEnum)


def number(given: object) -> int | None:
    """Return the whole number that was sent, if it is one that an id or a counter can be."""
    text = str(given or "")
    return int(text) if NUMBER.fullmatch(text) else None


def member(enum: type[E], given: object) -> E | None:
    """Return the member of `enum` that was sent, if it is one."""
    return next((known for known in enum if known.value == given), None)


def numbered(given: Mapping[str, str], prefix: str) -> dict[int, str]:
    """Return by id what was sent under names such as "mark-12", for the prefix "mark-"."""
    ids = {name: number(name.removeprefix(prefix)) for name in given if name.startswith(prefix)}
    return {key: given[name] for name, key in ids.items() if key is not None}
