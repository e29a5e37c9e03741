"""Names of persons: their parts, how they are written and sorted, and what an import proposes."""

from crm.stakeholders.names.parts import FormOfAddress, NameParts, NameUse
from crm.stakeholders.names.prefixes import PREFIXES, ends_in_prefix, is_prefix
from crm.stakeholders.names.proposal import (
    form_of_address,
    knows_form_of_address,
    propose,
    propose_from_one,
)
from crm.stakeholders.names.uses import name_use
from crm.stakeholders.names.writing import (
    formal_name,
    full_name,
    greeting,
    in_running_text,
    initials_of,
    list_name,
    salutation,
    sort_key,
    surname,
)

__all__ = [
    "PREFIXES",
    "FormOfAddress",
    "NameParts",
    "NameUse",
    "ends_in_prefix",
    "form_of_address",
    "formal_name",
    "full_name",
    "greeting",
    "in_running_text",
    "initials_of",
    "is_prefix",
    "knows_form_of_address",
    "list_name",
    "name_use",
    "propose",
    "propose_from_one",
    "salutation",
    "sort_key",
    "surname",
]
