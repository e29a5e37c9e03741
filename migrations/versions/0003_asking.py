"""Asking and answering: messages, the outbox, grounds for writing, answers to invitations."""

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from crm.core import tokens
from crm.core.db.models import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
KEPT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("state IN ('queued', 'claimed', 'handing_over')")


def upgrade() -> None:
    """Go to this schema."""
    _shared()
    _asking()
    _outbox()
    _sessions()
    _invitations()
    _answering()


def downgrade() -> None:
    """Go back to the schema before: what was asked and answered is lost."""
    for name in (
        "proposal",
        "need",
        "answer_event",
        "session_batch",
        "calendar_feed",
        "inbound_message",
        "delivery_event",
        "outbox_message",
        "person_link",
        "objection",
        "contact_basis",
        "message_template",
        "message_batch",
        "worker_heartbeat",
        "suppression",
        "relay_state",
        "relay_connection",
    ):
        op.drop_table(name)
    with op.batch_alter_table("invitation") as table:
        table.drop_index("ix_invitation_answer")
        table.drop_index("ix_invitation_offer_until")
        for check in ("contactpurpose", "answer", "answeredby"):
            table.drop_constraint(op.f(f"ck_invitation_{check}"), type_="check")
        for column in (
            "calendar_id",
            "public_name",
            "token_version",
            "purpose",
            "gave_address",
            "address_source",
            "answer",
            "answered_at",
            "answered_by",
            "answered_sequence",
            "reconfirm_sequence",
            "waiting_since",
            "lot",
            "offers",
            "offer_until",
            "calendar_sequence",
            "calendar_status",
            "times_invited",
            "call_after",
            "someone_else_at",
        ):
            table.drop_column(column)
    with op.batch_alter_table("design_session") as table:
        for check in ("reminder_days", "sessionstate", "waitingrule"):
            table.drop_constraint(op.f(f"ck_design_session_{check}"), type_="check")
        for column in (
            "state",
            "sequence",
            "answer_until_local",
            "answer_until",
            "has_waiting_list",
            "waiting_rule",
            "allows_colleague",
            "reminder_days",
            "contact_id",
            "contact_phone",
        ):
            table.drop_column(column)


