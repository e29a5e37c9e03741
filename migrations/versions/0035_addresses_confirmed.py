"""A purpose of links and of mail more: the address that somebody wants to sign in with."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

LINKS = ("first_administrator", "join", "reset")
MAIL = (
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
    "ties",
)
# table: name of its check, and the purposes before
CHECKS = {
    "access_link": ("ck_access_link_linkpurpose", LINKS),
    "outbox_message": ("ck_outbox_message_purpose", MAIL),
    "message_batch": ("ck_message_batch_purpose", MAIL),
    "message_template": ("ck_message_template_purpose", MAIL),
}


def upgrade() -> None:
    """Go to this schema."""
    for table, (name, before) in CHECKS.items():
        _check(table, name, _condition(before), _condition(_with_address(before)))


def downgrade() -> None:
    """Go back to the schema before, without the addresses that were asked for."""
    for table, (name, before) in CHECKS.items():
        op.execute(sa.text(f"DELETE FROM {table} WHERE purpose = 'address'"))  # noqa: S608 - ours
        _check(table, name, _condition(_with_address(before)), _condition(before))


def _with_address(purposes: tuple[str, ...]) -> tuple[str, ...]:
    after = purposes.index("reset") + 1
    return (*purposes[:after], "address", *purposes[after:])


def _condition(purposes: tuple[str, ...]) -> str:
    return f"purpose IN ({', '.join(repr(one) for one in purposes)})"


def _check(table: str, name: str, old: str, new: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(table, old, new)
        return
    op.drop_constraint(op.f(name), table, type_="check")
    op.create_check_constraint(op.f(name), table, new)


def _rewrite(table: str, old: str, new: str) -> None:
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
            " WHERE type = 'table' AND name = :name"
        ),
        {"old": old, "new": new, "name": table},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
