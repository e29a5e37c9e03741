"""Many circles of different sizes pushed apart, in little more time than their number."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from crm.core.libraries import np, npt, spatial
from crm.networks.layout.spacing import TURN, Pairs, Spots

Radii: TypeAlias = "npt.NDArray[np.float64]"

PART = 0.45  # of an overlap that each of two steps aside at once


def parted(
    places: Sequence[tuple[float, float]], radii: Sequence[float], rounds: int
) -> list[tuple[float, float]]:
    """Return where circles stand after at most `rounds` rounds in which all step apart at once."""
    spots, wide = np.array(places, dtype=float), np.array(radii, dtype=float)
    for _ in range(rounds):
        pairs = overlapping(spots, wide)
        if not len(pairs):
            break
        spots = spots + _steps(spots, wide, pairs)
    return [(float(x), float(y)) for x, y in spots]


def overlapping(spots: Spots, radii: Radii) -> Pairs:
    """Return the pairs of circles that overlap, each once, in an order that data alone decide."""
    pairs = np.concatenate([*near(spots, radii)])
    one, other = pairs[:, 0], pairs[:, 1]
    gaps = spots[one] - spots[other]
    kept: Pairs = pairs[np.hypot(gaps[:, 0], gaps[:, 1]) < radii[one] + radii[other] - 1]
    return kept[np.argsort(kept[:, 0] * len(spots) + kept[:, 1])]


def near(spots: Spots, radii: Radii) -> Iterator[Pairs]:
    """
    Yield pairs that may overlap, by classes of size: a class is at most twice as wide as the last.

    With one reach for all, a single large circle would let each pair of small ones be tried.
    """
    sizes = np.floor(np.log2(np.maximum(radii, 1.0))).astype(int)
    classes = [(size, np.nonzero(sizes == size)[0]) for size in np.unique(sizes).tolist()]
    trees = [(2.0 ** (size + 1), held, spatial.cKDTree(spots[held])) for size, held in classes]
    for place, (reach, held, tree) in enumerate(trees):
        for other_reach, others, other_tree in trees[place:]:
            near = tree.sparse_distance_matrix(
                other_tree, reach + other_reach, output_type="ndarray"
            )
            pairs = np.column_stack((held[near["i"]], others[near["j"]])).astype(np.int64)
            # Within one class, each pair is found from both sides, and each circle itself.
            yield pairs[pairs[:, 0] < pairs[:, 1]] if held is others else pairs


def _steps(spots: Spots, radii: Radii, pairs: Pairs) -> Spots:
    one, other = pairs[:, 0], pairs[:, 1]
    gaps = spots[one] - spots[other]
    far = np.hypot(gaps[:, 0], gaps[:, 1])
    same = far < 1e-6  # noqa: PLR2004 - on one spot, but for the dust of adding
    gaps[same] = np.column_stack((np.cos(one[same] * TURN), np.sin(one[same] * TURN)))
    away = (radii[one] + radii[other] - far) * PART / np.where(same, 1.0, far)
    steps = np.zeros_like(spots)
    np.add.at(steps, one, gaps * away[:, None])
    np.add.at(steps, other, -gaps * away[:, None])
    met = np.bincount(pairs.ravel(), minlength=len(spots))
    # Pushed by many at once, a circle would shoot past all of them.
    return steps / np.maximum(1.0, met / 2)[:, None]
