"""Long attendance lists are looked at and noted in the background."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NAME = "attendance_list"


def upgrade() -> None:
    """Go to this schema."""
    op.add_column(NAME, sa.Column("look", sa.String(), server_default="", nullable=True))
    for count in ("rows", "handled"):
        op.add_column(NAME, sa.Column(count, sa.Integer(), server_default="0", nullable=False))
    op.add_column(NAME, sa.Column("begun_at", UtcDateTime(timezone=True), nullable=True))
    for said in ("failed", "lost_right"):
        op.add_column(
            NAME, sa.Column(said, sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    """Go back to the schema before: a list that is being noted is there to be noted again."""
    for name in ("lost_right", "failed", "begun_at", "handled", "rows", "look"):
        op.drop_column(NAME, name)
