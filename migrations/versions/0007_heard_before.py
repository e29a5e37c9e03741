"""What does not count of what was written to people: by the last message, not by the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Until now the clock said so: what was queued before they were put on the list.
FROM_THE_CLOCK = sa.text(
    """
    UPDATE invitation SET heard_before = coalesce((
        SELECT max(message.id) FROM outbox_message AS message
        WHERE message.about_id = invitation.id
        AND message.project_id = invitation.project_id
        AND message.purpose IN (
            'invite', 'reminder', 'confirmation', 'change', 'cancellation', 'waiting', 'offer',
            'thanks'
        )
        AND message.queued_at < invitation.invited_at
    ), 0)
    WHERE token_version > 1
    """
)


def upgrade() -> None:
    """Go to this schema."""
    column = sa.Column("heard_before", sa.Integer(), nullable=False, server_default="0")
    with op.batch_alter_table("invitation") as table:
        table.add_column(column)
    op.execute(FROM_THE_CLOCK)
    with op.batch_alter_table("invitation") as table:
        table.alter_column("heard_before", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Go back to the schema before."""
    with op.batch_alter_table("invitation") as table:
        table.drop_column("heard_before")
