"""The listener that gathers every change of an audited model at each flush."""

from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Mapper, Session, UOWTransaction
from sqlalchemy.orm.attributes import History

from crm.core.audit.chain import NEVER
from crm.core.audit.models import Change
from crm.core.db.flush_changes import flushed
from crm.core.db.models import Base, is_audited
from crm.core.db.sessions import Unit


def note(unit: Unit, change: Change) -> None:
    """Put `change` on the list that is written when the unit of work ends."""
    unit.changes.append(change)


@event.listens_for(Mapper, "after_configured")
def _keep_old_values() -> None:
    # Without it a value set on an expired record has no old one to write down.
    for mapper in Base.registry.mappers:
        if is_audited(mapper.class_, in_step=True):
            for attribute in mapper.column_attrs:
                getattr(mapper.class_, attribute.key).impl.active_history = True


@event.listens_for(Session, "after_flush")
def _listen(active: Session, context: UOWTransaction) -> None:
    unit: Unit | None = active.info.get("unit")
    if unit is None:
        return
    for row, operation in flushed(active, context):
        in_step = unit.step_id is not None
        if is_audited(type(row), in_step=in_step):
            change = _change(row, operation, in_step=in_step)
            if change is not None:
                note(unit, change)


def _change(row: Any, operation: str, *, in_step: bool) -> Change | None:
    state = inspect(row)
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    kept_out = frozenset() if operation == "remove" else NEVER
    left_out = kept_out | getattr(row, "__not_audited__", frozenset())
    if in_step and operation != "create":
        # Or undoing the step could not put them back.
        left_out -= getattr(row, "__in_step__", frozenset())
    for attribute in state.mapper.column_attrs:
        key = attribute.key
        if key in left_out:
            continue
        history = state.attrs[key].history
        _sort_history(operation, key, history, old, new)
    if operation == "change" and not new:
        return None
    return Change(row.__tablename__, row.id, operation, old, new)


def _sort_history(
    operation: str, key: str, history: History, old: dict[str, Any], new: dict[str, Any]
) -> None:
    now = next(iter(history.added or history.unchanged or ()), None)
    if operation == "create":
        new[key] = now
    elif operation == "remove":
        old[key] = now
    elif history.has_changes():
        old[key] = next(iter(history.deleted or ()), None)
        new[key] = now
