"""Kinds of conditions that features declare, and what conditions mean and say."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain, repeat
from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, or_, true

from crm.core.conditions.expressions import (
    Condition,
    ConditionRefused,
    Expression,
    Group,
    check_size,
    filled,
    tidy,
)
from crm.core.i18n import LazyString, _, _l, written_day
from crm.core.labels import words_for
from crm.core.permissions import Actor

# So few digits that every such number is one that an id of PostgreSQL can be.
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
# A day before or after any is none: with moments around it both databases still reckon.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class Audience(StrEnum):
    """Of whom a condition may be asked by whoever sees private persons by pseudonym only."""

    EVERYBODY = "everybody"
    NAMED = "named"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class BoundValues:
    """
    A condition with what was filled in, on the day for which it is asked.

    :param day: the day that counts as today
    :param of_all: whether all of whom it holds are asked for, and not just the first in order
    """

    values: Mapping[str, str]
    day: date
    actor: Actor
    of_all: bool = False

    def text(self, name: str) -> str:
        """Return what was filled in; nothing where nothing was."""
        return self.values.get(name, "")

    def number(self, name: str) -> int | None:
        """Return the id that was filled in, if one was."""
        return number_of(self.text(name))

    def on(self, name: str) -> date | None:
        """Return the day that was filled in, if one was."""
        return date.fromisoformat(self.text(name)) if self.text(name) else None


class Parameter(Protocol):
    """What is filled in at a condition."""

    @property
    def name(self) -> str:
        """Its name among the others; never changed."""

    @property
    def label(self) -> LazyString:
        """What it is called for people."""

    @property
    def is_required(self) -> bool:
        """Whether the condition says nothing without it."""

    def checked(self, text: str) -> str:
        """
        Return what stands in an address, in its one way.

        :raises ConditionRefused: if it makes no sense
        """

    def parse_input(self, text: str) -> str:
        """
        Return what somebody filled in as it stands in an address.

        :raises ConditionRefused: if it makes no sense
        """

    def named(self, actor: Actor, text: str) -> str:
        """Return what was filled in as a reader sees it."""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day."""

    name: str
    label: LazyString
    is_required: bool = False

    def checked(self, text: str) -> str:
        """Return the day as ISO 8601 has it."""
        try:
            day = date.fromisoformat(text)
        except ValueError as refusal:
            raise ConditionRefused(_l("Choose a day.")) from refusal
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ConditionRefused(_l("Choose a day between 1900 and 2200."))
        # Python reads other ways to write a day as well, and a condition is to have one only.
        return day.isoformat()

    def parse_input(self, text: str) -> str:
        """Return the same: a browser sends days as they stand in addresses."""
        return self.checked(text)

    def named(self, _actor: Actor, text: str) -> str:
        """Return the day as the reader writes it."""
        return written_day(date.fromisoformat(text))


