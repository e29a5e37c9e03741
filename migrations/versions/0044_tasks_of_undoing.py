"""Undoing in the background stands with the other long work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UNDOING, FAILED = "steps.take_back", "undo_failed"


def upgrade() -> None:
    """Go to this schema."""
    connection = op.get_bind()
    task = sa.table(
        "long_task",
        *map(sa.column, ("id", "project_id", "kind", "chosen", "state", "made_by_id", "made_at")),
        *map(sa.column, ("moved_at", "ended_at", "total", "done", "changed", "step_id")),
        sa.column("about", JSON),
        sa.column("asked", JSON),
    )
    own = ("id", "project_id", "made_at", "asked_at", "undone_by_id")
    step = sa.table("step", *map(sa.column, own), sa.column("about", JSON))
    job = sa.table("job", sa.column("id"), sa.column("kind"), sa.column("payload", JSON))
    told = {
        payload["step"]: (job_id, payload)
        for job_id, payload in connection.execute(
            sa.select(job.c.id, job.c.payload).where(job.c.kind == UNDOING).order_by(job.c.id)
        ).all()
    }
    tasks: dict[int, int] = {}
    is_in_question = step.c.id.in_(list(told))
    for row in connection.execute(sa.select(step).where(is_in_question)).mappings().all():
        is_failed, is_open = FAILED in row["about"], row["asked_at"] is not None
        if not is_failed and not is_open:
            continue
        _job_id, payload = told[row["id"]]
        asked = {"put_back": payload["put_back"], "everything": payload["everything"]}
        moved_at = row["asked_at"] or row["made_at"]
        values = {
            "project_id": row["project_id"],
            "kind": UNDOING,
            "about": {"step": row["id"]},
            "asked": asked if is_open else {},
            "chosen": "[]",
            "state": "running" if is_open else "failed",
            # A number that is no account any more stands in the job only.
            "made_by_id": None,
            "made_at": moved_at,
            "moved_at": moved_at,
            "ended_at": None if is_open else moved_at,
            "total": 0,
            "done": 0,
            "changed": 0,
            "step_id": row["undone_by_id"],
        }
        added = task.insert().values(values).returning(task.c.id)
        tasks[row["id"]] = connection.execute(added).scalar_one()
    for step_id, (job_id, payload) in told.items():
        goes_on = {"task": tasks.get(step_id, 0), "account": payload["account"]}
        connection.execute(job.update().where(job.c.id == job_id).values(payload=goes_on))
