"""Conditions combined: all or any of them, each or a group of them turned around by not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from crm.core.errors import Invalid
from crm.core.i18n import _l

# As much as a page can show, and far less than a database takes.
MOST_CONDITIONS = 30
# Groups in groups: the whole, groups in it, and groups in those.
MOST_DEEP = 3


class ConditionRefused(Invalid):
    """What is asked cannot be understood as conditions."""

    message = _l("This cannot be read as conditions. Choose them anew.")


@dataclass(frozen=True, slots=True)
class Condition:
    """
    One condition, by the name of its kind.

    :param values: what was filled in, in the order of the kind's parameters; an empty text is
        nothing, and empty ones at the end are left out
    :param negated: whether it must not hold
    """

    kind: str
    values: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """
    Several of which all must hold, or any.

    :param negated: whether that must not be so
    """

    parts: "tuple[Expression, ...]" = ()
    any: bool = False
    negated: bool = False


Expression: TypeAlias = Condition | Group
EVERYBODY = Group()
# What no address can ask for: where its conditions cannot be read, nobody is shown.
NOBODY = Group(negated=True)


def tidy(expression: Expression) -> Group:
    """
    Return the same in its one way: no group of one, and none of the sort of the one around it.

    A group without parts leaves nobody out and is dropped, whether turned around or not.
    """
    found = _tidied(expression)
    if isinstance(found, Condition):
        return Group((found,))
    if not found.parts:
        return EVERYBODY
    return Group((found,)) if found.negated else found


def _tidied(expression: Expression) -> Expression:
    if isinstance(expression, Condition):
        return expression
    parts: list[Expression] = []
    for one in map(_tidied, expression.parts):
        if isinstance(one, Group) and not one.negated and one.any == expression.any:
            parts.extend(one.parts)
        elif isinstance(one, Condition) or one.parts:
            parts.append(one)
    if len(parts) == 1:
        only = parts[0]
        return replace(only, negated=only.negated != expression.negated)
    return replace(expression, parts=tuple(parts))


def conditions_of(expression: Expression) -> Iterator[Condition]:
    """Return each condition in it, in order."""
    if isinstance(expression, Condition):
        yield expression
        return
    for one in expression.parts:
        yield from conditions_of(one)


def depth_of(expression: Expression) -> int:
    """Return how many groups are around its innermost condition."""
    if isinstance(expression, Condition):
        return 0
    return 1 + max(map(depth_of, expression.parts), default=0)
