"""Room between points: who stands too near to another steps aside."""

from __future__ import annotations

from typing import TypeAlias

from crm.core.libraries import np, npt, spatial

Spots: TypeAlias = "npt.NDArray[np.float64]"  # a row (x, y) for each point
Pairs: TypeAlias = "npt.NDArray[np.int64]"

FEW = 300  # up to here, trying every pair is quicker than a tree
TURN = 2.399963  # the golden angle: points on one spot leave it in different directions


def apart(spots: Spots, reach: float, rounds: int, *, loose: Spots | None = None) -> Spots:
    """
    Return `spots` after pairs nearer than `reach` stepped apart, for at most `rounds` rounds.

    :param loose: for each point a factor from 0 (stays where it is) to 1; all 1 where none is given
    """
    for _ in range(rounds):
        pairs = _near(spots, reach - 1)
        if not len(pairs):
            break
        steps = _steps(spots, pairs, reach)
        spots = spots + (steps if loose is None else steps * loose)
    return spots


def _near(spots: Spots, reach: float) -> Pairs:
    """Return the pairs nearer than `reach`, each once, in an order that data alone decide."""
    if len(spots) <= FEW:
        gaps = spots[:, None, :] - spots[None, :, :]
        near = np.einsum("ijk,ijk->ij", gaps, gaps) < reach * reach
        return np.argwhere(np.triu(near, 1))
    pairs: Pairs = spatial.cKDTree(spots).query_pairs(reach, output_type="ndarray")
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _steps(spots: Spots, pairs: Pairs, reach: float) -> Spots:
    one, other = pairs[:, 0], pairs[:, 1]
    gaps = spots[one] - spots[other]
    wide = np.hypot(gaps[:, 0], gaps[:, 1])
    same = wide < 1e-6  # noqa: PLR2004 - on one spot, but for the dust of adding
    gaps[same] = np.column_stack((np.cos(one[same] * TURN), np.sin(one[same] * TURN)))
    halves = gaps * ((reach - wide) * 0.45 / np.where(same, 1.0, wide))[:, None]
    count = len(spots)
    met = np.bincount(one, minlength=count) + np.bincount(other, minlength=count)
    steps = np.column_stack(
        [
            np.bincount(one, halves[:, axis], count) - np.bincount(other, halves[:, axis], count)
            for axis in (0, 1)
        ]
    )
    # Pushed by many at once, a point would shoot past all of them.
    return steps / np.maximum(1.0, met / 2)[:, None]
