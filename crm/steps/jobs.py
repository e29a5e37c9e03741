"""What follows in the background: undoing large steps."""

from collections.abc import Iterator, Sequence

from crm.core import progress, undo
from crm.core.long_work import Pace, TaskKind
from crm.core.undo import AlreadyUndone, Decisions, Key, Round, UndoPart
from crm.steps import queries, services
from crm.tasks.models import LongTask

MOST_ROWS = 2_000
"""No more rows go back in one transaction."""
FIRST_ROWS, LEAST_ROWS = 40, 30
"""Of one person some eight rows go back; fewer people a part would take long for all of them."""


def _in_rounds(task: LongTask, pace: Pace) -> Iterator[UndoPart]:
    step = queries.step(task.about["step"])
    decisions = Decisions(frozenset(task.asked["put_back"]), everything=task.asked["everything"])
    is_stuck = False
    while (a_round := undo.plan_round(step, decisions)).groups:
        progress.tell(0)
        # What waits for each other goes back together in the end, as all of a short step does.
        whole = [key for group in a_round.groups for key in group]
        before = task.changed
        for keys in [whole] if is_stuck else _parts(a_round, pace):
            yield UndoPart(a_round, keys, decisions)
        if task.changed != before:
            is_stuck = False
        elif is_stuck:
            break
        else:
            is_stuck = True
    yield UndoPart(a_round, (), decisions)


def _parts(a_round: Round, pace: Pace) -> Iterator[Sequence[Key]]:
    """Yield the rows of one or more groups, as many as the pace allows."""
    keys: list[Key] = []
    for at, group in enumerate(a_round.groups):
        keys += group
        if len(keys) >= pace.size:
            progress.tell(progress.WHOLE * at // len(a_round.groups))
            yield keys
            keys = []
    if keys:
        yield keys


UNDOING = TaskKind(
    queries.JOB,
    _in_rounds,
    services.take_back_part,
    ended=services.follow_end,
    pace=lambda: Pace(MOST_ROWS, FIRST_ROWS, LEAST_ROWS),
    # By whoever took over, or by hand.
    impossible=(AlreadyUndone,),
)
