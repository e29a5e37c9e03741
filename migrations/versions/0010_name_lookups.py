"""Names that a leader looked up although their person does not want to be shown."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "name_lookup",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], op.f("fk_name_lookup_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], op.f("fk_name_lookup_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f("fk_name_lookup_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_lookup")),
    )
    op.create_index(op.f("ix_name_lookup_person_id"), "name_lookup", ["person_id"])


def downgrade() -> None:
    """Go back to the schema before: who looked up a name is lost."""
    op.drop_table("name_lookup")
