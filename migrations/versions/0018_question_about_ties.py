"""A purpose of mail more: the question with whom somebody works."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("outbox_message", "message_batch", "message_template")
PURPOSES = (
    "invite",
    "reminder",
    "confirmation",
    "change",
    "cancellation",
    "waiting",
    "offer",
    "thanks",
    "consent_request",
    "news",
    "details",
    "colleague",
    "reset",
)
WITH_TIES = (*PURPOSES, "ties")


def upgrade() -> None:
    """Go to this schema."""
    _allow(WITH_TIES, instead_of=PURPOSES)


def downgrade() -> None:
    """Go back to the schema before, without the questions that were asked."""
    for table in TABLES:
        op.execute(sa.text(f"DELETE FROM {table} WHERE purpose = 'ties'"))  # noqa: S608 - ours
    _allow(PURPOSES, instead_of=WITH_TIES)


def _allow(purposes: tuple[str, ...], *, instead_of: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(_check(instead_of), _check(purposes))
        return
    for table in TABLES:
        name = op.f(f"ck_{table}_purpose")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, _check(purposes))


def _check(purposes: tuple[str, ...]) -> str:
    words = ", ".join(f"'{one}'" for one in purposes)
    return f"purpose IN ({words})"


def _rewrite(old: str, new: str) -> None:
    """
    Change a check in the schema that SQLite keeps (sqlite.org/lang_altertable.html, section 7).

    To copy a table, as a batch does, would lose its other checks, which cannot be read back.
    """
    connection = op.get_bind()
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name IN ('outbox_message', 'message_batch',"
            " 'message_template')"
        ),
        {"old": old, "new": new},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
