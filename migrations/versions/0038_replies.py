"""Replies: what people wrote back, and answers from their calendars."""

import sqlalchemy as sa
from alembic import op

from crm.core.db.checks import allow
from crm.core.db.models import UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

NAME = "reply"
UNIQUE = "uq_reply_project_id_message_id"
ANSWERED = ("link", "planner", "system")
WITH_CALENDARS = ("link", "ical_reply", "planner", "system")
CAME_IN = ("bounce", "auto_reply", "other")
WITH_REPLIES = ("bounce", "auto_reply", "reply", "other")
WHY = (
    "unclear",
    "unproven",
    "stranger",
    "delegated",
    "outdated",
    "overtaken",
    "full",
    "closed",
    "cancelled",
    "off_list",
)


def upgrade() -> None:
    """Go to this schema."""
    moment = UtcDateTime(timezone=True)
    op.create_table(
        NAME,
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", _enum("replykind", "calendar", "human"), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("proposed", _enum("given", "yes", "maybe", "no"), nullable=True),
        sa.Column("why", _enum("why", *WHY), nullable=True),
        sa.Column("received_at", moment, nullable=False),
        sa.Column("closed_at", moment, nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"],
            ["account.id"],
            name=op.f("fk_reply_closed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reply_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_reply_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint(
            "project_id", "message_id", name=op.f("uq_reply_project_id_message_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reply_person_id"), NAME, ["person_id"])
    op.create_index("ix_reply_received", NAME, ["project_id", "received_at"])
    _allow(WITH_CALENDARS, ANSWERED, WITH_REPLIES, CAME_IN)


def downgrade() -> None:
    """Go back to the schema before, without what people wrote back."""
    for table, column in (("invitation", "answered_by"), ("answer_event", "by")):
        op.execute(
            sa.text(f"UPDATE {table} SET {column} = 'link' WHERE {column} = 'ical_reply'")  # noqa: S608 - ours
        )
    op.execute(sa.text("UPDATE inbound_message SET kind = 'other' WHERE kind = 'reply'"))
    _allow(ANSWERED, WITH_CALENDARS, CAME_IN, WITH_REPLIES)
    op.drop_table(NAME)


def _allow(
    answered: tuple[str, ...],
    answered_before: tuple[str, ...],
    came_in: tuple[str, ...],
    came_in_before: tuple[str, ...],
) -> None:
    # A word of SQL stands between quotes in the schema.
    for place in ("invitation.answered_by", 'answer_event."by"'):
        allow(op, place, answered, instead_of=answered_before, name="answeredby")
    allow(op, "inbound_message.kind", came_in, instead_of=came_in_before, name="inboundkind")


def _enum(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
