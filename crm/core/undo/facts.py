"""What undoing announces."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class Undoing(Fact):
    """
    A step is about to be taken back, and all of it is still as it was.

    :ivar removes: ids of the rows that go, by table
    """

    kind: str
    about: Mapping[str, Any]
    removes: Mapping[str, Collection[int]]


@dataclass(frozen=True, slots=True)
class Undone(Fact):
    """A step was taken back, as far as it could: what left the house is still out."""

    kind: str
    about: Mapping[str, Any]
