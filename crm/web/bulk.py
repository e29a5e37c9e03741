"""What can be done with many persons of a list at once, as the features declare it."""

from typing import cast

from flask import current_app

from crm.core.errors import NotFound
from crm.web import gate
from crm.web.feature import BulkAction, Feature


def actions() -> list[BulkAction]:
    """Return what the actor of this request may do with many persons, in its order."""
    features = cast("tuple[Feature, ...]", current_app.extensions["kring_features"])
    found = [one for feature in features for one in feature.bulk_actions if gate.may(one.requires)]
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
