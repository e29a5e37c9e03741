"""Ties that somebody declares, and the links by which people declare theirs."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
ENDS = ("person_id", "organisation_id", "other_person_id", "other_organisation_id")
SAID_BY = sa.Enum(
    "team", "themselves", name="saidby", native_enum=False, create_constraint=True, length=40
)


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "declared_tie",
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("other_person_id", sa.Integer(), nullable=True),
        sa.Column("other_organisation_id", sa.Integer(), nullable=True),
        sa.Column("said_by", SAID_BY, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR since IS NULL OR since <= until", name=op.f("ck_declared_tie_period")
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_declared_tie_one")
        ),
        sa.CheckConstraint(
            "(other_person_id IS NULL) <> (other_organisation_id IS NULL)",
            name=op.f("ck_declared_tie_other"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            op.f("fk_declared_tie_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            op.f("fk_declared_tie_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_person_id"],
            ["person.id"],
            op.f("fk_declared_tie_other_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_organisation_id"],
            ["organisation.id"],
            op.f("fk_declared_tie_other_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f("fk_declared_tie_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_tie")),
    )
    for column in ENDS:
        name = op.f("ix_declared_tie_" + column)
        op.create_index(name, "declared_tie", [column])
    _make_links()


def downgrade() -> None:
    """Go back to the schema before: declared ties are lost."""
    op.drop_table("declaring_link")
    op.drop_table("declared_tie")


def _make_links() -> None:
    op.create_table(
        "declaring_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("missed", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], op.f("fk_declaring_link_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f("fk_declaring_link_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaring_link")),
        sa.UniqueConstraint("person_id", name=op.f("uq_declaring_link_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_declaring_link_token_hash")),
    )
