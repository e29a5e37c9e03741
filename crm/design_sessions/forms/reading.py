"""Reading what a browser sends: ids and choices, of which only those that make sense remain."""

import re
from enum import StrEnum
from typing import TypeVar

# Nine digits always fit a column of ids.
NUMBER = re.compile(r"[0-9]{1,9}")
E = TypeVar("E", bound=StrEnum)


def number(given: object) -> int | None:
    """Return the whole number that was sent, if it is one that an id or a counter can be."""
    text = str(given or "")
    return int(text) if NUMBER.fullmatch(text) else None


def member(enum: type[E], given: object) -> E | None:
    """Return the member of `enum` that was sent, if it is one."""
    return next((one for one in enum if one.value == given), None)


def numbered(name: str, prefix: str) -> int | None:
    """Return the id in a name such as "mark-12" for the prefix "mark-"."""
    return number(name.removeprefix(prefix)) if name.startswith(prefix) else None
