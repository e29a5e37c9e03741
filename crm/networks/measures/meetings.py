"""Measures of meetings by who of which helix was there."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from crm.core.libraries import np

EVEN_OF_FOUR = 3 / 4


def blau(counts: Sequence[int]) -> float | None:
    """
    Return the chance that two draws from a meeting, with putting back, give two helixes.

    1 - sum of shares squared (Blau 1977, Inequality and Heterogeneity); none without people.
    """
    total = sum(counts)
    return 1 - sum((count / total) ** 2 for count in counts) if total else None


def evenness(counts: Sequence[int]) -> float | None:
    """Return `blau` as a part of what four equal helixes give: 1 is all four alike."""
    mixed = blau(counts)
    return None if mixed is None else mixed / EVEN_OF_FOUR


def synergy(observed: Iterable[Sequence[int]]) -> float | None:
    """
    Return the mutual information of the columns of `observed` with alternating signs, in bits.

    Sum of H over one column, minus over two, plus over three and so on. Below 0 the whole holds
    more pattern than its pairs (Leydesdorff 2003, Scientometrics 58:445); none without rows.

    :param observed: one row for each meeting, one state for each helix
    """
    rows = [tuple(row) for row in observed]
    if not rows:
        return None
    columns = range(len(rows[0]))
    return math.fsum(
        (-1.0) ** (size + 1) * _entropy([tuple(row[column] for column in chosen) for row in rows])
        for size in range(1, len(rows[0]) + 1)
        for chosen in combinations(columns, size)
    )


def _entropy(states: Sequence[tuple[int, ...]]) -> float:
    counts = np.array(list(Counter(states).values()), dtype=np.float64)
    share = counts / counts.sum()
    return float(-(share * np.log2(share)).sum())
