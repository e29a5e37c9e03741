"""What can be done with many persons of a list at once, as the features declare it."""

from crm.core.errors import NotFound
from crm.web import gate
from crm.web.feature import BulkAction, features


def actions() -> list[BulkAction]:
    """Return what the actor of this request may do with many persons, in its order."""
    found = [action for feature in features() for action in feature.bulk_actions]
    allowed = [action for action in found if gate.may(action.change.requires)]
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
    found = (action for feature in features() for action in feature.bulk_actions)
    return next((action for action in found if action.key == key), None)
