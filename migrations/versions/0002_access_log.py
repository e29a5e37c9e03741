"""The access log, and one main role a person."""

import sqlalchemy as sa
from alembic import op

import crm.core.db.models

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "access_entry",
        sa.Column("at", crm.core.db.models.UtcDateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_entry")),
    )
    op.create_index(op.f("ix_access_entry_project_id"), "access_entry", ["project_id"])
    op.create_index(
        "uq_affiliation_main",
        "affiliation",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("is_main"),
        postgresql_where=sa.text("is_main"),
    )


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_index("uq_affiliation_main", "affiliation")
    op.drop_index(op.f("ix_access_entry_project_id"), "access_entry")
    op.drop_table("access_entry")
