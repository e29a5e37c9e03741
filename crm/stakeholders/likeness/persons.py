"""How much two persons look like one."""

from collections.abc import Iterable, Iterator
from enum import Enum, auto

from crm.core.libraries import OSA
from crm.stakeholders.likeness.traits import Likeness, PersonTraits, Why

MOST = 100
EMAIL, PHONE, ORGANISATION, AREA = 50, 30, 30, 10
OTHER_ORGANISATION, OTHER_AREA = -15, -5
# One typing error from four letters on, two from eight.
_LETTERS_OF_ONE, _LETTERS_OF_TWO = 4, 8


class _Fit(Enum):
    """How two parts of a name fit."""

    SAME = auto()
    NEAR = auto()
    INITIAL = auto()
    UNKNOWN = auto()
    OTHER = auto()


# What the name tells, by surname and given name. A household shares surname and address, so
# another given name tells that they are two, even where everything else is equal.
_NAMES: dict[tuple[_Fit, _Fit], int] = {
    (_Fit.SAME, _Fit.SAME): 45,
    (_Fit.SAME, _Fit.NEAR): 35,
    (_Fit.SAME, _Fit.INITIAL): 35,
    (_Fit.SAME, _Fit.UNKNOWN): 20,
    (_Fit.SAME, _Fit.OTHER): -25,
    (_Fit.NEAR, _Fit.SAME): 33,
    (_Fit.NEAR, _Fit.NEAR): 20,
    (_Fit.NEAR, _Fit.INITIAL): 22,
    (_Fit.NEAR, _Fit.UNKNOWN): 10,
    (_Fit.NEAR, _Fit.OTHER): -30,
    (_Fit.UNKNOWN, _Fit.SAME): 20,
    (_Fit.UNKNOWN, _Fit.NEAR): 10,
    (_Fit.UNKNOWN, _Fit.INITIAL): 10,
    (_Fit.UNKNOWN, _Fit.UNKNOWN): 10,
    (_Fit.UNKNOWN, _Fit.OTHER): -25,
    (_Fit.OTHER, _Fit.SAME): 12,
    (_Fit.OTHER, _Fit.NEAR): -10,
    (_Fit.OTHER, _Fit.INITIAL): -10,
    (_Fit.OTHER, _Fit.UNKNOWN): -10,
    (_Fit.OTHER, _Fit.OTHER): -35,
}
_REASONS = {
    (_Fit.SAME, _Fit.SAME): Why.SAME_NAME,
    (_Fit.SAME, _Fit.INITIAL): Why.INITIALS_FIT,
    (_Fit.SAME, _Fit.NEAR): Why.NEAR_NAME,
    (_Fit.NEAR, _Fit.SAME): Why.NEAR_NAME,
    (_Fit.NEAR, _Fit.NEAR): Why.NEAR_NAME,
    (_Fit.NEAR, _Fit.INITIAL): Why.NEAR_NAME,
}


def likeness_of_persons(one: PersonTraits, other: PersonTraits) -> Likeness:
    """
    Return how much two persons look like one.

    The name alone gives at most 45; with an address, a number or an organisation that both have
    it becomes likely. Namesakes in different organisations stay at 30.
    """
    fits = _surnames(one, other), _given(one, other)
    told = [(_REASONS.get(fits), _NAMES[fits]), *_shared(one, other)]
    score = sum(points for _why, points in told)
    reasons = [why for why, points in told if why is not None and points > 0]
    order = list(Why)
    return Likeness(max(0, min(MOST, score)), tuple(sorted(reasons, key=order.index)))


def _shared(one: PersonTraits, other: PersonTraits) -> Iterator[tuple[Why | None, int]]:
    if one.emails & other.emails:
        yield Why.SAME_EMAIL, EMAIL
    if one.phones & other.phones:
        yield Why.SAME_PHONE, PHONE
    if one.organisations and other.organisations:
        if one.organisations & other.organisations:
            yield Why.SAME_ORGANISATION, ORGANISATION
        else:
            yield None, OTHER_ORGANISATION
    if one.area_id is not None and other.area_id is not None:
        same = one.area_id == other.area_id
        yield (Why.SAME_AREA, AREA) if same else (None, OTHER_AREA)


def _surnames(one: PersonTraits, other: PersonTraits) -> _Fit:
    if not (one.surnames and other.surnames):
        return _Fit.UNKNOWN
    if one.surnames & other.surnames:
        return _Fit.SAME
    pairs = ((mine, theirs) for mine in one.surnames for theirs in other.surnames)
    return _Fit.NEAR if _any_near(pairs) else _Fit.OTHER


def _given(one: PersonTraits, other: PersonTraits) -> _Fit:
    if one.given and other.given:
        return _full_names(one.given, other.given)
    if not (one.initials and other.initials):
        return _Fit.UNKNOWN
    shorter, longer = sorted((one.initials, other.initials), key=len)
    return _Fit.INITIAL if longer.startswith(shorter) else _Fit.OTHER


def _full_names(one: str, other: str) -> _Fit:
    mine, theirs = one.split(), other.split()
    fewer, more = sorted((mine, theirs), key=len)
    if more[: len(fewer)] == fewer:
        return _Fit.SAME
    return _Fit.NEAR if is_near(one, other) else _Fit.OTHER


def _any_near(pairs: Iterable[tuple[str, str]]) -> bool:
    return any(is_near(one, other) for one, other in pairs)


def is_near(one: str, other: str) -> bool:
    """Whether a typing error or two, by their length, is all that tells two words apart."""
    letters = min(len(one), len(other))
    allowed = (letters >= _LETTERS_OF_ONE) + (letters >= _LETTERS_OF_TWO)
    return allowed > 0 and OSA.distance(one, other, score_cutoff=allowed) <= allowed