Offered = Callable[[Actor], Iterable[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Pick:
    """
    One of a list.

    :param offered: gives the keys and words that can be chosen
    :param words: gives the words of one key, also of one that is offered no more; none if unknown
    :param read: gives the one way to write a key, none for what can be no key; without it, keys
        are numbers
    """

    name: str
    label: LazyString
    offered: Offered
    words: Callable[[Actor, str], str | None] | None = None
    is_required: bool = True
    read: Callable[[str], str | None] | None = None

    def checked(self, text: str) -> str:
        """Return the key, if it can be one."""
        found = self.read(text) if self.read else (text if number_of(text) else None)
        if found is None:
            raise ConditionRefused(_l("Choose one of these."))
        return found

    def parse_input(self, text: str) -> str:
        """Return the same: what can be chosen are keys."""
        return self.checked(text)

    def named(self, actor: Actor, text: str) -> str:
        """Return the words of the key."""
        found = self.words(actor, text) if self.words else dict(self.offered(actor)).get(text)
        return found if found is not None else str(_("(no longer there)"))


def one_of(name: str, label: LazyString, members: type[StrEnum]) -> Pick:
    """Return the parameter for one member of an enum."""
    values = {member.value: member for member in members}
    return Pick(
        name,
        label,
        offered=lambda _actor: [(key, words_for(member)) for key, member in values.items()],
        read=lambda text: text if text in values else None,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """
    One of very many, which is typed by its name.

    :param key: gives the key for a name, if there is one
    :param words: gives the name for a key, if it is there
    """

    name: str
    label: LazyString
    key: Callable[[str], str | None]
    words: Callable[[Actor, str], str | None]
    is_required: bool = True

    def checked(self, text: str) -> str:
        """Return the key."""
        if number_of(text) is None:
            raise ConditionRefused
        return text

    def parse_input(self, text: str) -> str:
        """Return the key of what is called so."""
        found = self.key(text)
        if found is None:
            raise ConditionRefused(_("There is nothing called “%(name)s”.", name=text))
        return found

    def named(self, actor: Actor, text: str) -> str:
        """Return the name behind the key."""
        found = self.words(actor, text)
        return found if found is not None else str(_("(no longer there)"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A condition in words, and its opposite; `%(name)s` stands for the words of a parameter."""

    yes: LazyString
    no: LazyString


@dataclass(frozen=True, slots=True)
class OwnFilter:
    """
    How the list of persons asks a condition by a select of its own, of the one parameter it has.

    :param name: its name in the address of the list; never changed
    :param label: what the select is called
    :param in_list: whether the list shows the select; otherwise only pages that choose people by
        the filters of the list do, and the list says in words what it is asked
    """

    name: str
    label: LazyString
    in_list: bool = True


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """
    One condition that can be put on persons.

    :param key: its name in addresses; never changed
    :param label: its name for people
    :param holds: the condition on `Person`, never unknown: a person without a neighbourhood is not
        in one
    :param says: the sentence for what was filled in
    :param told: of whom it may be asked by those who see private persons by pseudonym only
    :param check: holds what belongs together to each other
    :param expands: for a condition that stands for others: what it stands for
    :param own_filter: how the list of persons asks it beside its own filters, if it does
    """

    key: str
    label: LazyString
    holds: Callable[[BoundValues], ColumnElement[bool]]
    says: Callable[[BoundValues], Phrase]
    parameters: Sequence[Parameter] = ()
    told: Audience = Audience.NOBODY
    check: Callable[[BoundValues], None] | None = None
    expands: Callable[[BoundValues], Expression] | None = None
    own_filter: OwnFilter | None = None

    def bind_values(self, condition: Condition, actor: Actor, day: date) -> BoundValues:
        """
        Return a condition with its values by name, each in its one way.

        :raises ConditionRefused: if a value is wanting, is one too many, or makes no sense
        """
        values = condition.values
        if len(values) > len(self.parameters):
            raise ConditionRefused(
                _("“%(label)s” asks for less than is filled in.", label=self.label)
            )
        by_name: dict[str, str] = {}
        for parameter, text in zip(self.parameters, chain(values, repeat("")), strict=False):
            if not text and parameter.is_required:
                named = {"parameter": parameter.label, "label": self.label}
                words = _("Fill in %(parameter)s at “%(label)s”.", **named)
                raise ConditionRefused(words, field=parameter.name)
            try:
                by_name[parameter.name] = parameter.checked(text) if text else ""
            except ConditionRefused as refusal:
                refusal.field = refusal.field or parameter.name
                raise
        found = BoundValues(by_name, day, actor)
        if self.check:
            self.check(found)
        return found

    def condition(self, given: BoundValues, *, negated: bool = False) -> Condition:
        """Return what was filled in as a condition, in its one way."""
        values = tuple(given.text(parameter.name) for parameter in self.parameters)
        return Condition(self.key, filled(values), negated)


def number_of(text: str) -> int | None:
    """Return the id that a text is, if it is one."""
    return int(text) if _NUMBER.fullmatch(text) else None


_kinds: dict[str, ConditionKind] = {}
_providers: list[Callable[[], Iterable[ConditionKind]]] = []


def register(found: Iterable[ConditionKind]) -> None:
    """Add the conditions of a feature."""
    _kinds.update({kind.key: kind for kind in found})


def provide(provider: Callable[[], Iterable[ConditionKind]]) -> None:
    """Add what gives the conditions on fields, whenever it is asked."""
    if provider not in _providers:
        _providers.append(provider)


def _all() -> dict[str, ConditionKind]:
    return {kind.key: kind for provider in _providers for kind in provider()} | _kinds


def kinds(actor: Actor) -> list[ConditionKind]:
    """Return the conditions that an actor can use, lowest feature first."""
    sees = actor.sees_private_persons
    return [kind for kind in _all().values() if sees or kind.told is not Audience.NOBODY]


def own_filters() -> list[tuple[OwnFilter, ConditionKind]]:
    """Return the conditions for which the list of persons has a select, lowest feature first."""
    return [(kind.own_filter, kind) for kind in _all().values() if kind.own_filter]


def kind_of(key: str) -> ConditionKind:
    """
    Return one kind of condition.

    :raises ConditionRefused: if there is none
    """
    found = _kinds.get(key) or _all().get(key)
    if found is None:
        raise ConditionRefused(_("There is no condition called “%(name)s”.", name=key[:40]))
    return found


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
    # Only now: what a segment stands for counts as well.
    check_size(found)
    return found


def _expanded(expression: Expression, actor: Actor, day: date) -> Expression:
    if isinstance(expression, Group):
        parts = tuple(_expanded(part, actor, day) for part in expression.parts)
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
        # Where all are asked for, a kind may gather them in one go instead of asking of each (ADR
        # 20).
        found = kind.holds(replace(given, of_all=asked.of_all))
        # A kind is never NULL, so the opposite holds for everybody else.
        return ~found if turned else found
    parts = [holds(part, asked, negated=turned) for part in expression.parts]
    if not parts:
        return false() if turned else true()
    # Not all of them is any not, and not any of them is all not.
    return or_(*parts) if expression.any != turned else and_(*parts)


def sentence(expression: Expression, actor: Actor, day: date) -> str:
    """
    Return conditions in words, as `actor` may read them: "helix is Research, and …".

    :raises ConditionRefused: if a condition is unknown or filled in wrongly
    """
    if isinstance(expression, Condition):
        kind = kind_of(expression.kind)
        given = kind.bind_values(expression, actor, day)
        phrase, words = kind.says(given), dict(given.values)
        for parameter in kind.parameters:
            if text := given.text(parameter.name):
                words[parameter.name] = parameter.named(actor, text)
        return str(phrase.no if expression.negated else phrase.yes) % words
    parts = [_part(part, actor, day) for part in expression.parts]
    said = parts[0] if parts else _("everybody")
    for part in parts[1:]:
        if expression.any:
            said = _("%(one)s or %(other)s", one=said, other=part)
        else:
            said = _("%(one)s and %(other)s", one=said, other=part)
    return said


def _part(expression: Expression, actor: Actor, day: date) -> str:
    words = sentence(expression, actor, day)
    if isinstance(expression, Condition):
        return words
    if expression.negated:
        return str(_("not (%(words)s)", words=words))
    return f"({words})"


def label_of(condition: Condition) -> str:
    """Return what a condition is called."""
    return str(kind_of(condition.kind).label)
