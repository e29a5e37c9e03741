"""What undoing announces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class Undone(Fact):
    """A step was taken back, as far as it could: what left the house is still out."""

    kind: str
    about: Mapping[str, Any]
