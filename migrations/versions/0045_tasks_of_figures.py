"""Figures that are worked out in the background stand with the other long work."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
FIGURES = "networks.figures"


def upgrade() -> None:
    """Go to this schema."""
    connection = op.get_bind()
    task = sa.table(
        "long_task",
        *map(sa.column, ("id", "project_id", "kind", "chosen", "state", "made_at", "moved_at")),
        *map(sa.column, ("total", "done", "changed")),
        sa.column("about", JSON),
        sa.column("asked", JSON),
    )
    job = sa.table(
        "job",
        *map(sa.column, ("id", "kind", "project_id", "state", "due_at")),
        sa.column("payload", JSON),
    )
    asked = sa.select(job).where(job.c.kind == FIGURES, job.c.state.in_(("queued", "running")))
    # They are worked out all the same, and kept; only how far they are is no longer told.
    for row in connection.execute(asked).mappings().all():
        values = {
            **dict.fromkeys(("total", "done", "changed"), 0),
            **dict.fromkeys(("made_at", "moved_at"), row["due_at"]),
            "project_id": row["project_id"],
            "kind": FIGURES,
            "about": {"digest": "", "points": 0},
            "asked": row["payload"],
            "chosen": "[]",
            "state": "running",
        }
        added = connection.execute(task.insert().values(values).returning(task.c.id))
        told = {"task": added.scalar_one(), "account": None}
        connection.execute(job.update().where(job.c.id == row["id"]).values(payload=told))
    figures = sa.table("network_figures", sa.column("finished_at"))
    connection.execute(figures.delete().where(figures.c.finished_at.is_(None)))
    for name in ("done", "total", "asked_at"):
        op.drop_column("network_figures", name)
