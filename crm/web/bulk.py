"""What can be done with many persons of a list at once, as the features declare it."""

from crm.core.errors import NotFound
from crm.web import gate
from crm.web.feature import BulkAction, features


def actions() -> list[BulkAction]:
    """Return what the actor of this request may do with many persons, in its order."""
    allowed = [action for action in _all() if gate.may(action.change.requires)]
    return sorted(allowed, key=lambda action: action.place)


def action(key: str) -> BulkAction:
    """
    Return one of them.

    :raises NotFound: if there is none, or the actor may not do it
    """
    found = action_of(key)
    if found is None or not gate.may(found.change.requires):
        raise NotFound
    return found


def action_of(key: str) -> BulkAction | None:
    """Return one of them, whoever may do it; none if no feature has it any more."""
    return next((action for action in _all() if action.key == key), None)


def _all() -> list[BulkAction]:
    every = [(*feature.bulk_actions, *feature.further_actions()) for feature in features()]
    return [action for some in every for action in some]