def _shared() -> None:
    """Make what workers share."""
    op.create_table(
        "relay_connection",
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_connection")),
        sa.UniqueConstraint("relay", "number", name=op.f("uq_relay_connection_relay_number")),
    )
    op.create_table(
        "relay_state",
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("refilled_at", MOMENT, nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("sent_today", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until", MOMENT, nullable=True),
        sa.Column("last_text", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_state")),
        sa.UniqueConstraint("relay", name=op.f("uq_relay_state_relay")),
    )
    op.create_table(
        "suppression",
        sa.Column("address_digest", sa.String(), nullable=False),
        sa.Column("scope", _enum("suppressionscope", "all", "bulk"), nullable=False),
        sa.Column(
            "reason",
            _enum(
                "suppressionreason",
                "unsubscribed",
                "objected",
                "hard_bounce",
                "soft_bounces",
                "manual",
            ),
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint(
            "address_digest", "scope", name=op.f("uq_suppression_address_digest_scope")
        ),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_heartbeat")),
        sa.UniqueConstraint("worker", name=op.f("uq_worker_heartbeat_worker")),
    )


def _asking() -> None:
    """Make templates, batches, grounds for writing and personal links."""
    op.create_table(
        "message_batch",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("purpose", PURPOSE, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", _enum("batchstate", "queued", "paused", "cancelled"), nullable=False),
        sa.Column("pause_reason", sa.String(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("templates", KEPT, nullable=False),
        sa.Column("words", KEPT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["account.id"],
            name=op.f("fk_message_batch_made_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_message_batch_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_batch")),
        sa.UniqueConstraint("key", name=op.f("uq_message_batch_key")),
    )
    op.create_table(
        "message_template",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("purpose", PURPOSE, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["account.id"],
            name=op.f("fk_message_template_made_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_message_template_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
        sa.UniqueConstraint(
            "project_id",
            "purpose",
            "language",
            "version",
            name=op.f("uq_message_template_project_id_purpose_language_version"),
        ),
    )
    op.create_index(
        "uq_message_template_installation",
        "message_template",
        ["purpose", "language", "version"],
        unique=True,
        sqlite_where=sa.text("project_id IS NULL"),
        postgresql_where=sa.text("project_id IS NULL"),
    )
    op.create_table(
        "contact_basis",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            _enum("contactpurpose", "project_work", "session", "panel", "news"),
            nullable=False,
        ),
        sa.Column(
            "basis",
            _enum("basis", "public_task", "consent", "not_asked", "declined", "withdrawn"),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_contact_basis_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_contact_basis_project_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "(basis <> 'public_task' OR purpose NOT IN ('panel', 'news')) "
            "AND (basis <> 'consent' OR purpose <> 'session')",
            name=op.f("ck_contact_basis_fitting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_basis")),
        sa.UniqueConstraint(
            "person_id", "purpose", name=op.f("uq_contact_basis_person_id_purpose")
        ),
    )
    op.create_table(
        "objection",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_objection_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_objection_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("person_id", name=op.f("uq_objection_person_id")),
    )
    op.create_table(
        "person_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("public_name", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_link_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_person_link_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_link")),
        sa.UniqueConstraint("public_name", name=op.f("uq_person_link_public_name")),
    )
    op.create_index(op.f("ix_person_link_person_id"), "person_link", ["person_id"], unique=False)


def _outbox() -> None:
    """Make the outbox."""
    op.create_table(
        "outbox_message",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("dedup_key", sa.String(), nullable=False),
        sa.Column("public_name", sa.String(), nullable=False),
        sa.Column("purpose", PURPOSE, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("params", KEPT, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("send_not_after", MOMENT, nullable=True),
        sa.Column(
            "state",
            _enum(
                "messagestate",
                "queued",
                "claimed",
                "handing_over",
                "accepted",
                "uncertain",
                "rejected",
                "failed",
                "withheld",
                "superseded",
                "cancelled",
                "expired",
                "bounced",
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            _enum(
                "reason",
                "unsubscribed",
                "objected",
                "declined",
                "not_allowed",
                "once_only",
                "answered",
                "cancelled",
                "revoked",
                "outdated",
                "too_late",
                "no_address",
                "address_fails",
            ),
            nullable=True,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("data_started_at", MOMENT, nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("date_header", sa.String(), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=True),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("last_code", sa.Integer(), nullable=True),
        sa.Column("last_enhanced", sa.String(), nullable=False),
        sa.Column("last_text", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_outbox_message_account_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["message_batch.id"],
            name=op.f("fk_outbox_message_batch_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_outbox_message_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_outbox_message_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["message_template.id"],
            name=op.f("fk_outbox_message_template_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_outbox_message_dedup_key")),
        sa.UniqueConstraint("public_name", name=op.f("uq_outbox_message_public_name")),
    )
    op.create_index(
        "ix_outbox_message_about", "outbox_message", ["purpose", "about_id"], unique=False
    )
    op.create_index(
        "ix_outbox_message_batch", "outbox_message", ["batch_id", "state"], unique=False
    )
    op.create_index(
        "ix_outbox_message_due",
        "outbox_message",
        ["priority", "not_before", "id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        op.f("ix_outbox_message_person_id"), "outbox_message", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_outbox_message_project_id"), "outbox_message", ["project_id"], unique=False
    )
    op.create_index(
        op.f("ix_outbox_message_template_id"), "outbox_message", ["template_id"], unique=False
    )
    op.create_table(
        "delivery_event",
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column(
            "kind",
            _enum(
                "deliverykind",
                "accepted",
                "deferred",
                "rejected",
                "failed",
                "uncertain",
                "bounced",
                "delayed",
                "sent_again",
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("enhanced", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_message.id"],
            name=op.f("fk_delivery_event_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_delivery_event_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_event")),
    )
    op.create_index(
        op.f("ix_delivery_event_message_id"), "delivery_event", ["message_id"], unique=False
    )
    op.create_table(
        "inbound_message",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("kind", _enum("inboundkind", "bounce", "auto_reply", "other"), nullable=False),
        sa.Column("outbox_message_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_message_id"],
            ["outbox_message.id"],
            name=op.f("fk_inbound_message_outbox_message_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_inbound_message_message_id")),
    )
    op.create_index(
        op.f("ix_inbound_message_outbox_message_id"),
        "inbound_message",
        ["outbox_message_id"],
        unique=False,
    )


def _answering() -> None:
    """Make what belongs to sessions and answers."""
    op.create_table(
        "calendar_feed",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("public_name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_calendar_feed_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_calendar_feed_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint(
            "account_id", "project_id", name=op.f("uq_calendar_feed_account_id_project_id")
        ),
        sa.UniqueConstraint("public_name", name=op.f("uq_calendar_feed_public_name")),
    )
    op.create_table(
        "session_batch",
        sa.Column("design_session_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["message_batch.id"],
            name=op.f("fk_session_batch_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["design_session_id"],
            ["design_session.id"],
            name=op.f("fk_session_batch_design_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_session_batch_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_batch")),
        sa.UniqueConstraint(
            "design_session_id",
            "batch_id",
            name=op.f("uq_session_batch_design_session_id_batch_id"),
        ),
    )
    op.create_index(op.f("ix_session_batch_batch_id"), "session_batch", ["batch_id"], unique=False)
    op.create_table(
        "answer_event",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", _enum("answeredby", "link", "planner", "system"), nullable=False),
        sa.Column(
            "before",
            _enum(
                "answer_before",
                "none",
                "yes",
                "maybe",
                "no",
                "waiting",
                "offered",
                "lapsed",
                "withdrawn",
                "revoked",
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            _enum(
                "answer_after",
                "none",
                "yes",
                "maybe",
                "no",
                "waiting",
                "offered",
                "lapsed",
                "withdrawn",
                "revoked",
            ),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_answer_event_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_answer_event_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_event")),
    )
    op.create_index(
        op.f("ix_answer_event_invitation_id"), "answer_event", ["invitation_id"], unique=False
    )
    op.create_table(
        "need",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("kind", _enum("needkind", "access", "food"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_need_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_need_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("invitation_id", "kind", name=op.f("uq_need_invitation_id_kind")),
    )
    op.create_table(
        "proposal",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column(
            "state", _enum("proposalstate", "proposed", "invited", "declined"), nullable=False
        ),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_proposal_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_proposal_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_proposal_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_invitation_id"), "proposal", ["invitation_id"], unique=False)
    op.create_index(op.f("ix_proposal_person_id"), "proposal", ["person_id"], unique=False)


def _sessions() -> None:
    """Let a session take answers."""
    given: dict[str, Any] = {
        "state": ("open", _enum("sessionstate", "open", "closed", "cancelled")),
        "sequence": ("0", sa.Integer()),
        "answer_until_local": ("", sa.String()),
        "has_waiting_list": (sa.true(), sa.Boolean()),
        "waiting_rule": ("first_come", _enum("waitingrule", "first_come", "balance", "lot")),
        "allows_colleague": (sa.false(), sa.Boolean()),
        "contact_phone": ("", sa.String()),
    }
    with op.batch_alter_table("design_session") as table:
        for name, (value, kind) in given.items():
            table.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        table.add_column(sa.Column("answer_until", MOMENT, nullable=True))
        table.add_column(sa.Column("reminder_days", sa.Integer(), nullable=True))
        table.add_column(sa.Column("contact_id", sa.Integer(), nullable=True))
        table.create_check_constraint(
            op.f("ck_design_session_reminder_days"), "reminder_days IS NULL OR reminder_days > 0"
        )
        table.create_foreign_key(
            op.f("fk_design_session_contact_id"),
            "account",
            ["contact_id"],
            ["id"],
            ondelete="SET NULL",
        )
    _without_defaults("design_session", given)


def _invitations() -> None:
    """Give each invitation its answer, its link and its calendar item."""
    given: dict[str, Any] = {
        "token_version": ("1", sa.Integer()),
        "purpose": ("session", _enum("contactpurpose", *CONTACT_PURPOSES)),
        "gave_address": (sa.false(), sa.Boolean()),
        "address_source": ("", sa.String()),
        "answer": ("none", _enum("answer", *ANSWERS)),
        "offers": ("0", sa.Integer()),
        "calendar_sequence": ("-1", sa.Integer()),
        "calendar_status": ("", sa.String()),
        "times_invited": ("0", sa.Integer()),
    }
    empty: dict[str, Any] = {
        "calendar_id": sa.String(),
        "public_name": sa.String(),
        "answered_at": MOMENT,
        "answered_by": _enum("answeredby", "link", "planner", "system"),
        "answered_sequence": sa.Integer(),
        "reconfirm_sequence": sa.Integer(),
        "waiting_since": MOMENT,
        "lot": sa.Integer(),
        "offer_until": MOMENT,
        "call_after": MOMENT,
        "someone_else_at": MOMENT,
    }
    with op.batch_alter_table("invitation") as table:
        for name, (value, kind) in given.items():
            table.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name, kind in empty.items():
            table.add_column(sa.Column(name, kind, nullable=True))
    _name_invitations()
    with op.batch_alter_table("invitation") as table:
        for name in ("calendar_id", "public_name"):
            table.alter_column(name, existing_type=sa.String(), nullable=False)
            table.create_unique_constraint(op.f(f"uq_invitation_{name}"), [name])
        table.create_index("ix_invitation_answer", ["design_session_id", "answer"])
        table.create_index("ix_invitation_offer_until", ["offer_until"])
    _without_defaults("invitation", given)


def _name_invitations() -> None:
    """Give the invitations that are there a name of their own, which a default cannot."""
    connection = op.get_bind()
    invitation = sa.table(
        "invitation", sa.column("id"), sa.column("calendar_id"), sa.column("public_name")
    )
    for (row_id,) in connection.execute(sa.select(invitation.c.id)).all():
        names = {"calendar_id": uuid.uuid4().hex, "public_name": tokens.public()}
        connection.execute(sa.update(invitation).where(invitation.c.id == row_id).values(names))


def _without_defaults(table_name: str, columns: dict[str, Any]) -> None:
    """Take the defaults off that filled the rows that were there; the models give their own."""
    with op.batch_alter_table(table_name) as table:
        for name, (_value, kind) in columns.items():
            table.alter_column(name, existing_type=kind, server_default=None)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


PURPOSE = _enum(
    "purpose",
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
CONTACT_PURPOSES = ("project_work", "session", "panel", "news")
ANSWERS = ("none", "yes", "maybe", "no", "waiting", "offered", "lapsed", "withdrawn", "revoked")
