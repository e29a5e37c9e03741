"""Measures of how the ties of a network lie within and across the helixes."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.core.libraries import np
from crm.networks.measures.arrays import HELIXES, Arrays, Numbers, Values

DRAWS = 1_000
SEED = 20200326
FEW_POINTS, FEW_TIES = 20, 30


@dataclass(frozen=True, slots=True)
class Chance:
    """
    What chance would give for the E-I index, when helixes are dealt out anew over the points.

    :param z: how many standard deviations the value lies from the mean of the draws
    :param p: share of draws at least as far from their mean as the value, both sides
    """

    z: float | None
    p: float
    draws: int


def sizes(network: Arrays) -> Numbers:
    """Return how many points each helix has, in the order of `HELIXES`."""
    return np.bincount(network.helix, minlength=len(HELIXES)).astype(np.int64)


def mixing(network: Arrays) -> Numbers:
    """Return the number of ties between each two helixes: symmetric, the diagonal counted once."""
    count = len(HELIXES)
    helix = network.helix[network.ends]
    cells = helix.min(axis=1) * count + helix.max(axis=1)
    upper = np.bincount(cells, minlength=count * count).reshape(count, count).astype(np.int64)
    return upper + upper.T - np.diag(np.diag(upper))


def mixing_by_chance(network: Arrays) -> Values:
    """Return what `mixing` would be if the same number of ties joined any two points alike."""
    number = sizes(network).astype(np.float64)
    pairs = np.outer(number, number)
    np.fill_diagonal(pairs, number * np.maximum(number - 1, 0) / 2)
    every = network.count * (network.count - 1) / 2
    return pairs * (network.ties / every) if every else np.zeros_like(pairs)


def ei_index(network: Arrays) -> float | None:
    """
    Return (external - internal) / (external + internal); none without ties.

    Krackhardt & Stern 1988, Social Psychology Quarterly 51:123-140.
    """
    if not network.ties:
        return None
    external = _external(network)
    return (2 * external - network.ties) / network.ties


def ei_by_chance(network: Arrays) -> float | None:
    """Return the E-I index to expect if ties joined any two points alike; none below two points."""
    return by_chance(sizes(network).tolist())


def by_chance(groups: Sequence[int]) -> float | None:
    """Return the E-I index to expect of groups of these sizes; none below two points."""
    count = sum(groups)
    if count < 2:  # noqa: PLR2004 - a tie takes two
        return None
    same = sum(size**2 for size in groups)
    return 2 * (count**2 - same) / (count * (count - 1)) - 1


def ei_chance(network: Arrays, draws: int = DRAWS) -> Chance | None:
    """
    Return how the E-I index compares with `draws` seeded permutations of the helixes.

    None below 20 points or 30 ties: so few say nothing.
    """
    if network.count < FEW_POINTS or network.ties < FEW_TIES:
        return None
    lots = np.random.default_rng(SEED)
    helix, (one, other) = network.helix.astype(np.int8), network.ends.T
    external = np.empty(draws)
    for draw in range(draws):
        dealt = lots.permutation(helix)
        external[draw] = np.count_nonzero(dealt[one] != dealt[other])
    mean, spread = external.mean(), external.std(ddof=1)
    away = abs(_external(network) - mean)
    as_far = np.count_nonzero(np.abs(external - mean) >= away - 1e-9)
    z = float((_external(network) - mean) / spread) if spread else None
    return Chance(z, float((as_far + 1) / (draws + 1)), draws)


def assortativity(network: Arrays) -> float | None:
    """
    Return how strongly ties join points of the same helix: 1 only such, 0 as by chance.

    Newman 2003, Physical Review E 67:026126. None without ties or where all ends are of one helix.
    """
    if not network.ties:
        return None
    counted = mixing(network).astype(np.float64)
    counted += np.diag(np.diag(counted))
    share = counted / counted.sum()
    expected = float((share.sum(axis=0) ** 2).sum())
    return _ratio(float(np.trace(share)) - expected, 1 - expected)


def segregation(network: Arrays) -> float | None:
    """
    Return (expected - observed) / expected ties across helixes: 1 none across, 0 as by chance.

    Freeman 1978, Sociological Methods & Research 6:411-429. None where none can be expected.
    """
    by_chance = mixing_by_chance(network)
    expected = float(by_chance.sum() - np.trace(by_chance)) / 2
    return _ratio(expected - _external(network), expected)


def homophily(network: Arrays) -> list[float | None]:
    """Return Coleman's homophily of each helix, in the order of `HELIXES`; see `coleman`."""
    degrees = network.degrees().astype(np.float64)
    made = np.bincount(network.helix, weights=degrees, minlength=len(HELIXES)).astype(np.float64)
    within = (2 * np.diag(mixing(network))).astype(np.float64)
    return coleman(within, made, sizes(network))


def coleman(within: Values, made: Values, number: Numbers) -> list[float | None]:
    """
    Return (within - expected) / (made - expected) for each group: 1 only within, 0 as by chance.

    Expected is `made * (number - 1) / (all - 1)`. Coleman 1958, Human Organization 17:28-36.

    :param within: ends of ties that members of the group have with their own, each tie twice
    :param made: ends of ties that members of the group have at all
    :param number: members of each group
    """
    others = max(int(number.sum()) - 1, 1)
    expected = made * (number - 1) / others
    return [
        _ratio(float(one), float(most)) if some else None
        for one, most, some in zip(within - expected, made - expected, made, strict=True)
    ]


def participation(network: Arrays) -> list[float | None]:
    """
    Return how evenly the ties of each point lie over the helixes: 0 all in one, 0.75 even.

    1 - sum of (ties with the helix / all ties) squared (Guimerà & Amaral 2005, Nature 433:895).
    None for a point without ties.
    """
    count = len(HELIXES)
    one, other = network.ends[:, 0], network.ends[:, 1]
    cells = np.concatenate([one * count + network.helix[other], other * count + network.helix[one]])
    ties = np.bincount(cells, minlength=network.count * count).reshape(-1, count)
    made = ties.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = 1 - ((ties / made[:, None]) ** 2).sum(axis=1)
    return [float(value) if has else None for value, has in zip(spread, made, strict=True)]


def _external(network: Arrays) -> int:
    helix = network.helix[network.ends]
    return int(np.count_nonzero(helix[:, 0] != helix[:, 1]))


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if abs(whole) > 1e-12 else None  # noqa: PLR2004 - nothing but dust
