"""How ties and meetings lie within and across the helixes, and who stands between."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from crm.core.libraries import np, nx, sparse
from crm.networks.rules.arrays import HELIXES, Arrays, Numbers, Values
from crm.networks.rules.graph import StakeholderGraph

DRAWS = 1_000
SEED = 20200326
FEW_POINTS, FEW_TIES = 20, 30  # below these, chance alone moves every figure far
EVEN_OF_FOUR = 3 / 4
# Rows are multiplied in blocks with about this many products: 5,000 around one make 25 million.
PRODUCTS = 4_000_000


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance would give for the E-I index, when helixes are dealt out anew over the points."""

    z: float | None  # how many standard deviations the value lies from the mean of the draws
    p: float  # share of draws at least as far from their mean as the value, both sides
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
    """Return the E-I index beside `draws` seeded permutations; none below 20 points or 30 ties."""
    if network.count < FEW_POINTS or network.ties < FEW_TIES:
        return None
    # A seed of its own, so that the same network gets the same answer on each page and machine.
    lots = np.random.default_rng(SEED)
    helix, (one, other) = network.helix.astype(np.int8), network.ends.T
    # Helixes are dealt out, not ties: who meets whom stays, and with it the size of meetings.
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
        _ratio(float(more), float(most)) if some else None
        for more, most, some in zip(within - expected, made - expected, made, strict=True)
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


@dataclass(frozen=True, slots=True)
class Measures:
    """What can be said of a whole network in figures."""

    nodes: int  # points with at least one tie
    isolates: int  # points without
    ties: int
    weight: float
    external: int  # ties between two helixes
    internal: int  # ties within one
    ei_index: float | None  # from -1 (all within) to +1 (all across); none where there is no tie
    ei_by_chance: float | None  # what the index would be if ties did not care about helixes
    components: int  # groups of points that hang together, points without ties not counted


def measure(graph: StakeholderGraph) -> Measures:
    """Return the measures of `graph`."""
    isolates = nx.number_of_isolates(graph)
    ties = graph.number_of_edges()
    helix = {key: node["helix"] for key, node in graph.nodes(data=True)}
    external = sum(helix[one] is not helix[other] for one, other in graph.edges)
    # Who came to a meeting says nothing of two helixes.
    is_bipartite = None in helix.values()
    chance = by_chance([*Counter(helix.values()).values()])
    weight = round(math.fsum(tie["weight"] for _one, _other, tie in graph.edges(data=True)), 6)
    return Measures(
        nodes=graph.number_of_nodes() - isolates,
        isolates=isolates,
        ties=ties,
        weight=int(weight) if weight.is_integer() else weight,
        external=external,
        internal=ties - external,
        ei_index=round((2 * external - ties) / ties, 6) if ties and not is_bipartite else None,
        ei_by_chance=None if chance is None or is_bipartite else round(chance, 6),
        components=nx.number_connected_components(graph) - isolates,
    )


@dataclass(frozen=True, slots=True)
class Roles:
    """
    How many open pairs each point stands between, by the helixes of the three.

    An open pair is a tied to b and b to c, without a tie from a to c. Without directions each pair
    counts once, and gatekeeper and representative, which differ by direction only, are one and
    the same number: `boundary`.
    """

    coordinator: Numbers  # all three of one helix
    itinerant: Numbers  # both ends of one helix, the one between of another
    gatekeeper: Numbers  # the last two of one helix, the first of another
    representative: Numbers  # the first two of one helix, the last of another
    liaison: Numbers  # three helixes

    @property
    def boundary(self) -> Numbers:
        """Pairs of which one end is of the own helix; for ties without direction."""
        return self.gatekeeper


