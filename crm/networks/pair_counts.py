"""Who shares what with whom, as rows of numbers: many pairs at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from crm.core.libraries import np

Row: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True, slots=True)
class Shared:
    """
    What one thing adds to each tie it makes.

    :param kind: number of its kind; a tie holds the set of them as bits
    :param first: ordinal of the first day it was shared, 1 if that is open
    :param last: ordinal of the last day it was shared, that of the last date if that is open
    """

    weight: float
    kind: int
    first: int
    last: int

    def row(self) -> tuple[float, int, int, int]:
        """Return the values in the order of the columns."""
        return self.weight, 1 << self.kind, self.first, self.last


@dataclass(frozen=True, slots=True)
class Ties:
    """
    Ties as rows of equal length: the first end has the lower number, and no pair comes twice.

    :param kinds: the kinds of what made each tie, as bits
    :param times: how many things made each tie
    """

    one: Row
    other: Row
    weight: Row
    kinds: Row
    first: Row
    last: Row
    times: Row

    def only(self, kept: Row) -> "Ties":
        """Return the ties of which `kept` is true."""
        columns = (self.one, self.other, self.weight, self.kinds, self.first, self.last, self.times)
        return Ties(*(column[kept] for column in columns))


class Pairing:
    """Gathers who shares what, and adds it up to ties."""

    def __init__(self) -> None:
        self._groups: defaultdict[int, list[tuple[Sequence[int], Shared]]] = defaultdict(list)
        self._pairs: list[tuple[int, int, float, int, int, int]] = []

    def add_group(self, members: Sequence[int], shared: Shared) -> None:
        """Tie each of `members`, which holds nobody twice, to each other."""
        self._groups[len(members)].append((members, shared))

    def add_pair(self, one: int, other: int, shared: Shared) -> None:
        """Tie two."""
        self._pairs.append((one, other, *shared.row()))

    def ties(self, homes: Row) -> Ties:
        """
        Return the ties between the points that people fold into, in order.

        :param homes: the number of the point that each number folds into, itself as a rule; what
            folds into one point is not tied to itself
        """
        one, other, *values = self._columns()
        one, other = homes[one.astype(np.int64)], homes[other.astype(np.int64)]
        low, high = np.minimum(one, other), np.maximum(one, other)
        apart = low != high
        low, high = low[apart], high[apart]
        return _added(low, high, [value[apart] for value in values], len(homes))

    def _columns(self) -> list[Row]:
        """Return one row for each pair of each group: both ends, weight, kind, first, last."""
        found = [_of_groups(size, groups) for size, groups in self._groups.items() if size > 1]
        if self._pairs:
            found.append(list(np.array(self._pairs, dtype=np.float64).T))
        if not found:
            return [np.empty(0) for _column in range(6)]
        return [np.concatenate(parts) for parts in zip(*found, strict=True)]


def _of_groups(size: int, groups: Sequence[tuple[Sequence[int], Shared]]) -> list[Row]:
    members = np.array([members for members, _shared in groups], dtype=np.int64)
    left, right = np.triu_indices(size, 1)
    values = np.array([shared.row() for _members, shared in groups]).T
    ends = [members[:, left].ravel(), members[:, right].ravel()]
    return ends + [np.repeat(column, len(left)) for column in values]


def _added(low: Row, high: Row, values: list[Row], count: int) -> Ties:
    if not low.size:
        return Ties(*(np.empty(0, dtype=np.int64) for _column in range(7)))
    code = low * count + high
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    weight, kinds, first, last = (value[order] for value in values)
    ends = order[starts]
    return Ties(
        low[ends],
        high[ends],
        np.add.reduceat(weight, starts),
        np.bitwise_or.reduceat(kinds.astype(np.int64), starts),
        np.minimum.reduceat(first, starts).astype(np.int64),
        np.maximum.reduceat(last, starts).astype(np.int64),
        np.diff(starts, append=len(order)),
    )
