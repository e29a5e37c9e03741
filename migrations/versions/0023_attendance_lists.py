"""Attendance lists on their way into a session."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
NAME = "attendance_list"
STATE = sa.Enum(
    "uploaded", "chosen", "done", "cancelled",
    name="liststate", native_enum=False, create_constraint=True, length=40,
)  # fmt: skip


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        NAME,
        sa.Column("design_session_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("is_text", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("encoding", "delimiter", "quote")
        ),
        sa.Column("heading_row", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("table", "columns", "decisions", "left_out", "reasons")
        ),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["design_session_id"],
            ["design_session.id"],
            op.f(f"fk_{NAME}_design_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], op.f(f"fk_{NAME}_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f(f"fk_{NAME}_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
    )
    op.create_index(op.f(f"ix_{NAME}_design_session_id"), NAME, ["design_session_id"])


def downgrade() -> None:
    """Go back to the schema before: lists that are on their way are lost."""
    op.drop_table(NAME)
