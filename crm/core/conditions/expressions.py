"""Conditions combined with and, or and not, and as they are kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from crm.core.errors import Invalid
from crm.core.i18n import _, _l

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
    for part in map(_tidied, expression.parts):
        if isinstance(part, Group) and not part.negated and part.any == expression.any:
            parts.extend(part.parts)
        elif isinstance(part, Condition) or part.parts:
            parts.append(part)
    if len(parts) == 1:
        only = parts[0]
        return replace(only, negated=only.negated != expression.negated)
    return replace(expression, parts=tuple(parts))


def conditions_of(expression: Expression) -> Iterator[Condition]:
    """Return each condition in it, in order."""
    if isinstance(expression, Condition):
        yield expression
        return
    for part in expression.parts:
        yield from conditions_of(part)


def depth_of(expression: Expression) -> int:
    """Return how many groups are around its innermost condition."""
    if isinstance(expression, Condition):
        return 0
    return 1 + max(map(depth_of, expression.parts), default=0)


LONGEST = 2_000
ALL, ANY = "all", "any"
_TOKEN = re.compile(r"[(),!]|[^\s(),!]+")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def write(expression: Expression) -> str:
    """Return conditions as they stand in an address; nothing where nobody is left out."""
    whole = tidy(expression)
    if not whole.any:
        return ",".join(map(_written, whole.parts))
    return _written(whole)


def _written(expression: Expression) -> str:
    no = "!" if expression.negated else ""
    if isinstance(expression, Condition):
        return no + ":".join((expression.kind, *filled(expression.values)))
    return f"{no}{ANY if expression.any else ALL}({','.join(map(_written, expression.parts))})"


def filled(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return values without the empty ones at the end."""
    last = max((at for at, value in enumerate(values, start=1) if value), default=0)
    return values[:last]


def parse(text: str) -> Group:
    """
    Return the conditions that an address asks for, in their one way.

    :raises ConditionRefused: if it cannot be read, or asks too much
    """
    if len(text) > LONGEST:
        raise ConditionRefused(_l("This is too long. Use fewer conditions."))
    text = text.strip()
    if not text:
        return EVERYBODY
    whole = tidy(_Reader(text).whole())
    check_size(whole)
    return whole


def check_size(expression: Expression) -> None:
    """
    Hold conditions to as much as a page can show.

    :raises ConditionRefused: if there are too many, or groups too deep in each other
    """
    if len(list(conditions_of(expression))) > MOST_CONDITIONS:
        message = _("Use at most %(number)s conditions.", number=MOST_CONDITIONS)
        raise ConditionRefused(message)
    if depth_of(expression) > MOST_DEEP:
        raise ConditionRefused(_l("There are too many groups in each other. Use fewer."))


class _Reader:
    """Reads from left to right; each word is looked at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_TOKEN.finditer(text))
        self._next = 0
        self._open = 0

    def whole(self) -> Group:
        """Read all of it; nothing may follow the last part."""
        parts = tuple(self._parts())
        if self._peek():
            raise self._refusal()
        return Group(parts)

    def _parts(self) -> Iterator[Expression]:
        yield self._part()
        while self._peek() == ",":
            self._next += 1
            yield self._part()

    def _part(self) -> Expression:
        negated = False
        while self._peek() == "!":
            self._next += 1
            negated = not negated
        word = self._peek()
        if not word or word in "(),":
            raise self._refusal()
        self._next += 1
        if self._peek() == "(":
            return replace(self._group(word), negated=negated)
        kind, *values = word.split(":")
        if not _NAME.fullmatch(kind) or kind in {ALL, ANY}:
            self._next -= 1
            raise self._refusal()
        return Condition(kind, filled(tuple(values)), negated)

    def _group(self, word: str) -> Group:
        # Python would give up reading groups thousands deep before we count them.
        self._open += 1
        # Twice as deep, since `tidy` takes away groups that say nothing before they are counted.
        if word not in {ALL, ANY} or self._open > 2 * MOST_DEEP:
            raise self._refusal()
        self._next += 1
        parts = tuple(self._parts())
        if self._peek() != ")":
            raise self._refusal()
        self._next += 1
        self._open -= 1
        return Group(parts, any=word == ANY)

    def _peek(self) -> str:
        return self._tokens[self._next].group() if self._next < len(self._tokens) else ""

    def _refusal(self) -> ConditionRefused:
        at = self._tokens[self._next].start() if self._next < len(self._tokens) else len(self._text)
        words = self._text[at : at + 20]
        if not words:
            return ConditionRefused(_l("The conditions end too early. Choose them anew."))
        return ConditionRefused(
            _("The conditions cannot be read from “%(words)s” on. Choose them anew.", words=words)
        )
