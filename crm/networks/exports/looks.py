"""How points and ties look in the files that are pictures: as in the picture on the page."""

import math
from dataclasses import dataclass

from crm.networks.exports.takeaway import Takeaway, TakenPoint, TakenTie
from crm.networks.picture import GROWTH, LINE, ORGANISATION_MORE, OUTLINE, SHAPES, SMALLEST, WIDEST
from crm.stakeholders.ties import AFFILIATION

ROLE_ALONE = (AFFILIATION,)
WITHOUT_HELIX = ("square", LINE)


@dataclass(frozen=True, slots=True)
class PointLook:
    """Shape (square, triangle, dot or diamond), colour, half its width, and its outline."""

    shape: str
    colour: str
    size: int
    outline: int


@dataclass(frozen=True, slots=True)
class TieLook:
    """Width of the line, and whether it is dashed."""

    width: int
    dashed: bool


class Looks:
    """The looks of everything in one takeaway; they depend on its busiest and heaviest."""

    def __init__(self, takeaway: Takeaway) -> None:
        self._most = max((point.ties for point in takeaway.points), default=0) or 1
        weights = [tie.weight for tie in takeaway.ties] or [0]
        self._lightest, self._span = min(weights), (max(weights) - min(weights)) or 1

    def point(self, point: TakenPoint) -> PointLook:
        """Return the look of a point."""
        shape, colour = SHAPES[point.helix] if point.helix else WITHOUT_HELIX
        organisation = point.kind == "organisation"
        size = SMALLEST + GROWTH * math.sqrt(point.ties / self._most)
        more = ORGANISATION_MORE if organisation else 0
        return PointLook(shape, colour, round(size + more), 3 if organisation else 1)

    def tie(self, tie: TakenTie) -> TieLook:
        """Return the look of a tie."""
        share = (tie.weight - self._lightest) / self._span
        return TieLook(1 + round((WIDEST - 1) * share), tie.kinds == ROLE_ALONE)


__all__ = ["LINE", "OUTLINE", "Looks", "PointLook", "TieLook"]
