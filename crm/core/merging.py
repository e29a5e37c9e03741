"""Moving all that refers to one record to another: a few statements a table, whatever the rows."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, or_, select

from crm.core import references
from crm.core.db import Base, among, change_many, remove_many, session, set_many
from crm.core.references import GONE, Joined, OwnedRows, Reference, Row

Replaced = dict[int, int | None]


@dataclass(slots=True)
class Settlement:
    """
    What becomes of rows of which some say the same.

    :ivar replaced: rows that go → the row that says the same, or none where nothing is left to say
    :ivar changes: columns of rows that stay
    """

    replaced: Replaced = field(default_factory=dict)
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)

    def change(self, row_id: int, values: Row) -> None:
        """Give a row that stays other values."""
        if values:
            self.changes.setdefault(row_id, {}).update(values)


def move(target: type[Base], *, kept: int, gone: int) -> dict[str, Replaced]:
    """
    Let everything that refers to one record of `target` refer to another, inside a command.

    Where both have rows of which one is enough, the rule of the reference says what is left. Return
    by table which rows went, and which says the same.
    """
    replaced: dict[str, Replaced] = {}
    _follow(target, {gone: kept})
    by_model: dict[type[Base], list[Reference]] = defaultdict(list)
    for reference in references.to(target):
        by_model[reference.model].append(reference)
    # First those whose own rows are named by others, so that these follow to the rows that stay.
    ordered = sorted(by_model.items(), key=lambda item: not references.loose_to(item[0]))
    for model, found in ordered:
        replaced[model.__tablename__] = _move(model, found, kept, gone)
    return replaced


def settle(rows: Sequence[Row], rule: Joined) -> Settlement:
    """Return what becomes of rows, as they are after the move, by a rule."""
    outcome, stays = Settlement(), []
    for group in _groups(rows, rule, outcome):
        for cluster in _clusters(group, rule):
            _join(cluster, rule, outcome)
            stays.append(cluster[0])
            if rule.instead is not None:
                stays.extend(cluster[1:])
    now = [{**row, **outcome.changes.get(row["id"], {})} for row in stays]
    for row_id, values in rule.settled(now).items():
        outcome.change(row_id, values)
    return outcome


def _groups(rows: Sequence[Row], rule: Joined, outcome: Settlement) -> Iterable[list[Row]]:
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    # Those of the record that stays come first: where the rule sees no difference, theirs are kept.
    for row in sorted(rows, key=lambda row: (bool(row[GONE]), row["id"])):
        said = rule.same(row)
        if said is None:
            outcome.replaced[row["id"]] = None
        else:
            groups[said].append(row)
    return (sorted(group, key=rule.order) for group in groups.values())


def _clusters(group: Sequence[Row], rule: Joined) -> list[list[Row]]:
    """Return rows that become one, the one that stays first; two of one record never do."""
    clusters: list[list[Row]] = []
    for row in group:
        fitting = (
            cluster
            for cluster in clusters
            if cluster[0][GONE] != row[GONE] and rule.meets(cluster[0], row)
        )
        found = next(fitting, None)
        if found is None:
            clusters.append([row])
        else:
            found.append(row)
    return clusters


def _join(cluster: Sequence[Row], rule: Joined, outcome: Settlement) -> None:
    best, *others = cluster
    if others and rule.together is not None:
        outcome.change(best["id"], rule.together(cluster))
    for row in others:
        if rule.instead is None:
            outcome.replaced[row["id"]] = best["id"]
        else:
            outcome.change(row["id"], rule.instead(row))


def _move(model: type[Base], found: Sequence[Reference], kept: int, gone: int) -> Replaced:
    columns = [reference.column for reference in found]
    rule = next((reference.joined for reference in found if reference.joined is not None), None)
    outcome = Settlement()
    if rule is not None:
        named = or_(*(among(getattr(model, column), [kept, gone]) for column in columns))
        after: list[Row] = []
        for row in _rows(model, named):
            moved = {column: kept for column in columns if row[column] == gone}
            after.append({**row, **moved, GONE: bool(moved)})
        outcome = settle(after, rule)
        joined = {row_id: best for row_id, best in outcome.replaced.items() if best is not None}
        # Before the rows go, or the database would remove along with them what belongs to them.
        for part in {part.model: part for reference in found for part in reference.parts}.values():
            _move_parts(part, joined)
        _follow(model, joined)
        _write(model, outcome)
    # Last: as long as both rows are there, two that say the same would meet in a unique key.
    for column in columns:
        change_many(model, getattr(model, column) == gone, {column: kept})
    return outcome.replaced


def _write(model: type[Base], outcome: Settlement) -> None:
    if outcome.replaced:
        remove_many(model, among(model.id, outcome.replaced))
    # First what gives something unique away, such as the main role, then what takes it.
    giving = {key: row for key, row in outcome.changes.items() if False in row.values()}
    for rows in (giving, {key: row for key, row in outcome.changes.items() if key not in giving}):
        if rows:
            set_many(model, rows)


def _rows(model: type[Base], where: ColumnElement[bool]) -> list[dict[str, Any]]:
    names = [
        column.name
        for column in model.__table__.columns
        if not isinstance(column.type, LargeBinary)
    ]
    statement = select(*(getattr(model, name) for name in names)).where(where).order_by(model.id)
    return [dict(zip(names, row, strict=True)) for row in session().execute(statement)]


def _move_parts(part: OwnedRows, joined: Mapping[int, int]) -> None:
    """Let what belongs to rows that go belong to those that say the same."""
    if not joined:
        return
    column, model = part.column, part.model
    rows = _rows(model, among(getattr(model, column), {*joined, *joined.values()}))
    after = [
        {**row, column: joined.get(row[column], row[column]), GONE: row[column] in joined}
        for row in rows
    ]
    outcome = settle(after, part.joined) if part.joined else Settlement()
    for row in after:
        if row[GONE] and row["id"] not in outcome.replaced:
            outcome.change(row["id"], {column: row[column]})
    _write(model, outcome)


def _follow(target: type[Base], joined: Mapping[int, int]) -> None:
    """Let columns that hold ids of rows that go hold those of the rows that stay."""
    for loose in references.loose_to(target) if joined else ():
        column = getattr(loose.model, loose.column)
        statement = select(loose.model.id, column).where(loose.where()).order_by(loose.model.id)
        if loose.follow is None:
            statement = statement.where(among(column, joined))
        follow = loose.follow or (lambda row_id, ids: ids[row_id])
        now = {
            row_id: (value, follow(value, joined)) for row_id, value in session().execute(statement)
        }
        changed = {row_id: new for row_id, (old, new) in now.items() if new != old}
        set_many(loose.model, {row_id: {loose.column: new} for row_id, new in changed.items()})
