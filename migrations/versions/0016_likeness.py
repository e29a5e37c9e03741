"""Blocks of records that look like one, and the pairs that are found in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from crm.core.db.models import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WAITS = sa.text("waits")
CROWDED = sa.text("is_crowded")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _key(
    table: str, column: str, target: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name, ondelete=ondelete)


def upgrade() -> None:
    """Go to this schema; the background looks at everybody anew."""
    _make_keys()
    _make_pairs()


def downgrade() -> None:
    """Go back to the schema before: who was told apart is forgotten."""
    op.drop_table("likely_pair")
    op.drop_table("likeness_key")


def _make_keys() -> None:
    op.create_table(
        "likeness_key",
        sa.Column("kind", _enum("kind", "person", "organisation"), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("is_crowded", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        _key("likeness_key", "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness_key")),
    )
    op.create_index("ix_likeness_key_block", "likeness_key", ["project_id", "kind", "key"])
    op.create_index("ix_likeness_key_subject", "likeness_key", ["kind", "subject_id"])
    for name, column, where in (("waits", "subject_id", WAITS), ("crowded", "key", CROWDED)):
        op.create_index(
            f"ix_likeness_key_{name}",
            "likeness_key",
            ["project_id", "kind", column],
            sqlite_where=where,
            postgresql_where=where,
        )


def _make_pairs() -> None:
    table = "likely_pair"
    op.create_table(
        table,
        sa.Column("kind", _enum("kind", "person", "organisation"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("other_person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("other_organisation_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", LIST, nullable=False),
        sa.Column("state", _enum("pairstate", "open", "not_the_same"), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) = (other_person_id IS NULL)", name=op.f(f"ck_{table}_persons")
        ),
        sa.CheckConstraint(
            "(organisation_id IS NULL) = (other_organisation_id IS NULL)",
            name=op.f(f"ck_{table}_organisations"),
        ),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f(f"ck_{table}_one_kind")
        ),
        _key(table, "person_id", "person"),
        _key(table, "other_person_id", "person"),
        _key(table, "organisation_id", "organisation"),
        _key(table, "other_organisation_id", "organisation"),
        _key(table, "decided_by_id", "account", "SET NULL"),
        _key(table, "project_id", "project"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "person_id", "other_person_id", name=op.f(f"uq_{table}_person_id_other_person_id")
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "other_organisation_id",
            name=op.f(f"uq_{table}_organisation_id_other_organisation_id"),
        ),
    )
    for column in ("other_person_id", "other_organisation_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("ix_likely_pair_list", table, ["project_id", "kind", "state", "score"])