def roles(network: Arrays) -> Roles:
    """Return the brokerage roles (Gould & Fernandez 1989, Sociol. Methodology 19:89)."""
    # All points of `network` have a helix.
    pairs = _open_pairs(network)
    own = network.helix
    point, every = np.arange(network.count), pairs.sum(axis=(1, 2))
    coordinator = pairs[point, own, own]
    same = np.trace(pairs, axis1=1, axis2=2)
    gatekeeper = pairs[point, :, own].sum(axis=1) - coordinator
    representative = pairs[point, own, :].sum(axis=1) - coordinator
    itinerant = same - coordinator
    liaison = every - coordinator - itinerant - gatekeeper - representative
    twice = 1 if network.directed else 2
    return Roles(
        coordinator=coordinator // twice,
        itinerant=itinerant // twice,
        gatekeeper=gatekeeper,
        representative=representative,
        liaison=liaison // twice,
    )


def _open_pairs(network: Arrays) -> Numbers:
    """Return for each point b how many a -> b -> c stay open, by the helix of a and of c."""
    ties, count = network.matrix(), len(HELIXES)
    of_helix = [
        sparse.diags_array((network.helix == place).astype(float)) for place in range(count)
    ]
    coming = np.stack([(ties.T @ members).sum(axis=1) for members in of_helix], axis=1)
    going = np.stack([(ties @ members).sum(axis=1) for members in of_helix], axis=1)
    pairs: Values = (coming[:, :, None] * going[:, None, :]).astype(np.float64)
    back = ties.multiply(ties.T)
    ends = [sparse.csr_array(ties @ members) for members in of_helix]
    # All ways a -> b -> c, less those that lead back to a, less those that a tie closes.
    for first in range(count):
        pairs[:, first, first] -= (back @ of_helix[first]).sum(axis=1)
        pairs[:, first, :] -= _matched(sparse.csr_array(ties.T @ of_helix[first]), ties, ends)
    found: Numbers = np.rint(pairs).astype(np.int64)
    return found


def redundancies(network: Arrays) -> Values:
    """
    Return how much of each point's ties leads to others tied to each other already, by strength.

    Sum over neighbours v and w of p(u, w) m(v, w): the share of u's strength that goes to w times
    the strength of v and w against v's strongest tie (Burt 1992, Structural Holes, chapter 2).
    """
    if not network.ties:
        return np.zeros(network.count)
    ties = network.matrix(network.weights)
    strongest = ties.max(axis=1).toarray()
    share = sparse.csr_array(sparse.diags_array(_inverse(ties.sum(axis=1))) @ ties)
    beside = sparse.csr_array(sparse.diags_array(_inverse(strongest)) @ ties)
    return _matched(share, sparse.csr_array(beside.T), [network.matrix()])[:, 0]


def _inverse(values: Values | Numbers) -> Values:
    return np.divide(1.0, values, out=np.zeros(len(values)), where=np.asarray(values) > 0)


def _matched(
    one: sparse.csr_array, other: sparse.csr_array, masks: Sequence[sparse.csr_array]
) -> Values:
    """Return for each mask, as a column, the sum of each row of `(one @ other) * mask`."""
    found = np.zeros((one.shape[0], len(masks)))
    for rows in _blocks(one, other):
        product = one[rows] @ other
        for column, mask in enumerate(masks):
            found[rows, column] = product.multiply(mask[rows]).sum(axis=1)
    return found


def _blocks(one: sparse.csr_array, other: sparse.csr_array) -> Iterator[slice]:
    filled = np.diff(other.indptr).astype(np.float64)
    pattern = sparse.csr_array((np.ones(one.nnz), one.indices, one.indptr), shape=one.shape)
    work = np.cumsum(np.asarray(pattern @ filled))
    start, count = 0, one.shape[0]
    while start < count:
        done = work[start - 1] if start else 0.0
        end = int(np.searchsorted(work, done + PRODUCTS, side="right"))
        yield slice(start, min(max(start + 1, end), count))
        start = max(start + 1, end)


def blau(counts: Sequence[int]) -> float | None:
    """Return 1 - sum of shares squared (Blau 1977, Inequality and Heterogeneity), if anybody."""
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
