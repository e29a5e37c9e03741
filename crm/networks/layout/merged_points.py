"""Places of who became one with somebody else, kept for when they are two again."""

from collections.abc import Container, Mapping
from typing import Any

# The name of a part of the picture → key of a point → its place, as JSON has it.
Written = dict[str, Any]
PARTS = ("tied", "shelf")


def joined(points: Mapping[str, Any], gone: str, kept: str) -> Written:
    """
    Return places in which who stays stands where they stood, or else where who goes stood.

    Where both stood before is remembered; among ties goes before the shelf.
    """
    found = {**points, **{part: dict(points[part]) for part in PARTS}}
    stood, before = _stood(points, gone), _stood(points, kept)
    if not stood:
        return found
    for part in PARTS:
        found[part].pop(gone, None)
    took = not before or ("tied" in stood and "tied" not in before)
    if took:
        _stand(found, kept, stood)
    told = {"stood": stood, "with": kept, **({"before": before} if took else {})}
    return {**found, "away": {**points.get("away", {}), gone: told}}


def returned(points: Mapping[str, Any], here: Container[str]) -> Written:
    """
    Return places in which those are back who were one with somebody else and are `here` again.

    Who had taken such a place gets their own again, or is a newcomer where they had none.
    """
    found = {**points, **{part: dict(points[part]) for part in PARTS}}
    away = dict(points.get("away", {}))
    for key in [one for one in away if one in here]:
        told = away.pop(key)
        if "before" in told:
            _stand(found, told["with"], told["before"])
        _stand(found, key, told["stood"])
    return {**found, "away": away}


def _stood(points: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {part: points[part][key] for part in PARTS if key in points[part]}


def _stand(points: Written, key: str, places: Mapping[str, Any]) -> None:
    for part in PARTS:
        points[part].pop(key, None)
        if part in places:
            points[part][key] = places[part]
