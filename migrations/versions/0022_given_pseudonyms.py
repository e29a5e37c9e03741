"""The numbers that were given to persons, so that none is given twice."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema; the numbers of those who are there are given."""
    op.create_table(
        "given_pseudonym",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            op.f("fk_given_pseudonym_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_pseudonym")),
        sa.UniqueConstraint(
            "project_id", "number", name=op.f("uq_given_pseudonym_project_id_number")
        ),
    )
    op.execute(
        "INSERT INTO given_pseudonym (project_id, number) "
        "SELECT project_id, pseudonym FROM person ORDER BY id"
    )


def downgrade() -> None:
    """Go back to the schema before: numbers of who is away may be given to others."""
    op.drop_table("given_pseudonym")
