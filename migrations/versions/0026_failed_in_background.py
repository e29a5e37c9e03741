"""Whether what was to be done in the background failed by a fault of ours."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = ("contact_import", "bulk_order")


def upgrade() -> None:
    """Go to this schema."""
    for table in TABLES:
        op.add_column(
            table, sa.Column("failed", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    """Go back to the schema before: what failed says that it was stopped."""
    for table in TABLES:
        op.drop_column(table, "failed")
