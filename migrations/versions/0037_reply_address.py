"""Where answers to the mail of a project come."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("reply_address", sa.String(), nullable=False, server_default=""))
    # Not in the same step: SQLite copies the table, and would copy rows without a value.
    with op.batch_alter_table("project") as table:
        table.alter_column("reply_address", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    """Go back to the schema before."""
    with op.batch_alter_table("project") as table:
        table.drop_column("reply_address")
