"""Facts about persons and organisations."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class MergeAsked(Fact):
    """Two persons will be held, to be merged: hold first what others hold before a person."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True)
class PersonsMerging(Fact):
    """Two persons are about to become one: what each has is theirs for the last time."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True)
class PersonsMerged(Fact):
    """
    Two persons were one: everything that named the one that is gone names the other.

    :param joined: by table, rows that went → the row that says the same, or none
    """

    kept_id: int
    gone_id: int
    joined: Mapping[str, Mapping[int, int | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MergeFollowed(Fact):
    """All who know of two that were merged have followed: what names the one is what is left."""

    kept_id: int
