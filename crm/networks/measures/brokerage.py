"""Who stands between others: Gould and Fernandez' roles, and what of Burt igraph has not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm.core.libraries import np, sparse
from crm.networks.measures.arrays import HELIXES, Arrays, Numbers, Values

# Rows are multiplied in blocks with about this many products: 5,000 around one make 25 million.
PRODUCTS = 4_000_000


@dataclass(frozen=True, slots=True)
class Roles:
    """
    How many open pairs each point stands between, by the helixes of the three.

    An open pair is a tied to b and b to c, without a tie from a to c. Without directions each pair
    counts once, and gatekeeper and representative, which differ by direction only, are one and
    the same number: `boundary`.

    :param coordinator: all three of one helix
    :param itinerant: both ends of one helix, the one between of another
    :param gatekeeper: the last two of one helix, the first of another
    :param representative: the first two of one helix, the last of another
    :param liaison: three helixes
    """

    coordinator: Numbers
    itinerant: Numbers
    gatekeeper: Numbers
    representative: Numbers
    liaison: Numbers

    @property
    def boundary(self) -> Numbers:
        """Pairs of which one end is of the own helix; for ties without direction."""
        return self.gatekeeper


def roles(network: Arrays) -> Roles:
    """
    Return the brokerage roles of every point (Gould & Fernandez 1989, Sociol. Methodology 19:89).

    :param network: all of whose points have a helix
    """
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
    coming = np.stack([(ties.T @ one).sum(axis=1) for one in of_helix], axis=1)
    going = np.stack([(ties @ one).sum(axis=1) for one in of_helix], axis=1)
    pairs: Values = (coming[:, :, None] * going[:, None, :]).astype(np.float64)
    back = ties.multiply(ties.T)
    ends = [sparse.csr_array(ties @ one) for one in of_helix]
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
