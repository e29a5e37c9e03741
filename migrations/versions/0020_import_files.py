"""The file of an import, kept until the import is over."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NAME = "contact_import_file"


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        NAME,
        sa.Column("contact_import_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("is_text", sa.Boolean(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("delimiter", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("heading_row", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_import_id"],
            ["contact_import.id"],
            op.f(f"fk_{NAME}_contact_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f(f"fk_{NAME}_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{NAME}")),
        sa.UniqueConstraint("contact_import_id", name=op.f(f"uq_{NAME}_contact_import_id")),
    )


def downgrade() -> None:
    """Go back to the schema before: imports that are under way cannot be read again."""
    op.drop_table(NAME)
