"""Messages that became files: a state and a line of history of their own, not a mail server's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES = (
    "queued", "claimed", "handing_over", "accepted", "uncertain", "rejected", "failed", "withheld",
    "superseded", "cancelled", "expired", "bounced",
)  # fmt: skip
KINDS = (
    "accepted", "deferred", "rejected", "failed", "uncertain", "bounced", "delayed", "sent_again",
)  # fmt: skip
# What was noted of a file until now, as if a mail server had said it.
MESSAGE = sa.table(
    "outbox_message", sa.column("state"), sa.column("last_code"), sa.column("last_text")
)
EVENT = sa.table("delivery_event", sa.column("kind"), sa.column("code"), sa.column("text"))
WORDS, CODE = "written to a file", 250


def upgrade() -> None:
    """Go to this schema."""
    _allow("outbox_message", "state", "messagestate", (*STATES, "filed"))
    _allow("delivery_event", "kind", "deliverykind", (*KINDS, "filed"))
    was_file = (MESSAGE.c.state == "accepted") & (MESSAGE.c.last_text == WORDS)
    op.execute(MESSAGE.update().where(was_file).values(state="filed", last_code=None, last_text=""))
    told = (EVENT.c.kind == "accepted") & (EVENT.c.text == WORDS)
    op.execute(EVENT.update().where(told).values(kind="filed", code=None, text=""))


def downgrade() -> None:
    """Go back to the schema before."""
    was_file, told = MESSAGE.c.state == "filed", EVENT.c.kind == "filed"
    as_before = {"state": "accepted", "last_code": CODE, "last_text": WORDS}
    op.execute(MESSAGE.update().where(was_file).values(as_before))
    op.execute(EVENT.update().where(told).values(kind="accepted", code=CODE, text=WORDS))
    _allow("outbox_message", "state", "messagestate", STATES)
    _allow("delivery_event", "kind", "deliverykind", KINDS)


def _allow(table_name: str, column: str, enum: str, values: tuple[str, ...]) -> None:
    """Let a column hold these values and no others."""
    name = op.f(f"ck_{table_name}_{enum}")
    with op.batch_alter_table(table_name) as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column(column).in_(values))
