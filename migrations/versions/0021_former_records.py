"""The ids that records had which were merged into others."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "former_record",
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)",
            name=op.f("ck_former_record_one_kind"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{target}_id"],
                [f"{target}.id"],
                op.f(f"fk_former_record_{target}_id"),
                ondelete="CASCADE",
            )
            for target in ("person", "organisation", "project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_record")),
    )
    op.create_index("ix_former_record_old", "former_record", ["project_id", "old_id"])
    for column in ("person_id", "organisation_id"):
        op.create_index(op.f(f"ix_former_record_{column}"), "former_record", [column])


def downgrade() -> None:
    """Go back to the schema before: addresses from before a merge lead nowhere."""
    op.drop_table("former_record")
