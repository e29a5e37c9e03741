"""What a network is made of, as plain values: who took part in what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crm.networks.selection import TieKind
from crm.stakeholders.models import Helix

PERSON = "p"
ORGANISATION = "o"


def person_key(person_id: int) -> str:
    """Return the key of a person as a point of the network."""
    return f"{PERSON}{person_id}"


def organisation_key(organisation_id: int) -> str:
    """Return the key of an organisation as a point of the network."""
    return f"{ORGANISATION}{organisation_id}"


def is_organisation(key: str) -> bool:
    """Whether a point of the network is an organisation."""
    return key.startswith(ORGANISATION)


def id_of(key: str) -> int:
    """Return the id behind a key."""
    return int(key[1:])


@dataclass(frozen=True, slots=True)
class Part:
    """One stakeholder's part in something; both days are included, none is open."""

    stakeholder: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """Something that ties those who share it: a session, an initiative, an organisation."""

    kind: TieKind
    id: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A person's role in an organisation; both days are included, none is open."""

    id: int
    person: str
    organisation: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """
    Everything a network is built from.

    :param helixes: helix of every person and organisation of the project
    :param belongs: the organisation a person is folded into, by person
    """

    helixes: Mapping[str, Helix]
    gatherings: tuple[Gathering, ...] = ()
    roles: tuple[Role, ...] = ()
    belongs: Mapping[str, str] = field(default_factory=dict)
