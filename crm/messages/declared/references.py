"""What messages tell others: which rows refer to a person, and how undo names them."""

from collections.abc import Hashable

from crm.core import clock
from crm.core.i18n import _l
from crm.core.mail import Purpose, Reason
from crm.core.references import GONE, Blanked, Joined, Loose, Moved, Reference, Row
from crm.core.undo import RowWords
from crm.messages import models
from crm.stakeholders.models import Person

# These are about the person themselves.
OF_A_PERSON = (Purpose.NEWS, Purpose.CONSENT_REQUEST, Purpose.TIES)
# It has gone, or may have: what waits beside it is not sent once more.
_COUNTS = (*models.HANDED_OVER, models.MessageState.UNCERTAIN, *models.OPEN_STATES)


def _what_it_says(row: Row) -> Hashable:
    """Return what two messages to one and the same would both say; most say it to one only."""
    alone: Hashable = row["id"]
    if row["state"] not in _COUNTS:
        return alone
    if row["purpose"] is Purpose.INVITE and row["about_id"] is not None:
        # One invitation is enough, whichever batch it is of.
        return "about", row["purpose"], row["about_id"]
    if row["batch_id"] is not None:
        return "batch", row["batch_id"], row["purpose"], row["about_id"]
    if row["about_id"] is not None:
        return "about", row["purpose"], row["about_id"], row["sequence"]
    return alone


MESSAGES = Joined(
    _what_it_says,
    # What left comes first, so that what waits is the one that yields.
    order=lambda row: row["state"] is models.MessageState.QUEUED,
    instead=lambda row: (
        {
            "state": models.MessageState.SUPERSEDED,
            "reason": Reason.OUTDATED,
            "finished_at": clock.now(),
        }
        if row["state"] is models.MessageState.QUEUED
        else {}
    ),
)
LINKS = Joined(
    lambda row: row["id"],
    # A link to what is kept ends: who holds one should not see what is kept of another.
    settled=lambda rows: {
        row["id"]: {"expires_at": min(clock.now(), row["expires_at"])} for row in rows if row[GONE]
    },
)

REFERENCES = (
    Reference(
        models.OutboxMessage,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("purpose", "queued_at", "state", "finished_at"),
        blanked=Blanked.KEPT_WITHOUT_PERSON,
        kept="words for 30 days, the rest for two years",
        joined=MESSAGES,
    ),
    Reference(
        models.PersonLink,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("made_at", "expires_at"),
        blanked=Blanked.REMOVED,
        kept="one day",
        joined=LINKS,
    ),
    Reference(
        models.Reply,
        "person_id",
        moved=Moved.REPOINTED,
        told=("kind", "sender", "subject", "text", "received_at", "closed_at"),
        blanked=Blanked.REMOVED,
        kept="two years",
    ),
    Loose(
        models.OutboxMessage,
        "about_id",
        Person,
        where=lambda: models.OutboxMessage.purpose.in_(OF_A_PERSON),
    ),
)


TOLD = (
    RowWords(
        models.OutboxMessage,
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
            "dedup_key",
            "public_name",
            "account_id",
            "batch_id",
            "template_id",
            "about_id",
            "sequence",
            "params",
            "domain",
            "priority",
            "send_not_after",
            "reason",
            "attempts",
            "lease_owner",
            "lease_until",
            "data_started_at",
            "message_id",
            "date_header",
            "mime",
            "queued_at",
            "last_code",
            "last_enhanced",
            "last_text",
        ),
        owner="person_id",
    ),
    RowWords(
        models.DeliveryEvent,
        _l("What became of messages"),
        unseen=("message_id", "at", "kind", "code", "enhanced", "text"),
    ),
    RowWords(
        models.MessageBatch,
        _l("Messages to many"),
        fields={"title": _l("Title"), "state": _l("State"), "not_before": _l("Not before")},
        unseen=("key", "purpose", "pause_reason", "templates", "words", "made_by_id", "made_at"),
    ),
    RowWords(
        models.MessageTemplate,
        _l("Words of messages"),
        fields={"subject": _l("Subject"), "body": _l("Text"), "language": _l("Language")},
        unseen=("purpose", "version", "made_by_id", "made_at"),
    ),
    RowWords(
        models.PersonLink,
        _l("Links to one's own details"),
        fields={"expires_at": _l("Works until")},
        unseen=("public_name", "made_at"),
        owner="person_id",
    ),
    RowWords(
        models.Reply,
        _l("Replies"),
        fields={"subject": _l("Subject"), "received_at": _l("Received"), "closed_at": _l("Closed")},
        # What somebody wrote is read on its own page only.
        unseen=(
            "message_id",
            "kind",
            "about_id",
            "sender",
            "text",
            "proposed",
            "why",
            "closed_by_id",
        ),
        owner="person_id",
    ),
)
