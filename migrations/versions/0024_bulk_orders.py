"""Changes of many people in the background, and why an import ended there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from crm.core.db.models import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
NAME = "bulk_order"
STATE = sa.Enum(
    "under_way", "done", "stopped", "not_allowed", "impossible",
    name="orderstate", native_enum=False, create_constraint=True, length=40,
)  # fmt: skip


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        NAME,
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column(
            "asked",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("person_ids", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("total", "handled", "changed", "missing")
        ),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], op.f(f"fk_{NAME}_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f(f"fk_{NAME}_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
    )
    op.add_column(
        "contact_import",
        sa.Column("lost_right", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Go back to the schema before: changes that are under way end, what they did stays."""
    op.drop_column("contact_import", "lost_right")
    op.drop_table(NAME)
