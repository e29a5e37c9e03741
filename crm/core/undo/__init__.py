"""
Undo: what somebody did as one thing is a step, and a step can be taken back.

A command that somebody may want back opens a step before its first change::

    undo.begin("merge", about={"person": kept.id, "pairs": 1})

Whatever changes after that in the unit of work belongs to it, whichever model it is of, as long as
it goes through the session or through the doors of `core.db`. Rows are removed by `remove_many` in
a step, never by `session.delete`: only the door also writes down what the database removes along
with them. A long change in several units of work goes on with its step: `undo.go_on(step)`.

`undo.plan(step)` says what undoing would do and names every conflict; `undo.carry_out(step,
decisions)` does it, inside a command. A long one goes part by part: `plan_round`, outside any
command, `carry_out_part` and `end_parts`. The kind of step stands in the manifest: `StepKind`.
"""

from crm.core.undo.drafts import Conflict, Decisions, Key, Reason, Way
from crm.core.undo.execution import (
    AlreadyUndone,
    NothingGoesBack,
    Round,
    UndoPart,
    carry_out,
    carry_out_part,
    end_parts,
    pause,
    plan_round,
)
from crm.core.undo.facts import Undoing, Undone
from crm.core.undo.kinds import UNDO, RowWords, StepKind, all_kinds, kind_of, register, told_of
from crm.core.undo.models import LONGEST_WAIT, Step
from crm.core.undo.planning import UndoPlan, plan
from crm.core.undo.recording import RemovedAroundTheDoor, UnknownKind, begin, current, go_on
from crm.core.undo.rows import as_removed, first_written, touches
