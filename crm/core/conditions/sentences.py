"""Conditions in plain words."""

from datetime import date

from crm.core.conditions.expressions import Condition, Expression, Group
from crm.core.conditions.kinds import BoundValues, ConditionKind, kind_of
from crm.core.i18n import _
from crm.core.permissions import Actor


def sentence(expression: Expression, actor: Actor, day: date) -> str:
    """
    Return conditions in words, as `actor` may read them: "helix is Research, and …".

    :raises ConditionRefused: if a condition is unknown or filled in wrongly
    """
    if isinstance(expression, Condition):
        return _one(expression, actor, day)
    return _joined([_part(one, actor, day) for one in expression.parts], expression)


def _part(expression: Expression, actor: Actor, day: date) -> str:
    words = sentence(expression, actor, day)
    if isinstance(expression, Condition):
        return words
    if expression.negated:
        return str(_("not (%(words)s)", words=words))
    return f"({words})"


def _joined(parts: list[str], group: Group) -> str:
    words = parts[0] if parts else str(_("everybody"))
    for one in parts[1:]:
        given = {"one": words, "other": one}
        words = str(_("%(one)s or %(other)s", **given) if group.any else _and(given))
    return words


def _and(given: dict[str, str]) -> str:
    return str(_("%(one)s and %(other)s", **given))


def _one(condition: Condition, actor: Actor, day: date) -> str:
    kind = kind_of(condition.kind)
    given = kind.bind_values(condition, actor, day)
    phrase = kind.says(given)
    words = _words(kind, given)
    return str(phrase.no if condition.negated else phrase.yes) % words


def _words(kind: ConditionKind, given: BoundValues) -> dict[str, str]:
    return {
        one.name: one.named(given.actor, given.text(one.name)) if given.text(one.name) else ""
        for one in kind.parameters
    }


def label_of(condition: Condition) -> str:
    """Return what a condition is called."""
    return str(kind_of(condition.kind).label)
