"""What is done in the background for attendance lists stands with the other long work."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
LOOK, NOTE = "design_sessions.look_at_list", "design_sessions.note_list"
KEPT = ("id", "project_id", "made_by_id", "made_at", "finished_at", "state", "rows", "step_id")
GONE = ("begun_at", "handled", "failed", "lost_right")


def upgrade() -> None:
    """Go to this schema."""
    # As SQLite knows it: to copy the table would lose its checks.
    op.execute(
        "ALTER TABLE attendance_list ADD COLUMN task_id INTEGER"
        " CONSTRAINT fk_attendance_list_task_id REFERENCES long_task (id)"
    )
    op.create_index("ix_attendance_list_task_id", "attendance_list", ["task_id"])
    _carry_over(op.get_bind())
    for name in GONE:
        op.drop_column("attendance_list", name)


def _carry_over(connection: sa.Connection) -> None:
    names = (*KEPT, *GONE, "look", "task_id")
    lists = sa.table("attendance_list", *map(sa.column, names))
    task = sa.table(
        "long_task",
        *map(sa.column, ("id", "project_id", "kind", "chosen", "state", "made_by_id", "made_at")),
        *map(sa.column, ("moved_at", "ended_at", "total", "done", "changed", "step_id")),
        sa.column("about", JSON),
        sa.column("asked", JSON),
    )
    tasks: dict[int, int] = {}
    for row in connection.execute(sa.select(lists).order_by(lists.c.id)).mappings().all():
        values = _task_of(row)
        if values:
            tasks[row["id"]] = connection.execute(
                task.insert().values(values).returning(task.c.id)
            ).scalar_one()
            own = lists.update().where(lists.c.id == row["id"])
            connection.execute(own.values(task_id=tasks[row["id"]]))
    # What a worker was doing goes on; of what is over already it finds nothing to do.
    job = sa.table("job", sa.column("id"), sa.column("kind"), sa.column("payload", JSON))
    ours = sa.select(job.c.id, job.c.payload).where(job.c.kind.in_((LOOK, NOTE)))
    for job_id, payload in connection.execute(ours).all():
        told = {"task": tasks.get(payload["list"], 0), "account": payload["account"]}
        connection.execute(job.update().where(job.c.id == job_id).values(payload=told))


def _task_of(row: Any) -> dict[str, Any]:
    """Return the work on a list that was begun last, if there was any."""
    is_chosen, is_counted = row["state"] == "chosen", row["begun_at"] is not None
    state = "running"
    if row["failed"]:
        state = "failed"
    elif row["lost_right"]:
        state = "not_allowed"
    elif not is_chosen:
        state = "stopped" if row["handled"] < row["rows"] else "done"
    elif not is_counted and row["look"] is not None:
        return {}
    if not is_chosen and not is_counted and not row["failed"]:
        return {}
    # A fault in bringing in a list of which nothing came in left it checked, not uploaded.
    is_in = is_counted or (row["failed"] and is_chosen)
    begun_at = row["begun_at"] or row["made_at"]
    return {
        "project_id": row["project_id"],
        "kind": NOTE if is_in else LOOK,
        "about": {"list": row["id"]},
        "asked": {},
        "chosen": "[]",
        "state": state,
        "made_by_id": row["made_by_id"],
        "made_at": begun_at,
        "moved_at": row["finished_at"] or begun_at,
        "ended_at": None if state == "running" else row["finished_at"] or begun_at,
        "total": row["rows"] if is_in else 0,
        "done": row["handled"] if is_counted else 0,
        "changed": 0,
        "step_id": row["step_id"],
    }
