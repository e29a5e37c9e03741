"""One table for long work: changes of many people are the first to stand in it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = ("waiting", "running", "done", "stopped", "failed", "not_allowed", "impossible")
ORDERS = "stakeholders.carry_out_order"


def upgrade() -> None:
    """Go to this schema."""
    state = sa.Enum(*STATES, name="taskstate", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "long_task",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", JSON, nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("chosen", sa.String(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], op.f("fk_long_task_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f("fk_long_task_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_task")),
    )
    _carry_orders_over(op.get_bind())
    op.drop_table("bulk_order")


def _carry_orders_over(connection: sa.Connection) -> None:
    """Let changes of many people keep their numbers, by which steps and links lead to them."""
    is_sqlite = connection.dialect.name == "sqlite"
    made = sa.func.json_object if is_sqlite else sa.func.jsonb_build_object
    names = ("id", "project_id", "asked", "made_by_id", "made_at", "moved_at", "total", "step_id")
    own = ("action", "state", "finished_at", "person_ids", "handled", "missing", "failed")
    old = sa.table("bulk_order", *map(sa.column, [*names, *own, "changed"])).c
    values = {
        **{name: old[name] for name in names},
        "kind": sa.literal(ORDERS),
        "about": made("action", old.action, "missing", old.missing),
        "chosen": old.person_ids,
        "state": sa.case(
            (old.state == "under_way", "running"),
            ((old.state == "stopped") & old.failed.is_(sa.true()), "failed"),
            else_=old.state,
        ),
        "ended_at": old.finished_at,
        "done": old.handled,
        "changed": old.changed,
    }
    task = sa.table("long_task", *map(sa.column, values))
    connection.execute(task.insert().from_select([*values], sa.select(*values.values())))
    if not is_sqlite:
        last = sa.func.pg_get_serial_sequence("long_task", "id")
        connection.execute(sa.select(sa.func.setval(last, sa.func.max(task.c.id))))
    # What a worker was doing goes on as whoever ordered it.
    job = sa.table("job", sa.column("kind"), sa.column("payload", JSON))
    number = job.c.payload["order"].as_integer()
    owner = sa.select(task.c.made_by_id).where(task.c.id == number).scalar_subquery()
    # No account: whoever ordered it is gone, and nobody may go on with it.
    account = sa.func.coalesce(owner, 0)
    told = sa.type_coerce(made("task", number, "account", account), JSON)
    connection.execute(job.update().where(job.c.kind == ORDERS).values(payload=told))
