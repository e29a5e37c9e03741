"""Which ties say more than chance would, and which of many such tests one may believe."""

from typing import Any, TypeAlias

from crm.core.libraries import np, stats

Row: TypeAlias = "np.ndarray[Any, Any]"
LEVEL = 0.05


def by_meeting(shared: Row, mine: Row, yours: Row, held: int) -> Row:
    """
    Return how likely two people share at least so many meetings by chance alone.

    Tumminello e.a. 2011 (PLoS ONE 6:e17994): the upper tail of the hypergeometric distribution.

    :param shared: how many meetings both were at, of one pair a row
    :param mine: how many the one was at
    :param yours: how many the other was at
    :param held: how many meetings both could have been at
    """
    cases, places = np.unique(np.stack([shared, mine, yours]), axis=1, return_inverse=True)
    tails: Row = stats.hypergeom.sf(cases[0] - 1, held, cases[1], cases[2])
    return tails[places.ravel()]


def by_disparity(one: Row, other: Row, weight: Row, count: int) -> Row:
    """
    Return how likely a tie takes so large a share of all weight of one end by chance alone.

    Serrano e.a. 2009 (PNAS 106:6483): (1 - w / s) ** (k - 1) for k ties of weight s together; the
    smaller of both ends counts. An end with one tie tells nothing: 1.

    :param one: number of the one end of each tie
    :param other: number of the other
    :param count: how many numbers there are
    """
    ends = np.concatenate([one, other])
    strength = np.bincount(ends, np.concatenate([weight, weight]), count)
    degree = np.bincount(ends, minlength=count)
    sides = [np.clip(1 - weight / strength[end], 0, 1) ** (degree[end] - 1) for end in (one, other)]
    smaller: Row = np.minimum(*sides)
    return smaller


def believable(chances: Row, tests: int) -> float:
    """
    Return the largest of `chances` that one may believe, of so many tests; -1 if there is none.

    Benjamini and Hochberg 1995 (J. R. Stat. Soc. B 57:289): of what is believed, at most 5 in 100
    is expected to be false.

    :param tests: how many were made; those that are not among `chances` came to 1
    """
    rising = np.sort(chances)
    held = rising <= LEVEL * np.arange(1, len(rising) + 1) / max(tests, 1)
    return float(rising[held][-1]) if held.any() else -1.0
