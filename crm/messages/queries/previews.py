"""Questions about how a message to one recipient will read."""

from collections.abc import Mapping
from typing import Any

from crm.core import clock, mail, tokens
from crm.core.mail import Outgoing, Purpose, Withheld
from crm.messages.composing import MessageFacts, Rendered, render
from crm.messages.links import unsubscribe_link
from crm.messages.queries import templates
from crm.messages.queries.addressing import Addressed
from crm.messages.queries.outbox import sender

# Older than any message, so nothing that was written counts against it.
NOT_YET = 0


def rendered(
    purpose: Purpose,
    to: Addressed,
    *,
    about_id: int | None,
    sequence: int = 0,
    params: Mapping[str, Any] | None = None,
) -> Rendered | None:
    """Return how a message that is not queued yet would read; none if it would not be sent."""
    public_name = tokens.public()
    content = mail.kind_of(purpose).prepare(
        Outgoing(
            id=NOT_YET,
            public_name=public_name,
            purpose=purpose,
            about_id=about_id,
            sequence=sequence,
            params=params or {},
            person_id=to.person.id,
            account_id=None,
            language=to.recipient.language,
            queued_at=clock.now(),
        )
    )
    if isinstance(content, Withheld):
        return None
    facts = MessageFacts(purpose, "", "", unsubscribe_url=unsubscribe_link(public_name))
    words = templates.words_for(purpose, to.recipient.language)
    return render(facts, words.with_own(content.own), content.values, sender().name)
