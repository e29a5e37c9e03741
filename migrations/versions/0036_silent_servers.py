"""Since when a mail server does not answer."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    moment = UtcDateTime(timezone=True)
    op.add_column("relay_state", sa.Column("failing_since", moment, nullable=True))


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_column("relay_state", "failing_since")
