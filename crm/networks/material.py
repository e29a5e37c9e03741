"""What a network is made of, as plain values: who took part in what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from crm.core.ties import Gathering
from crm.stakeholders.models import Helix


@dataclass(frozen=True, slots=True)
class Material:
    """
    Everything a network is built from.

    :param helixes: helix of every person and organisation of the project
    :param gatherings: what ties them, of the kinds that were asked for
    :param belongs: the organisation a person is folded into, by person
    :param seconds: second helix of those that have one
    :param neighbourhoods: id of the area of those that have one
    :param chosen: those who carry the tag and take part in the initiative that were asked for;
        none where neither was
    :param meetings: the kinds at which people sit in a room together, with the first letter of
        their keys as points
    :param plenary: how many may be at a meeting before it counts as a plenary
    :param hidden: people who do not want to be shown by name
    :param last_day: the day for which people count, and from which age is counted back
    """

    helixes: Mapping[str, Helix]
    gatherings: tuple[Gathering, ...] = ()
    belongs: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, Helix] = field(default_factory=dict)
    neighbourhoods: Mapping[str, int] = field(default_factory=dict)
    chosen: frozenset[str] | None = None
    meetings: Mapping[str, str] = field(default_factory=dict)
    plenary: int = 40
    hidden: frozenset[str] = frozenset()
    last_day: date = date.max
