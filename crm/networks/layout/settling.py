"""Settling: points go towards their neighbours, keep their distance, and fill a frame."""

import math

from crm.core.libraries import np
from crm.networks.layout.sketch import Sketch, extent
from crm.networks.layout.spacing import Spots, apart

SPACE = 100.0  # between neighbours, in the units of the picture
ROOM = 1.6  # how many times the square of SPACE a point has in the frame
REACH = SPACE * 1.2  # while settling: a little more than SPACE, so that the frame fills evenly
PUSHES, FILL_PUSHES, LAST_PUSHES = 3, 6, 12
FILLINGS = 6
SQUEEZE, STRETCH = 0.8, 1.25


def side(count: int) -> float:
    """Return the side of the square frame for so many points."""
    return SPACE * math.sqrt(ROOM * count)


def step(sketch: Sketch, spots: Spots, share: float) -> Spots:
    """Return the spots after one round: `share` of the way to the neighbours, and then apart."""
    gone = spots + share * (sketch.middles(spots) - spots)
    return apart(framed(gone, side(len(spots))), REACH, PUSHES)


def filled(spots: Spots) -> Spots:
    """Return `spots` in the same order, spread evenly over their frame."""
    wanted = side(len(spots))
    spots = (spots - spots.min(axis=0)) * (wanted / np.maximum(extent(spots), 1.0))
    for _ in range(FILLINGS):
        spots = framed(apart(spots, REACH, FILL_PUSHES), wanted)
    return apart(spots, REACH, LAST_PUSHES)


def framed(spots: Spots, wanted: float) -> Spots:
    """Bring width and height nearer to `wanted`, at most by a fifth or a quarter at once."""
    sizes = np.maximum(extent(spots), 1.0)
    middle = (spots.max(axis=0) + spots.min(axis=0)) / 2
    nearer: Spots = middle + (spots - middle) * np.clip(wanted / sizes, SQUEEZE, STRETCH)
    return nearer
