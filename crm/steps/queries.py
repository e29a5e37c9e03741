"""Questions about steps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from crm.accounts.models import Account
from crm.core import clock, permissions, undo
from crm.core.db import among, session
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.pagination import Page, page_of
from crm.core.permissions import Actor
from crm.core.undo import UNDO, Step
from crm.tasks.models import LongTask
from crm.tasks.queries import newest_about

JOB = "steps.take_back"


def steps(number: int) -> Page[Step]:
    """Return one page of the steps of the project that changed anything, newest first."""
    return page_of(select(Step).where(Step.changes > 0).order_by(Step.id.desc()), number)


def step(step_id: int) -> Step:
    """Return one step of the project, or raise `NotFound`."""
    found = session().get(Step, step_id)
    if found is None:
        raise NotFound
    return found


def step_of(step_id: int | None) -> Step | None:
    """Return the step with this number if it changed anything."""
    found = session().get(Step, step_id) if step_id is not None else None
    return found if found is not None and found.changes else None


def undone_among(ids: Iterable[int | None]) -> set[int]:
    """Return which of these steps were undone, by one statement."""
    asked = [step_id for step_id in ids if step_id is not None]
    is_undone = Step.undone_at.is_not(None) & among(Step.id, asked)
    return set(session().scalars(select(Step.id).where(is_undone)))


def origin_of(step: Step) -> Step:
    """Return what a step undoes or does again in the end, or itself: what one must be allowed."""
    while step.kind == UNDO:
        step = session().get_one(Step, step.about["step"])
    return step


def origins_of(found: Sequence[Step]) -> dict[int, tuple[Step, int]]:
    """Return what each step undoes or does again in the end, or itself; through how many undos."""
    origins = {step.id: (step, 0) for step in found}
    # One statement for each time that something on the page was undone and done again.
    while behind := {step.about["step"] for step, _times in origins.values() if step.kind == UNDO}:
        steps = session().scalars(select(Step).where(among(Step.id, behind)))
        by_id = {step.id: step for step in steps}
        origins = {
            key: (by_id[step.about["step"]], times + 1) if step.kind == UNDO else (step, times)
            for key, (step, times) in origins.items()
        }
    return origins


def subjects_of(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """
    Return what each of these steps was about, by their ids: of undoing, what was undone.

    Only of what the actor may do, and so undo: the name of a file may be that of a person.
    """
    origins = origins_of(steps)
    by_kind: dict[str, dict[int, Step]] = defaultdict(dict)
    for origin, _times in origins.values():
        if permissions.allows(actor, undo.kind_of(origin).requires, origin):
            by_kind[origin.kind][origin.id] = origin
    told: dict[int, str] = {}
    for found in by_kind.values():
        of_kind = list(found.values())
        subjects = undo.kind_of(of_kind[0]).subjects
        told.update(subjects(actor, of_kind) if subjects else {})
    return {
        step.id: _words(origin, told.get(origin.id, ""), times)
        for step in steps
        for origin, times in [origins[step.id]]
    }


def _words(origin: Step, subject: str, times: int) -> str:
    """Return what a step was about; `times` is how often that was undone or done again by it."""
    if not times:
        return subject
    label = str(undo.kind_of(origin).label)
    what = f"{label}: {subject}" if subject else label
    # Undone is what the kind of the step itself says: only every second time is it done again.
    return what if times % 2 else str(_("Done again: %(what)s", what=what))


def step_about(kind: str, argument: str, number: int) -> Step | None:
    """Return the newest step of a kind that was about one thing: the step of an import."""
    about = Step.about[argument].as_integer()
    statement = select(Step).where(Step.kind == kind, about == number, Step.changes > 0)
    return session().scalars(statement.order_by(Step.id.desc()).limit(1)).first()


def left_by(found: Step) -> int:
    """Return how many choices were to leave something as it was, where a step was undone."""
    own = session().get(Step, found.undone_by_id) if found.undone_by_id else found
    return int(own.about.get("kept", 0)) if own is not None else 0


def undone_now(table: str, row_id: int) -> Step | None:
    """Return the step that is being undone now and made or changed a record, if one is."""
    since = clock.now() - undo.LONGEST_WAIT
    found = session().scalars(_being_undone(), {"since": since}).all()
    return next((step for step in found if undo.touches(step, undo.Key(table, row_id))), None)


# Making the statement took longer than the answer.
@cache
def _being_undone() -> Select[Step]:
    waiting = select(Step).where(Step.undone_at.is_(None), Step.asked_at > bindparam("since"))
    return waiting.order_by(Step.id)


def undoing_of(step: Step) -> LongTask | None:
    """Return the newest undoing of a step in the background, if there was any."""
    return newest_about(JOB, "step", step.id)


def makers(found: Iterable[Step]) -> dict[int | None, str]:
    """Return the names of the accounts that made these steps, by their ids."""
    ids = {step.made_by_id for step in found if step.made_by_id is not None}
    rows: Any = session().execute(select(Account.id, Account.name).where(among(Account.id, ids)))
    return dict(rows.all())
