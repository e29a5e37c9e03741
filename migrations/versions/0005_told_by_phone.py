"""Of which change or cancellation somebody was told by phone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("invitation", sa.Column("told_sequence", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back to the schema before."""
    with op.batch_alter_table("invitation") as table:
        table.drop_column("told_sequence")
