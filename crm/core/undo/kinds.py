"""What features say of undo: their kinds of step, and what people call their rows."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.core.db import Base, model_of
from crm.core.db.models import links_of
from crm.core.i18n import LazyString
from crm.core.permissions import Actor, Permission
from crm.core.undo.models import Step

UNDO = "undo"
Subjects = Callable[[Actor, Sequence[Step]], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class StepKind:
    """
    A kind of step.

    :param label: what it is called: "Import", "Merge"
    :param requires: what one must be allowed to do to undo it, on the step
    :param describe: says in a few words what one step of this kind was: how many, of what
    :param subjects: says what each of some steps was about, by their ids: a file, a session, who;
        asked once for a page of them, for whoever may undo them, and as they may see it
    :param endpoint: the page about what was done, if there is one
    :param argument: the name, in `Step.about` and in the page's address, of the id it needs
    """

    kind: str
    label: LazyString
    requires: Permission
    describe: Callable[[Step], str]
    subjects: Subjects | None = None
    endpoint: str = ""
    argument: str = ""


_kinds: dict[str, StepKind] = {}


def kind_of(step: Step) -> StepKind:
    """Return the kind of a step."""
    return _kinds[step.kind]


def all_kinds() -> list[str]:
    """Return the names of all kinds."""
    return sorted(_kinds)


Names = Callable[[Actor, Collection[int]], Mapping[int, str]]
Derive = Callable[[Collection[int]], Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class RowWords:
    """
    What people call the rows of one model, and its columns.

    :param label: the rows, as many: "People"
    :param fields: the columns that people know
    :param unseen: those that nobody knows, which go along with the record
    :param names: gives the names of rows, as one actor may see them, by their ids
    :param owner: the column with the id of the record that a row is part of, which names it
    :param together: columns of which one makes no sense without the others: they are decided as
        one, under the first
    :param order: columns that only say where rows stand in a list: a row that was made and moved
        since is still as it was made
    :param derive: gives what follows from other columns of rows, to be set once these went back
    :param endpoint: the page of one row
    :param argument: how the address of that page calls its id
    """

    model: type[Base]
    label: LazyString
    fields: Mapping[str, LazyString] = field(default_factory=dict)
    unseen: Collection[str] = ()
    names: Names | None = None
    owner: str = ""
    together: Sequence[Sequence[str]] = ()
    order: Collection[str] = ("position",)
    derive: Derive | None = None
    endpoint: str = ""
    argument: str = ""


_told: dict[str, RowWords] = {}


def told_of(table: str) -> RowWords | None:
    """Return how rows of a table are told, if a feature said so."""
    return _told.get(table)


def owner_of(told: RowWords) -> type[Base] | None:
    """Return the model of the records that such rows are part of, if they are."""
    links = links_of(told.model.__tablename__)
    return next((model_of(link.table) for link in links if link.column == told.owner), None)


def lead_of(table: str, column: str) -> str:
    """Return the column under which this one is decided: itself, or the first of its group."""
    told = told_of(table)
    groups = told.together if told else ()
    return next((group[0] for group in groups if column in group), column)


def is_order(table: str, column: str) -> bool:
    """Return whether a column only says where its row stands in a list."""
    told = told_of(table)
    return told is not None and column in told.order


def register(steps: Iterable[StepKind], told: Iterable[RowWords]) -> None:
    """Add what a feature says."""
    _kinds.update({kind.kind: kind for kind in steps})
    _told.update({words.model.__tablename__: words for words in told})
