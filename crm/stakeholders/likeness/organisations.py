"""How much two organisations look like one."""

from collections.abc import Iterator

from crm.core.libraries import fuzz
from crm.stakeholders.likeness.persons import MOST
from crm.stakeholders.likeness.traits import Likeness, OrganisationTraits, Why

WEBSITE, ADDRESS, POSTCODE, TOWN = 40, 25, 10, 5
OTHER_TOWN, OTHER_NAME = -15, -10
_FEWEST_LETTERS = 3
# Likeness of the words in any order, of 100 (RapidFuzz token sort), and what it counts for.
_NEAR = ((92, 55), (85, 45))


def likeness_of_organisations(one: OrganisationTraits, other: OrganisationTraits) -> Likeness:
    """Return how much two organisations look like one; legal form and word order tell nothing."""
    told = [_names(one, other), *_places(one, other)]
    score = sum(points for _why, points in told)
    reasons = [why for why, points in told if why is not None and points > 0]
    order = list(Why)
    return Likeness(max(0, min(MOST, score)), tuple(sorted(reasons, key=order.index)))


def may_be_called(one: OrganisationTraits, other: OrganisationTraits) -> bool:
    """Return whether the names of two organisations may be names of one."""
    return _names(one, other)[1] > 0


def _names(one: OrganisationTraits, other: OrganisationTraits) -> tuple[Why | None, int]:
    if one.core == other.core or sorted(one.words) == sorted(other.words):
        return Why.SAME_NAME, 60
    likeness = fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words))
    for least, points in _NEAR:
        if likeness >= least:
            return Why.NEAR_NAME, points
    if _is_called(one, other) or _is_called(other, one):
        return Why.LETTERS_FIT, 35
    if set(one.words) <= set(other.words) or set(other.words) <= set(one.words):
        return Why.PART_OF_NAME, 35
    return None, OTHER_NAME


def _is_called(short: OrganisationTraits, full: OrganisationTraits) -> bool:
    return len(short.core) >= _FEWEST_LETTERS and short.core == full.letters


def _places(one: OrganisationTraits, other: OrganisationTraits) -> Iterator[tuple[Why | None, int]]:
    if one.host and one.host == other.host:
        yield Why.SAME_WEBSITE, WEBSITE
    if one.postcode and one.postcode == other.postcode:
        is_same = bool(one.street) and one.street == other.street
        yield (Why.SAME_ADDRESS, ADDRESS) if is_same else (None, POSTCODE)
    if one.town and other.town:
        yield None, TOWN if one.town == other.town else OTHER_TOWN
