"""Where the points of networks stand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import crm.core.db.models

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this schema."""
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "network_layout",
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("points", json, nullable=False),
        sa.Column("before", json, nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("laid_out_at", crm.core.db.models.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_network_layout_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_layout")),
        sa.UniqueConstraint("project_id", "view", name=op.f("uq_network_layout_project_id_view")),
    )


def downgrade() -> None:
    """Go back to the schema before."""
    op.drop_table("network_layout")
