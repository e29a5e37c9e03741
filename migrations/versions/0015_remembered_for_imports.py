"""What is remembered for the next import, how far one is, and where each value came from."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.models import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go to this schema."""
    _add_to_imports()
    with op.batch_alter_table("person_origin") as table:
        table.add_column(sa.Column("given", sa.String(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("is_new", sa.Boolean(), nullable=False, server_default="0"))
    _make_memory("remembered_columns", "headings_key", "columns")
    _make_memory("remembered_word", "field", "word_key", "word", "meaning")
    _make_origins()


def downgrade() -> None:
    """Go back to the schema before: what was remembered is lost."""
    op.drop_table("organisation_origin")
    op.drop_table("remembered_word")
    op.drop_table("remembered_columns")
    with op.batch_alter_table("person_origin") as table:
        table.drop_column("is_new")
        table.drop_column("given")
    with op.batch_alter_table("contact_import") as table:
        for column in ("step_id", "begun_at", "handled", "skipped", "rejected_rows", "decisions"):
            table.drop_column(column)


def _add_to_imports() -> None:
    with op.batch_alter_table("contact_import") as table:
        table.add_column(sa.Column("decisions", sa.String(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("rejected_rows", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("skipped", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("handled", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("begun_at", MOMENT, nullable=True))
        table.add_column(sa.Column("step_id", sa.Integer(), nullable=True))


def _make_memory(name: str, *texts: str) -> None:
    unique = [one for one in texts if one in {"headings_key", "field", "word_key"}]
    op.create_table(
        name,
        *(sa.Column(text, sa.String(), nullable=False) for text in texts),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f(f"fk_{name}_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint(
            "project_id", *unique, name=op.f("_".join(("uq", name, "project_id", *unique)))
        ),
    )


def _make_origins() -> None:
    op.create_table(
        "organisation_origin",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("contact_import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("given", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            op.f("fk_organisation_origin_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contact_import_id"],
            ["contact_import.id"],
            op.f("fk_organisation_origin_contact_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            op.f("fk_organisation_origin_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_origin")),
    )
    for column in ("organisation_id", "contact_import_id"):
        op.create_index(op.f(f"ix_organisation_origin_{column}"), "organisation_origin", [column])
