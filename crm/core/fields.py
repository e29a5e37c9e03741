"""
Fields of records: each is declared once, and read by all that ask, show, find or change them.

A feature declares those of its records beside their models. A provider adds what only one project
has, so readers ask for the fields anew each time.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, Flag, StrEnum, auto
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.core import references, undo
from crm.core.cleaning import clean_line, clean_lines
from crm.core.conditions import Audience
from crm.core.db import Base, add_many, among, remove_many, session, set_many
from crm.core.errors import Invalid
from crm.core.i18n import LazyString, _, written_day
from crm.core.labels import words_for
from crm.core.normalisation import fold
from crm.core.references import Blanked, Joined, Moved, Reference

MOST_WORDS = 200


class Where(Flag):
    """Where a field may stand, beside what every field has: merge, undo and the access file."""

    NOWHERE = 0
    FORM = auto()
    LIST = auto()
    FILE = auto()
    FILTER = auto()
    BULK = auto()
    SEARCH = auto()
    OWN_PAGE = auto()  # where somebody corrects what is kept of them


class Merge(Enum):
    """What becomes of the values of two records that are one."""

    CHOSEN = auto()
    BOTH = auto()  # one after the other, where somebody wishes so
    STRICTER = auto()  # yes, if either says yes
    OURS = auto()  # that of the record that stays; nobody is asked


def _plain(value: Any) -> str:
    return str(value or "")


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Kind:
    """
    How values of one kind are read and written.

    :param control: what asks for one: text, lines, choice, tick, day, rows, or words in one line
    :param of: the value that a control or the key of a condition stands for
    :param write: a value as a file has it that can come back: in no language
    :param say: a value in the reader's words
    :param typed: a value as a control holds it
    :param usual: a cell as it is compared with what left
    :param read: what a cell of a list gives, as `of` does of a control
    :param words: what can be chosen, by its key
    :param cell: a value as a file shows it to its reader, if not as `say` does
    :param label: what stands for no choice, or what one of several is called
    """

    control: str
    longest: int = 200
    of: Callable[[Any], Any] = _plain
    write: Callable[[Any], str] = _plain
    say: Callable[[Any], str] = _plain
    typed: Callable[[Any], Any] = _plain
    usual: Callable[[str], str] = clean_line
    read: Callable[[str], Any] = clean_line
    words: Callable[[], Mapping[str, str]] = dict
    cell: Callable[[Any], str] | None = None
    label: LazyString | None = None


def text(longest: int = 200, normal: Callable[[str], Any] = str) -> Kind:
    """Return a kind of one line; `normal` gives its one way to be written, or refuses it."""
    return Kind("text", longest, lambda typed: normal(typed or ""), usual=_usual(normal))


def choice(
    members: type[StrEnum] | Mapping[str, str],
    meant: Callable[[str], Any] = str,
    nothing: LazyString | None = None,
) -> Kind:
    """
    Return a kind of which one is chosen: of an enum, or of names by the codes that files have.

    :param meant: what a word in a file means, or a refusal
    :param nothing: what stands first in a form, for no choice
    """

    def words() -> Mapping[str, str]:
        if isinstance(members, Mapping):
            return members
        return {member.value: words_for(member) for member in members}

    return Kind(
        "choice",
        of=_plain if isinstance(members, Mapping) else lambda key: members(key) if key else None,
        say=lambda value: words().get(_plain(value), _plain(value)),
        usual=_usual(meant),
        read=meant,
        words=words,
        cell=_plain if isinstance(members, Mapping) else None,
        label=nothing,
    )


def _usual(read: Callable[[str], Any]) -> Callable[[str], str]:
    """Return what reads a cell as it is kept; what is refused is compared as it stands."""

    def usual(cell: str) -> str:
        try:
            return _plain(read(clean_line(cell)))
        except (Invalid, ValueError):
            return clean_line(cell)

    return usual


NOTE = Kind("lines", 5_000, usual=clean_lines, read=str)
YES_NO = Kind("tick", of=bool, say=lambda value: str(_("yes") if value else _("no")), typed=bool)
DAY = Kind(
    "day",
    of=lambda day: date.fromisoformat(day) if day and isinstance(day, str) else day,
    say=lambda day: written_day(day) if day else "",
    typed=_same,
)


def _called(record: Any) -> str:
    return record.name if record else ""


NAMED = Kind("text", 120, write=_called, say=_called, typed=_called)
"""Another record, which is told as it is called."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the record; with `link`, the record that its id names."""

    attribute: InstrumentedAttribute[Any]
    link: str = ""

    @property
    def name(self) -> str:
        """The column."""
        return self.attribute.key

    @property
    def default(self) -> Any:
        """What a new record has."""
        given = self.attribute.property.columns[0].default
        return given.arg if given is not None else None

    def values(self, records: Sequence[Any], _day: date) -> Mapping[int, Any]:
        """Return the values of records by id, as they were loaded."""
        name = self.link or self.name
        return {record.id: getattr(record, name) for record in records}

    def put(self, values: Mapping[int, Any]) -> set[int]:
        """Give records other values, inside a command; return who had another."""
        model: Any = self.attribute.class_
        rows = session().execute(select(model.id, self.attribute).where(among(model.id, values)))
        changed = {key: {self.name: values[key]} for key, own in rows if own != values[key]}
        set_many(model, changed)
        return set(changed)

    def holding(self, value: Any) -> ColumnElement[bool]:
        """Return the condition on records with a value; it is never unknown."""
        return self.attribute.is_not_distinct_from(value)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of another table, of which a record has many, loaded with it by a relationship."""

    name: str
    model: type[Base]

    def values(self, records: Sequence[Any], _day: date) -> Mapping[int, Any]:
        """Return the rows of records by their id."""
        return {record.id: getattr(record, self.name) for record in records}


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from the record as it was loaded, on a day."""

    read: Callable[[Any, date], Any]

    def values(self, records: Sequence[Any], day: date) -> Mapping[int, Any]:
        """Return the values of records by id."""
        return {record.id: self.read(record, day) for record in records}


