"""The manifest of messages."""

from datetime import timedelta
from enum import StrEnum

from crm.accounts.events import LinkPosted
from crm.core.i18n import LazyString, _l
from crm.core.inbound_mail import Given, Why
from crm.core.mail import Purpose, Reason
from crm.messages import models
from crm.messages.declared import mail_content, references
from crm.messages.jobs import housekeeping
from crm.messages.policy import RULES, MessagePermission
from crm.messages.queries.replies import Shown
from crm.messages.rules.progress import Phase, Status, status_of
from crm.messages.services import outbox, suppressions
from crm.messages.services.suppressions import Wish
from crm.messages.views import free_messages, own_pages, people, replies, templates
from crm.stakeholders.events import PersonsMerged
from crm.web.feature import Feature, JobKind, NavigationItem, Panel

READ = MessagePermission.READ
_STATUS: dict[StrEnum, LazyString] = {
    Status.WAITING: _l("Waiting to send"),
    Status.SENDING: _l("Sending"),
    Status.TRYING_AGAIN: _l("Mailbox refuses for now – trying again"),
    Status.ACCEPTED: _l("Accepted by their mail server"),
    Status.FILED: _l("Written to a file, not sent"),
    Status.UNCERTAIN: _l("Not sure whether it arrived"),
    Status.LEFT: _l("Not sure whether it arrived, and left so"),
    Status.REJECTED: _l("Address does not exist"),
    Status.BOUNCED: _l("Came back: the address does not work"),
    Status.FAILED: _l("Refused by their mail filter – our side must look"),
    Status.WITHHELD: _l("Not sent"),
    Status.SUPERSEDED: _l("Overtaken by a later message"),
    Status.EXPIRED: _l("Not sent in time"),
    Status.CANCELLED: _l("Cancelled before it was sent"),
}

