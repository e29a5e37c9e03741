"""Count of a list how many lines are headings, totals and remarks between its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    column = sa.Column("aside", sa.Integer(), server_default="0", nullable=False)
    op.add_column("contact_import", column)
