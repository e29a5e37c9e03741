"""Single-use links of colleagues, put in the outbox as soon as they are made."""

from crm.accounts import queries as accounts
from crm.accounts import recipients
from crm.accounts.events import LinkPosted
from crm.accounts.models import LinkPurpose
from crm.core.mail import Letter, Priority, Purpose
from crm.messages.services import outbox

PURPOSES = {
    LinkPurpose.JOIN: Purpose.COLLEAGUE,
    LinkPurpose.RESET: Purpose.RESET,
    LinkPurpose.ADDRESS: Purpose.ADDRESS,
}


def post_link(fact: LinkPosted) -> None:
    """React to a link that is to be mailed; the message holds only the public part of it."""
    found = accounts.link(fact.link_id)
    if found is None:
        return
    account = accounts.account(found.account_id) if found.account_id else None
    maker = accounts.account(found.made_by_id) if found.made_by_id else None
    language = maker.locale if maker else "nl"
    to = recipients.of_link(found, account, language=language)
    letter = Letter(
        PURPOSES[found.purpose],
        f"link:{found.id}",
        about_id=found.id,
        params={"name": fact.name},
        priority=Priority.ANSWER,
        send_not_after=found.expires_at,
    )
    outbox.queue(to, letter)
