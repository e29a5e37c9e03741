"""Few words of documents wait to be put into their index, so that searching always asks it."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Go to this schema.

    With PostgreSQL's own 4 MB of what waits, the planner reads all documents after a large import
    instead, until the next vacuum.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX search_index_words_gin SET (gin_pending_list_limit = 64)")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX search_index_words_gin RESET (gin_pending_list_limit)")
