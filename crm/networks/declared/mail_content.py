"""What is said, last of all, in the question with whom somebody works."""

from dataclasses import replace
from functools import partial

from crm.consent.models import ContactPurpose
from crm.consent.rules import Asking
from crm.core import clock
from crm.core.mail import Content, MailKind, Outgoing, Purpose, Reason, Withheld
from crm.messages.declared.mail_content import to_person
from crm.messages.queries import addressing
from crm.messages.rules.times import words_for_moment
from crm.networks.models import LINK_LASTS
from crm.networks.queries import declared_ties
from crm.networks.queries.declared_ties import declaring_address

# A message that is only looked at has no link yet.
TRIED = "tried"


def of_question(outgoing: Outgoing) -> Content | Withheld:
    """Return what the question says to whoever may still be asked, and has not answered."""
    asked = partial(
        addressing.recipient, contact=ContactPurpose.PROJECT_WORK, asking=Asking.FOLLOW_UP
    )
    content = to_person(outgoing, asked)
    if isinstance(content, Withheld):
        return content
    if TRIED in outgoing.params:
        return _with(content, "", outgoing)
    link = declared_ties.link_of(outgoing.person_id or 0)
    if link is None or link.expires_at <= clock.now():
        return Withheld(Reason.REVOKED)
    if link.answered_at is not None and link.answered_at >= outgoing.queued_at:
        return Withheld(Reason.ANSWERED)
    return _with(content, declaring_address(link), outgoing)


def _with(content: Content, address: str, outgoing: Outgoing) -> Content:
    until = outgoing.queued_at + LINK_LASTS
    words = words_for_moment(until, clock.zone(), content.recipient.language)
    return replace(content, values={**content.values, "link": address, "expires": words})


KINDS = (MailKind(Purpose.TIES, of_question, is_bulk=True, resends=False, is_secret=True),)