FEATURE = Feature(
    name="messages",
    pages=(
        own_pages.unsubscribing,
        own_pages.consenting,
        own_pages.own_details,
        free_messages.pages,
        people.pages,
        replies.pages,
        templates.pages,
        templates.of_installation,
    ),
    rules=RULES,
    references=references.REFERENCES,
    told=references.TOLD,
    mail=mail_content.KINDS,
    jobs=(
        JobKind(
            "messages.clear_person_links", housekeeping.clear_person_links, every=timedelta(days=1)
        ),
        JobKind("messages.expire", housekeeping.expire, every=timedelta(minutes=5)),
        JobKind("messages.forget", housekeeping.forget, every=timedelta(days=1)),
        JobKind("messages.read_mailbox", housekeeping.read_mailbox, every=timedelta(minutes=5)),
    ),
    reactions=((LinkPosted, outbox.post_link), (PersonsMerged, suppressions.keep_wishes)),
    labels=(
        {
            Purpose.INVITE: _l("Invitation to a session"),
            Purpose.REMINDER: _l("Reminder"),
            Purpose.CONFIRMATION: _l("Confirmation"),
            Purpose.CHANGE: _l("Change of time or place"),
            Purpose.CANCELLATION: _l("Cancellation"),
            Purpose.WAITING: _l("Place on the waiting list"),
            Purpose.OFFER: _l("Offer of a place"),
            Purpose.THANKS: _l("Thanks"),
            Purpose.CONSENT_REQUEST: _l("Request for consent"),
            Purpose.NEWS: _l("Message to people"),
            Purpose.DETAILS: _l("Link to one's own details"),
            Purpose.COLLEAGUE: _l("Invitation of a colleague"),
            Purpose.RESET: _l("New password"),
            Purpose.ADDRESS: _l("Your e-mail address"),
            Purpose.TIES: _l("Question with whom somebody works"),
        },
        {
            Reason.UNSUBSCRIBED: _l("unsubscribed"),
            Reason.OBJECTED: _l("does not want mail"),
            Reason.DECLINED: _l("said no to this"),
            Reason.NOT_ALLOWED: _l("no ground to write"),
            Reason.ONCE_ONLY: _l("gets one message only, and had it"),
            Reason.ANSWERED: _l("already answered"),
            Reason.CANCELLED: _l("session cancelled"),
            Reason.REVOKED: _l("not invited any more"),
            Reason.OUTDATED: _l("overtaken by a later message"),
            Reason.TOO_LATE: _l("too late"),
            Reason.NO_ADDRESS: _l("no e-mail address"),
            Reason.ADDRESS_FAILS: _l("the address does not work"),
            Reason.NOT_INVITED: _l("no invitation has gone to them yet"),
        },
        _STATUS,
        # A message is in the trail of a person as it is on the list of a batch.
        {
            state: _STATUS[status_of(state, tried=False, finished=False)]
            for state in models.MessageState
        },
        {
            models.DeliveryKind.ACCEPTED: _l("Accepted"),
            models.DeliveryKind.FILED: _l("Written to a file, not sent"),
            models.DeliveryKind.DEFERRED: _l("Tried again later"),
            models.DeliveryKind.REJECTED: _l("Refused for this address"),
            models.DeliveryKind.FAILED: _l("Failed"),
            models.DeliveryKind.UNCERTAIN: _l("Connection lost at the last moment"),
            models.DeliveryKind.BOUNCED: _l("Came back"),
            models.DeliveryKind.DELAYED: _l("Delayed on the way"),
            models.DeliveryKind.SENT_AGAIN: _l("Sent again"),
        },
        {
            models.SuppressionScope.ALL: _l("no mail at all"),
            models.SuppressionScope.BULK: _l("no invitations and news"),
        },
        {
            models.SuppressionReason.UNSUBSCRIBED: _l("Unsubscribed"),
            models.SuppressionReason.OBJECTED: _l("Does not want mail"),
            models.SuppressionReason.HARD_BOUNCE: _l("The address does not exist"),
            models.SuppressionReason.SOFT_BOUNCES: _l("The mailbox refused three times"),
            models.SuppressionReason.MANUAL: _l("Noted by hand"),
        },
        {
            models.BatchState.QUEUED: _l("Sending"),
            models.BatchState.PAUSED: _l("Paused"),
            models.BatchState.CANCELLED: _l("Stopped"),
        },
        {
            Wish.SESSION: _l("Mail about this session: I do not come"),
            Wish.PROJECT: _l("Invitations, reminders and news of this project"),
            Wish.BULK: _l("Invitations, reminders and news of any project"),
            Wish.ALL: _l("Any mail at all"),
        },
        {
            Phase.SCHEDULED: _l("Scheduled"),
            Phase.SENDING: _l("Sending"),
            Phase.PAUSED: _l("Paused"),
            Phase.FINISHED: _l("Finished"),
            Phase.CANCELLED: _l("Stopped"),
        },
        {
            models.InboundKind.BOUNCE: _l("Mail that came back"),
            models.InboundKind.AUTO_REPLY: _l("Automatic reply"),
            models.InboundKind.REPLY: _l("Reply"),
            models.InboundKind.OTHER: _l("Other mail"),
        },
        {models.ReplyKind.CALENDAR: _l("From a calendar"), models.ReplyKind.HUMAN: _l("Written")},
        {Shown.OPEN: _l("Open replies"), Shown.CLOSED: _l("Closed replies")},
        {Given.YES: _l("Yes"), Given.MAYBE: _l("Maybe"), Given.NO: _l("No")},
        {
            Why.UNCLEAR: _l("it does not say clearly yes, maybe or no"),
            Why.UNPROVEN: _l("nothing in it proves that it is from this person"),
            Why.STRANGER: _l("another address answers than those of this person"),
            Why.DELEGATED: _l("it sends somebody else"),
            Why.OUTDATED: _l("time or place was changed since"),
            Why.OVERTAKEN: _l("there is a later answer"),
            Why.FULL: _l("all places are taken"),
            Why.CLOSED: _l("no answers are taken any more"),
            Why.CANCELLED: _l("the session is cancelled"),
            Why.OFF_LIST: _l("the person is not on the list any more"),
        },
    ),
    panels=(Panel("person", "messages/_person_panel.html", people.of_person, READ, place=80),),
    navigation=(NavigationItem(_l("Messages"), "messages.batches", READ, place=35),),
)
