"""Links that are withdrawn and know whom they are for, and addresses that were confirmed."""

import sqlalchemy as sa
from alembic import op

from crm.core.db import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

OF_ACCOUNTS = (
    "UPDATE access_link SET email = (SELECT email FROM account WHERE id = access_link.account_id)"
    " WHERE account_id IS NOT NULL AND email = ''"
)


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("access_link", sa.Column("revoked_at", UtcDateTime(), nullable=True))
    op.add_column(
        "access_link",
        sa.Column("is_mailed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("account", sa.Column("email_confirmed_at", UtcDateTime(), nullable=True))
    # Links for a new password had their account only.
    op.execute(OF_ACCOUNTS)


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_column("account", "email_confirmed_at")
    op.drop_column("access_link", "is_mailed")
    op.drop_column("access_link", "revoked_at")
