"""How often something was done, for limits that count for all processes together."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME = "use_count"


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        NAME,
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
        sa.UniqueConstraint("name", name=op.f(f"uq_{NAME}_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{NAME}_ends_at"), NAME, ["ends_at"])


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_table(NAME)