@dataclass(frozen=True, slots=True)
class Values:
    """
    A table of texts, one for each record that has one.

    :param model: has the columns `value` and `key`: the text as it is looked for and put in order
    :param owner: the column of it with the id of the record
    """

    model: Any
    owner: str

    @property
    def name(self) -> str:
        """The table, by which merge and undo know the field."""
        return str(self.model.__tablename__)

    @property
    def _owner(self) -> Any:
        return getattr(self.model, self.owner)

    def values(self, records: Sequence[Any], _day: date) -> Mapping[int, Any]:
        """Ask for the texts of records by id, in one statement; nothing where there is none."""
        ids = [record.id for record in records]
        return {**dict.fromkeys(ids, ""), **self._held(ids)}

    def put(self, values: Mapping[int, Any]) -> set[int]:
        """Give records other texts, or none, inside a command; return who had another."""
        own = self._held(values)
        changed = {key for key, value in values.items() if value != own.get(key, "")}
        rows = {key: {"value": values[key], "key": fold(values[key])} for key in changed}
        known = changed & own.keys()
        remove_many(self.model, among(self._owner, {key for key in known if not values[key]}))
        there = select(self.model.id, self._owner).where(among(self._owner, known))
        set_many(self.model, {row[0]: rows[row[1]] for row in session().execute(there)})
        new = sorted(key for key in changed - known if values[key])
        add_many(self.model, [{self.owner: key, **rows[key]} for key in new])
        return changed

    def holding(self, value: Any) -> ColumnElement[bool]:
        """Return the condition on records with a text, whatever its case and signs."""
        (link,) = self.model.__table__.c[self.owner].foreign_keys
        found = select(self._owner).where(self.model.key == fold(value))
        condition: ColumnElement[bool] = link.column.in_(found)
        return condition

    def in_use(self) -> Mapping[str, str]:
        """Return key → text of what some have, by key, at most two hundred."""
        key, text = self.model.key, func.min(self.model.value)
        found = select(key, text).group_by(key).order_by(key).limit(MOST_WORDS)
        return {row[0]: row[1] for row in session().execute(found)}

    def texts(self, ids: Any, place: int) -> Select[Any]:
        """Return the statement for record, text, `place` and id of the rows of some records."""
        columns = (self._owner, self.model.value, literal(place), self.model.id)
        return select(*columns).where(self._owner.in_(ids))

    def _held(self, ids: Collection[int]) -> dict[int, str]:
        rows = select(self._owner, self.model.value).where(among(self._owner, ids))
        return {row[0]: row[1] for row in session().execute(rows)}


