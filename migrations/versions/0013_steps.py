"""Steps, which can be undone, and the way to their part of the trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from crm.core.db.models import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "step",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", DOCUMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ranges", DOCUMENT, nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], op.f("fk_step_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["step.id"], op.f("fk_step_undone_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f("fk_step_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    op.create_index("ix_step_made", "step", ["project_id", "id"])
    op.create_index(op.f("ix_step_undone_by_id"), "step", ["undone_by_id"])
    op.create_index("ix_audit_entry_number", "audit_entry", ["project_id", "number"])
    op.drop_index("ix_audit_entry_project_id", "audit_entry")


def downgrade() -> None:
    """Go back to the schema before: what was done stays, and can no longer be undone."""
    op.create_index("ix_audit_entry_project_id", "audit_entry", ["project_id"])
    op.drop_index("ix_audit_entry_number", "audit_entry")
    op.drop_table("step")
