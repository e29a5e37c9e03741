"""Communities as a network of their own: one point each, tied where their members are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core.libraries import np, nx
from crm.networks.rules.arrays import HELIXES, NO_HELIX, Arrays, Numbers
from crm.networks.rules.graph import StakeholderGraph

LETTER = "c"  # of the keys of communities


@dataclass(frozen=True, slots=True)
class Division:
    """
    A network by its communities of two points and more; the largest comes first.

    :param helixes: how many of them each helix has, in the order of `Helix`
    :param graph: a tie carries the summed `weight`, and `ties`, of how many it is the sum. The
        `helix` of a point is that of most of its members; none where no member has one
    """

    members: Mapping[str, list[str]]  # the points of each community
    helixes: Mapping[str, tuple[int, ...]]
    inside: Mapping[str, int]  # how many ties lie within each
    central: Mapping[str, list[str]]  # its members, who has most weight within it first
    graph: StakeholderGraph


def divided(network: Arrays, community: Sequence[int]) -> Division:
    """Return `network` by its communities, by the number of each point's: 0 is the largest."""
    number = np.array(community, dtype=np.int64)
    keys = [f"{LETTER}{place + 1}" for place in range(np.count_nonzero(np.bincount(number) > 1))]
    members: dict[str, list[str]] = {key: [] for key in keys}
    for point, place in zip(network.keys, community, strict=True):
        if place < len(keys):
            members[keys[place]].append(point)
    counts = np.zeros((len(keys), len(HELIXES)), dtype=np.int64)
    told = (number < len(keys)) & (network.helix != NO_HELIX)
    np.add.at(counts, (number[told], network.helix[told]), 1)
    helixes = {key: tuple(row) for key, row in zip(keys, counts.tolist(), strict=True)}
    # Numbers rise as communities get smaller: what lies beyond the keys is one point alone.
    ends = np.sort(number[network.ends], axis=1)
    real = ends[:, 1] < len(keys)
    graph = _between(ends[real], network.weights[real], keys)
    for key, mix in helixes.items():
        graph.nodes[key]["helix"] = HELIXES[mix.index(max(mix))] if any(mix) else None
    within = np.bincount(ends[real & (ends[:, 0] == ends[:, 1]), 0], minlength=len(keys))
    inside = dict(zip(keys, within.tolist(), strict=True))
    return Division(members, helixes, inside, _central(network, number, members), graph)


def _central(
    network: Arrays, number: Numbers, members: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    same = number[network.ends[:, 0]] == number[network.ends[:, 1]]
    both = np.repeat(network.weights[same], 2)
    sums = np.bincount(network.ends[same].ravel(), weights=both, minlength=network.count)
    weight = dict(zip(network.keys, sums.round(9).tolist(), strict=True))
    return {
        key: sorted(points, key=lambda point: (-weight[point], point))
        for key, points in members.items()
    }


def _between(ends: Numbers, weights: np.ndarray, keys: Sequence[str]) -> StakeholderGraph:
    graph: StakeholderGraph = nx.Graph()
    graph.add_nodes_from(keys)
    across = ends[:, 0] != ends[:, 1]
    pairs, place = np.unique(ends[across], axis=0, return_inverse=True)
    place = place.ravel()
    ties = np.bincount(place, minlength=len(pairs)).tolist()
    sums = np.bincount(place, weights=weights[across], minlength=len(pairs)).round(9).tolist()
    for (one, other), count, weight in zip(pairs.tolist(), ties, sums, strict=True):
        whole = int(weight) if float(weight).is_integer() else weight
        graph.add_edge(keys[one], keys[other], weight=whole, ties=count, kinds=())
    return graph