@dataclass(frozen=True, slots=True)
class Field:
    """
    One field.

    :param key: table of the record and name, as "person.language"; never changed
    :param audience: of whom those may see it who see private persons by pseudonym only
    :param column: how it is called among columns of lists that come in, and in files that leave
    :param is_required: whether a record must have it
    """

    key: str
    label: LazyString
    kind: Kind
    store: Any
    where: Where = Where.NOWHERE
    audience: Audience = Audience.NOBODY
    merge: Merge = Merge.CHOSEN
    column: str = ""
    is_required: bool = False

    @property
    def may_be_empty(self) -> bool:
        """Whether a record may have none: of a choice, where something stands for none."""
        return not self.is_required and (self.kind.control != "choice" or bool(self.kind.label))

    @property
    def name(self) -> str:
        """Its name among the fields of the record."""
        return self.key.partition(".")[2]


_declared: dict[str, Field] = {}
_providers: list[Callable[[Where], Iterable[Field]]] = []
# Table of the record → tables with words by which it is found → their column with its id.
_searched: dict[str, dict[type[Base], str]] = {}


def register(declared: Iterable[Field]) -> None:
    """Add the fields of a feature; one with a table of its own is merged, undone and told so."""
    for one in declared:
        _declared[one.key] = one
        if isinstance(one.store, Values):
            model, owner = one.store.model, one.store.owner
            if Where.SEARCH in one.where:
                searched(one.key.partition(".")[0])[model] = owner
            told = {"value": one.label}
            undo.register((), [undo.RowWords(model, one.label, told, ["key"], owner=owner)])
            moved, kept = Moved.REPOINTED_UNLESS_THERE, f"as long as {owner.removesuffix('_id')}"
            # Which of two is right was asked: the row that is left gets it.
            rule = Joined(itemgetter(owner))
            reference = Reference(model, owner, moved, ("value",), Blanked.REMOVED, kept)
            references.register([replace(reference, joined=rule, is_own=True)])


def searched(table: str) -> dict[type[Base], str]:
    """Return the tables of fields by whose texts records are found, and whose column has the id."""
    return _searched.setdefault(table, {})


def write(record: Base, given: Mapping[str, Any]) -> None:
    """Give a record, which has an id, other values of fields by their names, inside a command."""
    for one in of(type(record)) if given else ():
        if one.name in given and isinstance(one.store, Column):
            setattr(record, one.store.name, given[one.name])
        elif one.name in given:
            one.store.put({record.id: given[one.name]})


def write_many(model: type[Base], given: Mapping[int, Mapping[str, Any]]) -> None:
    """Give many records, by their ids, other values of fields by their names, inside a command."""
    for one in of(model) if any(given.values()) else ():
        values = {key: some[one.name] for key, some in given.items() if one.name in some}
        if values:
            one.store.put(values)


def as_asked(declared: Iterable[Field], record: Any, day: date) -> dict[str, Any]:
    """Return what a form gives for fields of a record that nobody changed, by their names."""
    held = ((one, one.store.values([record], day)[record.id]) for one in declared)
    return {one.name: one.kind.of(one.kind.typed(value)) for one, value in held}


def read_cells(declared: Iterable[Field], cells: Mapping[Any, str]) -> dict[str, Any]:
    """Return what the cells of a row, by their columns, give to fields that a form asks."""
    found: dict[str, Any] = {}
    for one in declared:
        if Where.FORM in one.where and one.column in cells:
            with suppress(Invalid, ValueError):
                found[one.name] = one.kind.read(cells[one.column])
            # Somebody is always written to in one language: an emptied cell names none.
            if not found.get(one.name) and not one.may_be_empty:
                found.pop(one.name, None)
    return found


def provide(provider: Callable[[Where], Iterable[Field]]) -> None:
    """Add what gives the fields of the project in scope, whenever it is asked."""
    if provider not in _providers:  # as for each application that is made
        _providers.append(provider)


def of(model: type[Base], where: Where = Where.NOWHERE) -> list[Field]:
    """Return the fields of a model that may stand somewhere, or all, in the order declared."""
    given = (one for provider in _providers for one in provider(where))
    table = f"{model.__tablename__}."
    found = (one for one in (*_declared.values(), *given) if one.key.startswith(table))
    return [one for one in found if where in one.where]
