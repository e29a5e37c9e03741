"""What conditions mean: the condition on a person that the database answers."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, true

from crm.core.conditions.expressions import Condition, Expression, Group, tidy
from crm.core.conditions.kinds import Audience, kind_of
from crm.core.conditions.serialisation import check_size
from crm.core.permissions import Actor

_NAMED = frozenset({Audience.EVERYBODY, Audience.NAMED})
_HIDDEN = frozenset({Audience.EVERYBODY})


@dataclass(frozen=True, slots=True)
class Asked:
    """
    Who asks, for which day, and of whom.

    :param day: the day that counts as today
    :param of_hidden: whether it is asked of persons whom the actor sees by pseudonym
    :param of_all: whether all of whom it holds are asked for, and not just the first in order
    """

    actor: Actor
    day: date
    of_hidden: bool = False
    of_all: bool = False

    def may_know(self, told: Audience) -> bool:
        """Whether the actor may know of these persons what a condition tells."""
        if self.actor.sees_private_persons:
            return True
        return told in (_HIDDEN if self.of_hidden else _NAMED)


def expanded(expression: Expression, actor: Actor, day: date) -> Group:
    """
    Return the same with what its conditions stand for, each in its one way.

    :raises ConditionRefused: if a condition is unknown or filled in wrongly
    """
    found = tidy(_expanded(expression, actor, day))
    check_size(found)
    return found


def _expanded(expression: Expression, actor: Actor, day: date) -> Expression:
    if isinstance(expression, Group):
        parts = tuple(_expanded(one, actor, day) for one in expression.parts)
        return replace(expression, parts=parts)
    kind = kind_of(expression.kind)
    given = kind.bind_values(expression, actor, day)
    if kind.expands is None:
        return kind.condition(given, negated=expression.negated)
    return Group((kind.expands(given),), negated=expression.negated)


def holds(expression: Expression, asked: Asked, *, negated: bool = False) -> ColumnElement[bool]:
    """
    Return the condition for persons of whom it certainly holds, or certainly does not.

    What the actor may not know of a person counts neither way, so that who is shown tells
    nothing of it: not even by asking for the opposite (Kleene's logic).
    """
    turned = negated != expression.negated
    if isinstance(expression, Condition):
        kind = kind_of(expression.kind)
        if not asked.may_know(kind.told):
            return false()
        given = kind.bind_values(expression, asked.actor, asked.day)
        found = kind.holds(replace(given, of_all=asked.of_all))
        return ~found if turned else found
    parts = [holds(one, asked, negated=turned) for one in expression.parts]
    if not parts:
        return false() if turned else true()
    # Not all of them is any not, and not any of them is all not.
    return or_(*parts) if expression.any != turned else and_(*parts)
