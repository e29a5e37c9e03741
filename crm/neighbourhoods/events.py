"""Facts about areas."""

from dataclasses import dataclass

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class AreaRenamed(Fact):
    """An area has another name; what is found by the name of its area is to be indexed anew."""

    area_id: int
