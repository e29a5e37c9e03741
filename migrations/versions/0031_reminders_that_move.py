"""How long before a session its reminders were planned, and why somebody is not reminded."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.checks import allow

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

REASONS = (
    "unsubscribed",
    "objected",
    "declined",
    "not_allowed",
    "once_only",
    "answered",
    "cancelled",
    "revoked",
    "outdated",
    "too_late",
    "no_address",
    "address_fails",
)
WITH_NOT_INVITED = (*REASONS, "not_invited")


def upgrade() -> None:
    """Go to this schema."""
    op.add_column("session_batch", sa.Column("minutes_before", sa.Integer(), nullable=True))
    allow(op, "outbox_message.reason", WITH_NOT_INVITED, instead_of=REASONS)


def downgrade() -> None:
    """Go back to the schema before; who was not reminded counts as not allowed to be written to."""
    op.execute("UPDATE outbox_message SET reason = 'not_allowed' WHERE reason = 'not_invited'")
    allow(op, "outbox_message.reason", REASONS, instead_of=WITH_NOT_INVITED)
    op.drop_column("session_batch", "minutes_before")
