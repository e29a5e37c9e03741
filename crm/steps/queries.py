"""Questions about steps."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from crm.accounts.models import Account
from crm.core.db import among, session
from crm.core.errors import NotFound
from crm.core.pagination import Page, page_of
from crm.core.undo import UNDO, Step


def steps(number: int) -> Page[Step]:
    """Return one page of the steps of the project that changed anything, newest first."""
    return page_of(select(Step).where(Step.changes > 0).order_by(Step.id.desc()), number)


def step(step_id: int) -> Step:
    """
    Return one step of the project.

    :raises NotFound: if there is none
    """
    found = session().get(Step, step_id)
    if found is None:
        raise NotFound
    return found


def step_of(step_id: int | None) -> Step | None:
    """Return the step with this number if it changed anything."""
    found = session().get(Step, step_id) if step_id is not None else None
    return found if found is not None and found.changes else None


def origin_of(step: Step) -> Step:
    """Return what a step undoes or does again in the end, or itself: what one must be allowed."""
    while step.kind == UNDO:
        step = session().get_one(Step, step.about["step"])
    return step


def step_about(kind: str, argument: str, number: int) -> Step | None:
    """Return the newest step of a kind that was about one thing: the step of an import."""
    about = Step.about[argument].as_integer()
    statement = select(Step).where(Step.kind == kind, about == number, Step.changes > 0)
    return session().scalars(statement.order_by(Step.id.desc()).limit(1)).first()


def left_by(found: Step) -> int:
    """Return how many choices were to leave something as it was, where a step was undone."""
    own = session().get(Step, found.undone_by_id) if found.undone_by_id else found
    return int(own.about.get("kept", 0)) if own is not None else 0


def headway_of(step: Step) -> str:
    """Return under which name it is told how far undoing a step is."""
    return f"step-{step.id}"


def makers(found: Iterable[Step]) -> dict[int | None, str]:
    """Return the names of the accounts that made these steps, by their ids."""
    ids = {one.made_by_id for one in found if one.made_by_id is not None}
    rows: Any = session().execute(select(Account.id, Account.name).where(among(Account.id, ids)))
    return dict(rows.all())
