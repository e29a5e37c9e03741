"""Loading what was found: all kinds that one line tells enough of in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import Select

from crm.core.db.sessions import session
from crm.core.search.sources import Lines, Load, Shown

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
_TEXTS = ("title", "sort", "place", "helix", "day", "text")


def line(record_id: InstrumentedAttribute[int], **texts: Column) -> Select[*tuple[Any, ...]]:
    """
    Return the statement for what is told of records in a line.

    Each row has an `id` and the texts `title`, `sort`, `place`, `helix`, `day` and `text`, as the
    database holds them; what a kind of record does not have is empty.
    """
    columns = [_text(texts.get(name), name) for name in _TEXTS]
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
    told = _told({way: list(some) for way, some in ids.items() if isinstance(way, Lines)})
    found = {
        way: told[way] if isinstance(way, Lines) else way(list(some)) for way, some in ids.items()
    }
    return {kind: found.get(shown[kind].load, {}) for kind in wanted}


def _told(wanted: Mapping[Lines, Sequence[int]]) -> dict[Lines, dict[int, Any]]:
    ways = list(wanted)
    told: dict[Lines, dict[int, Any]] = {way: {} for way in ways}
    if ways:
        parts = [
            way.statement(wanted[way]).add_columns(literal(place).label("way"))
            for place, way in enumerate(ways)
        ]
        for row in session().execute(union_all(*parts)):
            told[ways[row.way]][row.id] = row
    return told


def _text(column: Column | None, name: str) -> ColumnElement[str]:
    text = literal("") if column is None else func.coalesce(column, "")
    return cast(text, String).label(name)
