"""What can be done with many persons at once, by its name: in a request or in the background."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.core.errors import NotFound
from crm.core.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Changed:
    """How many persons a step changed, and its number; none if it changed nobody."""

    persons: int
    step: int | None


@dataclass(frozen=True, slots=True)
class BulkChange:
    """
    A change of many persons, which is one step also when it is done part by part.

    :param key: its name in addresses and where it waits for its turn; never changed
    :param carry_out: the command: for an actor, in a project, with ids of persons and what is asked
    :param write: what was asked as values that can be kept until the change is done
    :param read: those values as what was asked
    """

    key: str
    requires: Permission
    carry_out: Callable[[Actor, Any, Sequence[int], Any], Changed]
    write: Callable[[Any], Mapping[str, Any]]
    read: Callable[[Mapping[str, Any]], Any]


_changes: dict[str, BulkChange] = {}
_providers: list[Callable[[], Iterable[BulkChange]]] = []


def register(changes: Iterable[BulkChange]) -> None:
    """Add a feature's changes."""
    _changes.update({change.key: change for change in changes})


def provide(provider: Callable[[], Iterable[BulkChange]]) -> None:
    """Add what gives the changes of fields, whenever it is asked."""
    _providers.append(provider)


def change_called(key: str) -> BulkChange:
    """
    Return the change with this name.

    :raises NotFound: if no feature has it any more
    """
    given = (change for provider in _providers for change in provider() if change.key == key)
    found = _changes.get(key) or next(given, None)
    if found is None:
        raise NotFound
    return found
