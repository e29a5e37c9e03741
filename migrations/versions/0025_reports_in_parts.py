"""The reports of imports in parts, so that a page reads only what it shows."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NAME = "contact_import_part"
LINES = 50
FIRST_SIGN = ord("0")


def upgrade() -> None:
    """Go to this schema; of lists that are not begun the columns are asked again, and a look."""
    op.create_table(
        NAME,
        sa.Column("contact_import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
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
        sa.UniqueConstraint(
            "contact_import_id", "number", name=op.f(f"uq_{NAME}_contact_import_id_number")
        ),
    )
    op.add_column("contact_import", sa.Column("overview", sa.String(), nullable=True))
    op.add_column(
        "contact_import",
        sa.Column("asked_words", sa.String(), server_default="[]", nullable=False),
    )
    _ask_for_columns_again()
    _take_apart()
    op.drop_column("contact_import", "messages")


def downgrade() -> None:
    """Go back to the schema before: what there was to say of rows is lost."""
    op.add_column(
        "contact_import", sa.Column("messages", sa.String(), server_default="[]", nullable=False)
    )
    _ask_for_columns_again()
    op.drop_column("contact_import", "asked_words")
    op.drop_column("contact_import", "overview")
    op.drop_table(NAME)


def _ask_for_columns_again() -> None:
    op.execute(
        "UPDATE contact_import SET state = 'uploaded' WHERE state = 'mapped' AND begun_at IS NULL"
    )


def _take_apart() -> None:
    """Part the reports that say something; one list after the other, as each may be long."""
    connection = op.get_bind()
    imports = sa.table(
        "contact_import",
        *map(sa.column, ("id", "project_id", "state", "messages", "overview")),
    )
    parts = sa.table(
        NAME,
        *map(sa.column, ("contact_import_id", "project_id", "number", "first_row", "text")),
    )
    is_kept = imports.c.messages.not_in(["", "[]"]) & imports.c.state.in_(["mapped", "done"])
    for import_id in connection.scalars(sa.select(imports.c.id).where(is_kept)).all():
        chosen = imports.c.id == import_id
        project_id, text = connection.execute(
            sa.select(imports.c.project_id, imports.c.messages).where(chosen)
        ).one()
        lines = json.loads(text)
        rows = [
            {
                "contact_import_id": import_id,
                "project_id": project_id,
                "number": start // LINES,
                "first_row": lines[start]["row"],
                "text": "\n".join(map(_text, lines[start : start + LINES])),
            }
            for start in range(0, len(lines), LINES)
        ]
        connection.execute(sa.insert(parts), rows)
        connection.execute(sa.update(imports).where(chosen).values(overview=_overview(lines)))


def _text(line: dict[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"))


def _overview(lines: list[dict[str, Any]]) -> str:
    """Return the kinds of the lines, and a sign for each: nobody has to look at them any more."""
    kinds: dict[tuple[str, str | None, bool], str] = {}
    signs = [
        kinds.setdefault((one["outcome"], one.get("reason"), False), chr(FIRST_SIGN + len(kinds)))
        for one in lines
    ]
    return json.dumps([list(kinds), "".join(signs)])
