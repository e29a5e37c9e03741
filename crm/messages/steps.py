"""How messages are told where undoing a step is about to change them."""

from crm.core.i18n import _l
from crm.core.undo import RowWords
from crm.messages.models import (
    DeliveryEvent,
    MessageBatch,
    MessageTemplate,
    OutboxMessage,
    PersonLink,
    Reply,
)

TOLD = (
    RowWords(
        OutboxMessage,
        _l("Messages"),
        fields={
            "person_id": _l("Person"),
            "purpose": _l("Purpose"),
            "state": _l("State"),
            "language": _l("Language"),
            "address": _l("E-mail address"),
            "not_before": _l("Not before"),
            "finished_at": _l("Finished"),
        },
        # How it is handed over, which is the outbox's own.
        unseen=(
            *("dedup_key", "public_name", "account_id", "batch_id", "template_id", "about_id"),
            *("sequence", "params", "domain", "priority", "send_not_after", "reason", "attempts"),
            *("lease_owner", "lease_until", "data_started_at", "message_id", "date_header"),
            *("mime", "queued_at", "last_code", "last_enhanced", "last_text"),
        ),
        owner="person_id",
    ),
    RowWords(
        DeliveryEvent,
        _l("What became of messages"),
        unseen=("message_id", "at", "kind", "code", "enhanced", "text"),
    ),
    RowWords(
        MessageBatch,
        _l("Messages to many"),
        fields={"title": _l("Title"), "state": _l("State"), "not_before": _l("Not before")},
        unseen=("key", "purpose", "pause_reason", "templates", "words", "made_by_id", "made_at"),
    ),
    RowWords(
        MessageTemplate,
        _l("Words of messages"),
        fields={"subject": _l("Subject"), "body": _l("Text"), "language": _l("Language")},
        unseen=("purpose", "version", "made_by_id", "made_at"),
    ),
    RowWords(
        PersonLink,
        _l("Links to one's own details"),
        fields={"expires_at": _l("Works until")},
        unseen=("public_name", "made_at"),
        owner="person_id",
    ),
    RowWords(
        Reply,
        _l("Replies"),
        fields={
            "subject": _l("Subject"),
            "received_at": _l("Received"),
            "closed_at": _l("Closed"),
        },
        # What somebody wrote is read on its own page only.
        unseen=(
            *("message_id", "kind", "about_id", "sender", "text", "proposed", "why"),
            "closed_by_id",
        ),
        owner="person_id",
    ),
)
