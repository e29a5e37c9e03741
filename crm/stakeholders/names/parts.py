"""The parts of a person's name, as they are registered."""

from dataclasses import dataclass
from enum import StrEnum


class NameUse(StrEnum):
    """Which surname a person uses (Dutch register: E, P, N and V)."""

    OWN = "own"
    PARTNER = "partner"
    PARTNER_THEN_OWN = "partner_then_own"
    OWN_THEN_PARTNER = "own_then_partner"


class FormOfAddress(StrEnum):
    """How a person wants to be addressed; neutral where it is unknown or neither is wanted."""

    MADAM = "madam"
    SIR = "sir"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class NameParts:
    """One person's name in its parts; an unknown part is empty."""

    initials: str = ""
    first_name: str = ""
    prefix: str = ""
    surname: str = ""
    partner_prefix: str = ""
    partner_surname: str = ""
    name_use: NameUse = NameUse.OWN
    form_of_address: FormOfAddress = FormOfAddress.NEUTRAL

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to call this person by."""
        return not (self.first_name or self.initials or self.surname or self.partner_surname)
