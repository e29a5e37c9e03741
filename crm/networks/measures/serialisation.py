"""Figures as text that can be kept, and a digest of what they follow from."""

import hashlib
import json
from collections.abc import Sequence

from crm.core.libraries import np
from crm.networks.measures.arrays import Arrays
from crm.networks.measures.figures import Figures
from crm.networks.measures.vocabulary import NetworkMeasure, PointMeasure

# Rises when a measure is added or worked out otherwise: what was kept before counts no more.
VERSION = 2


def digest(network: Arrays, gatherings: Sequence[Sequence[int]], *, by_strength: bool) -> str:
    """Return a mark of everything that the figures of a network follow from."""
    found = hashlib.sha256(repr((VERSION, by_strength, network.keys, tuple(gatherings))).encode())
    order = np.lexsort((network.ends.max(axis=1), network.ends.min(axis=1)))
    for column in (np.sort(network.ends, axis=1)[order], network.weights[order], network.helix):
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def packed(figures: Figures) -> str:
    """Return `figures` as JSON."""
    values = {name: getattr(figures, name) for name in Figures.__slots__}
    return json.dumps(values, separators=(",", ":"), allow_nan=False)


def unpacked(text: str) -> Figures:
    """Return the figures that `packed` made this text of."""
    values = json.loads(text)
    values["keys"] = tuple(values["keys"])
    values["points"] = {PointMeasure(name): row for name, row in values["points"].items()}
    values["network"] = {NetworkMeasure(name): one for name, one in values["network"].items()}
    return Figures(**values)
