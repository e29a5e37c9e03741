"""Facts about whom one may write to."""

from dataclasses import dataclass

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class PersonObjected(Fact):
    """Somebody does not want to be written to by this project any more."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ObjectionAsked(Fact):
    """A person will be held, for they object: hold first what others hold before a person."""

    person_id: int
