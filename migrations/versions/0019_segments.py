"""Segments: conditions on people under a name."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "segment",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("conditions", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], op.f("fk_segment_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f("fk_segment_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint(
            "project_id", "account_id", "name", name=op.f("uq_segment_project_id_account_id_name")
        ),
    )


def downgrade() -> None:
    """Go back to the schema before: segments are lost, the people in them are not."""
    op.drop_table("segment")
