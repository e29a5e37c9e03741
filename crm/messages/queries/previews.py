"""Questions about how a message to one recipient will read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm.core import clock, mail, tokens
from crm.core.mail import Content, Outgoing, Purpose, Withheld
from crm.messages.composing import LINKS, MessageFacts, Rendered, render
from crm.messages.links import link_to_nothing
from crm.messages.queries import templates
from crm.messages.queries.addressing import Addressed
from crm.messages.queries.outbox import sender

# Older than any message, so nothing that was written counts against it.
NOT_YET = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """
    How a message reads for one recipient, with who is before and after them.

    :ivar number: the place of the recipient among all `of` them, from 1
    :ivar previous: the id of the person before them, if any
    :ivar following: the id of the person after them, if any
    """

    to: Addressed
    rendered: Rendered
    number: int
    of: int
    previous: int | None
    following: int | None


def rendered(
    purpose: Purpose,
    to: Addressed,
    *,
    about_id: int | None,
    sequence: int = 0,
    params: Mapping[str, Any] | None = None,
) -> Rendered | None:
    """
    Return how a message that is not queued yet would read; none if it would not be sent.

    Its personal links lead nowhere: whoever looks at it is not who they are for.
    """
    outgoing = Outgoing(
        id=NOT_YET,
        public_name=tokens.public(),
        purpose=purpose,
        about_id=about_id,
        sequence=sequence,
        params=params or {},
        person_id=to.person.id,
        account_id=None,
        language=to.recipient.language,
        queued_at=clock.now(),
    )
    content = mail.kind_of(purpose).prepare(outgoing)
    return None if isinstance(content, Withheld) else _rendered(outgoing, content)


def _rendered(outgoing: Outgoing, content: Content) -> Rendered:
    purpose, language = outgoing.purpose, outgoing.language
    nowhere = link_to_nothing(language)
    values = {**content.values, **dict.fromkeys(LINKS & content.values.keys(), nowhere)}
    facts = MessageFacts(purpose, "", "", unsubscribe_url=nowhere if mail.is_bulk(purpose) else "")
    words = templates.words_for(purpose, language)
    return render(facts, words.with_own(content.own), values, sender().name)
