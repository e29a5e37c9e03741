"""Twice is once: a form that is sent again is answered with what it made the first time."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, tokens
from crm.core.audit import Change
from crm.core.db import Base, Unit, hold, is_audited, model_of, session, unit_of_work
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.permissions import system

R = TypeVar("R")
KEPT_FOR = timedelta(days=1)
# What answers nothing notes how things stand, and those may be otherwise by tomorrow.
NOTED_FOR = timedelta(minutes=5)


class SentForm(Base):
    """What one form made, as long as it may be sent again; its key is a digest."""

    __tablename__ = "sent_form"

    key: Mapped[str] = mapped_column(unique=True)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[dict[str, Any]]


class SentBefore(Conflict):
    """What a form asks was done when it was sent before, and cannot be shown once more."""

    message = _l("This form was sent before, and was done then. Look before you send it again.")


# The form at hand: what makes its key, at the first change, and how often each command ran in it.
_Form = tuple[Callable[[], str], Counter[str]]
_at_hand: ContextVar[_Form | None] = ContextVar("kring_form", default=None)


@contextmanager
def form(key: Callable[[], str]) -> Iterator[None]:
    """Let the commands in a `with` block be those of one form, known by its `key`."""
    token = _at_hand.set((key, Counter()))
    try:
        yield
    finally:
        _at_hand.reset(token)


def done(unit: Unit, change: Callable[[], R]) -> R:
    """
    Run the change of a form, in the unit of work that it opened, unless it was done before.

    One that is sent while the first is still at work waits for it. What makes nothing may be done
    again; a refusal is undone as a whole, so that it does not use up the form.

    :raises SentBefore: if it was done before and its answer cannot be given once more
    """
    at_hand = _at_hand.get()
    if at_hand is None:
        return change()
    make_key, commands = at_hand
    # Counted, as one form may run the same command more than once.
    commands[unit.action] += 1
    seed = f"{make_key()}|{unit.action}|{commands[unit.action]}"
    key = tokens.hashed(seed)
    # Held before it is looked for: of two at once the second then finds what the first did.
    hold(f"form {key}")
    before = _sent_before(key)
    if before is not None:
        return cast("R", _given(before.answer, tokens.Drawing(seed)))
    with tokens.drawing(seed) as drawn:
        answer = change()
    # From here on new records have their ids, and the unit knows all that was changed.
    session().flush()
    made = any(isinstance(note, Change) and note.operation == "create" for note in unit.changes)
    # Of a record that is not audited the trail does not tell.
    untold = isinstance(answer, Base) and not is_audited(type(answer), in_step=False)
    if drawn.count or made or untold:
        session().add(SentForm(key=key, sent_at=clock.now(), answer=_kept(answer, drawn)))
    return answer


def forget_old(_payload: Mapping[str, Any]) -> None:
    """Remove what forms made that were sent more than a day ago."""
    with unit_of_work(system(), "once.forget"):
        session().execute(delete(SentForm).where(SentForm.sent_at < clock.now() - KEPT_FOR))


def _sent_before(key: str) -> SentForm | None:
    found = session().scalar(select(SentForm).where(SentForm.key == key))
    if found is None:
        return None
    notes = found.answer == {"value": None}
    if found.sent_at >= clock.now() - (NOTED_FOR if notes else KEPT_FOR):
        return found
    # The key is unique, and a flush inserts first: the old row has to be gone before the new one.
    session().delete(found)
    session().flush()
    return None


def _kept(answer: object, drawn: tokens.Drawing) -> dict[str, Any]:
    """Return an answer as it may be stored: of a record its id, of a token what gives it again."""
    if answer is None or isinstance(answer, bool | int):
        return {"value": answer}
    if isinstance(answer, Base):
        return {"table": answer.__tablename__, "id": answer.id}
    if isinstance(answer, str) and answer in drawn.recipes:
        return {"token": drawn.recipes[answer]}
    if isinstance(answer, tuple):
        return {"parts": [_kept(part, drawn) for part in answer]}
    # What cannot be given again: a second form is told so, by `SentBefore`.
    return {}


def _given(kept: Mapping[str, Any], drawn: tokens.Drawing) -> object:
    """Return the answer that was kept, as the command gave it."""
    if "value" in kept:
        return kept["value"]
    if "token" in kept:
        return drawn.again(kept["token"])
    if "parts" in kept:
        return tuple(_given(part, drawn) for part in kept["parts"])
    model = model_of(kept.get("table", ""))
    # What was removed since, or went into another record, is not made a second time.
    found = session().get(model, kept["id"]) if model is not None else None
    if found is None:
        raise SentBefore
    return found
