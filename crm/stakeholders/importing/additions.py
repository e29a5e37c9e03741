"""What a row gives to a person of the register, and what of it differs from what is there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.round_trip import CellState
from crm.stakeholders.models import Helix
from crm.stakeholders.phones import PhoneReading


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What becomes of a role: its words and its helix."""

    id: int
    role: str
    helix: Helix


@dataclass(frozen=True, slots=True)
class Additions:
    """
    What a row gives to a person that is known: what was empty or missing, or also what differs.

    :ivar role: what a role that they have becomes
    :ivar goes_first: whether addresses and numbers go before those that they have
    """

    name: Mapping[Field, str] = field(default_factory=dict)
    emails: tuple[str, ...] = ()
    phones: tuple[PhoneReading, ...] = ()
    tags: tuple[str, ...] = ()
    area: str = ""
    note: str = ""
    has_role: bool = False
    is_first_role: bool = False
    language: str = ""
    role: RoleChange | None = None
    goes_first: bool = False

    @property
    def fields(self) -> list[Field]:
        """The fields that get something, in the order in which a person is described."""
        others = {
            Field.LANGUAGE: self.language,
            Field.ROLE: self.has_role or self.role,
            Field.EMAIL: self.emails,
            Field.PHONE: self.phones,
            Field.AREA: self.area,
            Field.TAGS: self.tags,
            Field.NOTE: self.note,
        }
        return [*self.name, *(one for one, value in others.items() if value)]


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One value of a row that differs from the register: here, in the list, and if it is taken.

    :ivar state: what became of it in a list that left Kring and came back
    """

    field: Field
    old: str
    new: str
    is_taken: bool = False
    state: CellState | None = None

    @property
    def is_added(self) -> bool:
        """Whether it comes beside what is there, as a second address does."""
        return self.state is None and self.field in {Field.EMAIL, Field.PHONE, Field.TAGS}
