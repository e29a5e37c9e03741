"""Own fields of a project: what they are, what can be chosen in them, and their values."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SORTED = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Go to this schema."""
    op.create_table(
        "own_field",
        _word("subject", "kind", "person organisation"),
        _word("kind", "fieldkind", "text number date yes_no one_of several_of"),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("label_key", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("help_text", sa.String(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_row("own_field"),
    )
    op.create_index("ix_own_field_project", "own_field", ["project_id", "subject", "position"])
    op.create_table(
        "own_option",
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _key("own_option", "field_id", "own_field"),
        *_row("own_option"),
    )
    op.create_index(op.f("ix_own_option_field_id"), "own_option", ["field_id"])
    for owner in ("person", "organisation"):
        table, column = f"{owner}_value", f"{owner}_id"
        op.create_table(
            table,
            sa.Column(column, sa.Integer(), nullable=False),
            sa.Column("field_id", sa.Integer(), nullable=False),
            sa.Column("value", sa.String(), nullable=False),
            sa.Column("key", SORTED, nullable=False),
            sa.Column("slot", sa.Integer(), nullable=False),
            _key(table, column, owner),
            _key(table, "field_id", "own_field"),
            *_row(table),
            sa.UniqueConstraint(
                column, "field_id", "slot", name=op.f(f"uq_{table}_{column}_field_id_slot")
            ),
        )
        op.create_index(f"ix_{table}_field", table, ["field_id", "key", column])


def downgrade() -> None:
    """Go back to the schema before."""
    for table in ("organisation_value", "person_value", "own_option", "own_field"):
        op.drop_table(table)


def _word(column: str, check: str, words: str) -> sa.Column[str]:
    kind = sa.Enum(*words.split(), name=check, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=False)


def _row(table: str) -> tuple[sa.Column[int] | sa.Constraint, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key(table, "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")
