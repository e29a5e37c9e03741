"""The words for members of enums, which features declare in their manifests."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from crm.core.i18n import LazyString

# By class too: two enums may have a member of one value, and those are equal as strings.
_labels: dict[tuple[type[StrEnum], str], LazyString] = {}


def register(labels: Iterable[Mapping[StrEnum, LazyString]]) -> None:
    """Add the words of a feature."""
    for enum in labels:
        _labels.update({(type(member), member.value): words for member, words in enum.items()})


def words_for(member: StrEnum) -> str:
    """Return the words for a member of an enum, in the reader's language."""
    return str(_labels[type(member), member.value])
