"""Growing: new points find a place among those that stand, who hardly move."""

from collections.abc import Mapping
from typing import TypeAlias

from crm.core.libraries import np, npt
from crm.networks.rules.sketch import REACH, SPACE, TURN, Sketch, Spots, apart, side, step

# How far those who stand may move on average, as shares of the frame: the first that will do.
BUDGETS = (0.01, 0.025, 0.043)
EAGER = 0.6  # the first round goes this part of the way to the neighbours
ROUNDS, LARGE, LARGE_ROUNDS = 80, 800, 12
LATE_ROUNDS, LATE_PUSHES = 4, 5
GOOD = 1.05  # ties as long as in a layout from nothing, and this much more, will do
GRID = 24  # free places for newcomers without acquaintances are looked for on so fine a grid

Mask: TypeAlias = "npt.NDArray[np.bool_]"


def grown(sketch: Sketch, known: Mapping[str, tuple[float, float]], best: float) -> Spots:
    """Return places for all; who is `known` hardly moves. `best` is the length from scratch."""
    stood = np.array([key in known for key in sketch.keys])
    before = np.array([known.get(key, (0.0, 0.0)) for key in sketch.keys])
    begun = _begun(sketch, before, stood)
    found = begun
    for budget in BUDGETS:
        found = _settled(sketch, begun, stood, budget * side(len(begun)))
        if sketch.length(found) <= GOOD * best:
            break
    return found


def _settled(sketch: Sketch, begun: Spots, stood: Mask, most: float) -> Spots:
    """Return where all come to rest while those who stood move `most` on average."""
    # Large networks are near their rest sooner, for each point has more that holds it.
    spots = begun
    rounds = ROUNDS if len(begun) < LARGE else LARGE_ROUNDS
    for number in range(rounds):
        spots = _held(step(sketch, spots, EAGER * (1 - number / rounds)), begun, stood, most)
    newcomers = np.where(stood, 0.0, 1.0)[:, None]
    for _ in range(LATE_ROUNDS):
        spots = _held(apart(spots, REACH, LATE_PUSHES), begun, stood, most)
        spots = apart(spots, REACH, LATE_PUSHES, loose=newcomers)
    return spots


def _held(spots: Spots, begun: Spots, stood: Mask, most: float) -> Spots:
    """
    Take back what those who stood moved too much: each the same distance, so few move at all.

    That is the nearest point of the ball in which the distances add up to at most `most` a head
    (Duchi e.a. 2008, doi 10.1145/1390156.1390191).
    """
    # All together in one direction is no movement: the picture is looked at without an edge.
    moved = spots[stood] - begun[stood]
    drift = np.median(moved, axis=0)
    moved -= drift
    far = np.hypot(moved[:, 0], moved[:, 1])
    held = spots - drift
    if far.mean() > most:
        falling = np.sort(far)[::-1]
        over = (np.cumsum(falling) - most * len(far)) / np.arange(1, len(far) + 1)
        less = over[np.nonzero(falling > over)[0][-1]]
        moved *= (np.maximum(far - less, 0.0) / np.maximum(far, 1e-9))[:, None]
    held[stood] = begun[stood] + moved
    return held


def _begun(sketch: Sketch, before: Spots, stood: Mask) -> Spots:
    """Put newcomers in the middle of whom they know, wave after wave, or else on a free place."""
    spots, placed = before.copy(), stood.copy()
    while not placed.all():
        knows = np.asarray(sketch.pulls @ placed.astype(float)).ravel()
        wave = np.nonzero(~placed & (knows > 0))[0]
        if not len(wave):
            first = int(np.nonzero(~placed)[0][0])
            spots[first] = _free(spots[placed], len(spots))
            placed[first] = True
            continue
        weights = np.where(placed, 1.0, 0.0)[:, None]
        middles = (sketch.pulls @ (spots * weights))[wave] / knows[wave][:, None]
        # Beside the middle, not on it: two newcomers who know the same people come apart.
        beside = np.column_stack((np.cos(wave * TURN), np.sin(wave * TURN))) * SPACE / 2
        spots[wave] = middles + beside
        placed[wave] = True
    return spots


def _free(taken: Spots, count: int) -> tuple[float, float]:
    """Return the place in the frame, or at its edge, that is farthest from everybody."""
    middle = (taken.max(axis=0) + taken.min(axis=0)) / 2
    reach = max(side(count), *(np.ptp(taken, axis=0) + 2 * SPACE)) / 2
    line = np.linspace(-reach, reach, GRID)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2) + middle
    gaps = np.min(np.hypot(*(grid[:, None, :] - taken[None, :, :]).transpose(2, 0, 1)), axis=1)
    # Not farther away than needed: a place with room nearest to the middle.
    roomy = gaps >= min(float(gaps.max()), 2 * SPACE) - 1
    away = np.hypot(*(grid - middle).T)
    best = grid[roomy][np.argmin(away[roomy])]
    return float(best[0]), float(best[1])
