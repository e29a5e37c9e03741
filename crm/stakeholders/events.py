"""Facts about persons."""

from dataclasses import dataclass

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class PersonObjected(Fact):
    """Somebody does not want to be written to by this project any more."""

    person_id: int
