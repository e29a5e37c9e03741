"""
Which values a row of a list gave: kept as digests, so that nothing is kept twice.

A value is known to come from a row as long as it is what the row gave. A digest tells nobody what
an address was that is removed since, as it is made with the secret of the installation.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.existing_records import Additions
from crm.core import tokens
from crm.core.normalisation import fold
from crm.stakeholders.rules.columns import NAME_PARTS, Field
from crm.stakeholders.rules.fields import parts_of
from crm.stakeholders.rules.round_trip import usual
from crm.stakeholders.values import phones
from crm.stakeholders.values.names import NameParts

LENGTH = 12
Values = Mapping[Field, Iterable[str]]


def digester() -> Callable[[Field, str], str]:
    """Return what gives the digest of a value, in which case and signs do not count."""
    # The secret is asked once for many values.
    key = tokens.digest("origins").encode()

    def digest(field: Field, text: str) -> str:
        told = f"{field.value}|{fold(text)}".encode("utf-8", "replace")
        return blake2b(told, key=key, digest_size=LENGTH // 2).hexdigest()

    return digest


def given_text(values: Values) -> str:
    """Return what a row gave as text: field → digests; fields without a value are left out."""
    digest = digester()
    found = {
        field.value: [digest(field, text) for text in texts if text]
        for field, texts in values.items()
    }
    return json.dumps({field: some for field, some in found.items() if some})


def given_of(text: str) -> dict[Field, list[str]]:
    """Return what was kept as `text`; fields that are not known any more are left out."""
    return {Field(key): some for key, some in json.loads(text).items() if key in list(Field)}


def of_new(candidate: Candidate) -> dict[Field, Iterable[str]]:
    """Return the values that a row gives to the person that it makes."""
    role = (candidate.organisation, candidate.role)
    return {**of_name(candidate.called), **_beside_name(role, candidate)}


def of_changed(candidate: Candidate, added: Additions) -> dict[Field, Iterable[str]]:
    """Return the values that a row gives to a person who was there."""
    organisation = candidate.organisation if added.has_role else ""
    role = candidate.role if added.has_role or added.role else ""
    name = {field: [text] for field, text in added.name.items()}
    return {**name, **_beside_name((organisation, role), added)}


def _beside_name(role: tuple[str, str], given: Candidate | Additions) -> dict[Field, Iterable[str]]:
    return {
        Field.ORGANISATION: [role[0]],
        Field.ROLE: [role[1]],
        Field.EMAIL: given.emails,
        Field.PHONE: [phone.number for phone in given.phones],
        Field.AREA: [given.area],
        Field.LANGUAGE: [given.language],
        Field.TAGS: given.tags,
        Field.NOTE: [given.note],
    }


def of_edited_organisation(edits: Mapping[Field, str]) -> dict[Field, Iterable[str]]:
    """Return the values of the cells of an organisation that came back, as they are kept."""
    listed = {Field.TAGS: parts_of(edits.get(Field.TAGS, ""), more=",")}
    return {**{field: [usual(field, text)] for field, text in edits.items()}, **listed}


def of_edited(edits: Mapping[Field, str]) -> dict[Field, Iterable[str]]:
    """Return the values of the cells of a list that came back."""
    found: dict[Field, Iterable[str]] = {field: parts_of(text) for field, text in edits.items()}
    # As the register keeps a number, or the row would never be known as where it came from.
    found[Field.PHONE] = [phones.read(text).number for text in found.get(Field.PHONE, ())]
    found[Field.NOTE] = [edits.get(Field.NOTE, "")]
    return found


def of_name(name: NameParts) -> dict[Field, Iterable[str]]:
    """Return the parts of a name."""
    return {field: [getattr(name, field)] for field in NAME_PARTS}
