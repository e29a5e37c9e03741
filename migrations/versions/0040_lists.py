"""Keep of a file that came in which sheets its workbook has, the one that was read first."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    for table in ("contact_import_file", "attendance_list"):
        column = sa.Column("sheets", sa.String(), server_default="[]", nullable=False)
        op.add_column(table, column)
