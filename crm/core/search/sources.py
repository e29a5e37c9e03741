"""What can be found: each feature declares its kinds, and how what was found is told."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.db.models import Base
from crm.core.db.sessions import session
from crm.core.i18n import LazyString
from crm.core.permissions import Actor, Permission, allows
from crm.core.search.question import Question


@dataclass(frozen=True, slots=True)
class Document:
    """
    What can be found of one record: its words, as they were typed.

    :ivar head: what it is called; whoever asks for its name finds it before the others
    :ivar hidden: words by which it is found only by who may see private persons
    :ivar numbers: telephone numbers, by whose last digits those find it too
    """

    project_id: int
    subject_id: int
    words: str
    head: str = ""
    hidden: str = ""
    numbers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """
    One record that was found, as one actor may see it.

    :ivar excerpt: the words around what was asked for, where the title does not say why it is here
    """

    id: int
    title: str
    about: tuple[str, ...] = ()
    excerpt: str = ""
    helix: StrEnum | None = None
    day: date | None = None


Load = Callable[[Sequence[int]], Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Sieve:
    """
    What who may not see private persons finds of a kind, by words that are not hidden.

    :param holds: the condition for records that may be found, by the column with their ids
    :param behind: the statement for the ids of those who are found in another way and come behind
        the others, if the question asks for any
    """

    holds: Callable[[ColumnElement[int]], ColumnElement[bool]]
    behind: Callable[[Question], Select[int] | None] = lambda _question: None


@dataclass(frozen=True, slots=True)
class Lines:
    """
    A way to load records of which a line tells enough.

    :param statement: gives the statement for the lines of the records with these ids, made by
        `search.line`
    """

    statement: Callable[[Sequence[int]], Select[*tuple[Any, ...]]]


Describe = Callable[[Actor, Any, Question], Result]


@dataclass(frozen=True, slots=True)
class Shown:
    """
    How one kind of record is shown where it is found.

    :param group: the heading under which hits stand; kinds with the same one stand together
    :param page: the endpoint of the record's page, and what that calls the id
    :param load: gives the records with these ids, by id, in one statement; kinds with the same one
        are loaded together, and so are all that are told in lines
    :param describe: says what the actor sees of such a record, or of such a line
    :param requires: who may find this kind
    :param sieve: what who may not see private persons finds of it, if not all
    """

    group: str
    label: LazyString
    page: tuple[str, str]
    load: Load | Lines
    describe: Describe
    requires: Permission
    sieve: Sieve | None = None


@dataclass(frozen=True, slots=True)
class SearchSource:
    """
    How one kind of record gets into the index, and how it is shown where it is found.

    :param documents: gives the documents of the records with these ids, in a set
    :param touched_by: model → the column of it that holds the id of the record to index anew
    :param borrowed: model whose words a record borrows → which records do, by ids of the model
    """

    kind: str
    documents: Callable[[Sequence[int]], Iterable[Document]]
    touched_by: Mapping[type[Base], str]
    shown: Shown | None = None
    borrowed: Mapping[type[Base], Callable[[Collection[int]], Iterable[int]]] = field(
        default_factory=dict
    )


_sources: dict[str, SearchSource] = {}


def known() -> dict[str, SearchSource]:
    """Return the sources by their kind, in the order of the features."""
    return _sources


def open_to(actor: Actor) -> dict[str, Shown]:
    """Return how the kinds are shown that `actor` may find, by their kind."""
    return {
        kind: source.shown
        for kind, source in _sources.items()
        if source.shown is not None and allows(actor, source.shown.requires)
    }


def sieves_of(actor: Actor) -> dict[str, Sieve]:
    """Return by kind what lets through of it what `actor` may find, where that is not all."""
    if actor.sees_private_persons:
        return {}
    return {kind: shown.sieve for kind, shown in open_to(actor).items() if shown.sieve is not None}


Column = ColumnElement[Any] | InstrumentedAttribute[Any]
_TEXTS = ("title", "sort", "place", "helix", "day", "text")


def line(record_id: InstrumentedAttribute[int], **texts: Column) -> Select[*tuple[Any, ...]]:
    """
    Return the statement for what is told of records in a line.

    Each row has an `id` and the texts `title`, `sort`, `place`, `helix`, `day` and `text`, as the
    database holds them; what a kind of record does not have is empty.
    """
    given = {
        name: func.coalesce(texts[name], "") if name in texts else literal("") for name in _TEXTS
    }
    # All lines are parts of one union, whose columns have to be of one type.
    columns = [cast(text, String).label(name) for name, text in given.items()]
    return select(record_id.label("id"), *columns)


def loaded(
    shown: Mapping[str, Shown], wanted: Mapping[str, Sequence[int]]
) -> dict[str, Mapping[int, Any]]:
    """
    Return of each kind what is told of the records with these ids, by id.

    Kinds with the same way to load are loaded together, and all that are told in a line in one
    statement.
    """
    ids: dict[Load | Lines, dict[int, None]] = {}
    for kind, some in wanted.items():
        if some:
            ids.setdefault(shown[kind].load, {}).update(dict.fromkeys(some))
    told: list[dict[int, Any]] = []
    found: dict[Load | Lines, Mapping[int, Any]] = {}
    parts: list[Select[*tuple[Any, ...]]] = []
    for way, keys in ids.items():
        if isinstance(way, Lines):
            # Rows of two kinds may have the same id: the place says whose this one is.
            place = literal(len(told)).label("way")
            parts.append(way.statement(list(keys)).add_columns(place))
            told.append({})
            found[way] = told[-1]
        else:
            found[way] = way(list(keys))
    for row in session().execute(union_all(*parts)) if parts else ():
        told[row.way][row.id] = row
    return {kind: found.get(shown[kind].load, {}) for kind in wanted}
