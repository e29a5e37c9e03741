"""Who is shown: persons who object to it, and groups too small to stand alone in the network."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# What existing rows get; new ones are given theirs by the product.
NOWHERE, SMALLEST_GROUP = "", "5"


def upgrade() -> None:
    """Go to this schema."""
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("hidden_at", UtcDateTime(timezone=True), nullable=True))
        table.add_column(_filled("hidden_source", sa.String(), NOWHERE))
    with op.batch_alter_table("project") as table:
        table.add_column(_filled("smallest_group", sa.Integer(), SMALLEST_GROUP))
    # Not in the same step: SQLite copies the table, and would copy rows without a value.
    with op.batch_alter_table("person") as table:
        table.alter_column("hidden_source", existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("project") as table:
        table.alter_column("smallest_group", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Go back to the schema before."""
    with op.batch_alter_table("project") as table:
        table.drop_column("smallest_group")
    with op.batch_alter_table("person") as table:
        table.drop_column("hidden_source")
        table.drop_column("hidden_at")


def _filled(name: str, kind: sa.types.TypeEngine[Any], value: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, server_default=value)
