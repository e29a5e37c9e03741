"""What can be done with many persons of a list at once, as the features declare it."""

from collections.abc import Iterator
from typing import cast

from flask import current_app

from crm.core.errors import NotFound
from crm.web import gate
from crm.web.feature import BulkAction, Feature


def actions() -> list[BulkAction]:
    """Return what the actor of this request may do with many persons, in its order."""
    found = [one for one in _all() if gate.may(one.change.requires)]
    return sorted(found, key=lambda one: one.place)


def action(key: str) -> BulkAction:
    """
    Return one of them.

    :raises NotFound: if there is none, or the actor may not do it
    """
    found = next((one for one in actions() if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def action_of(key: str) -> BulkAction | None:
    """Return one of them, whoever may do it; none if no feature has it any more."""
    return next((one for one in _all() if one.key == key), None)


def _all() -> Iterator[BulkAction]:
    features = cast("tuple[Feature, ...]", current_app.extensions["kring_features"])
    for feature in features:
        yield from feature.bulk_actions
