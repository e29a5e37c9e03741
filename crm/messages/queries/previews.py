"""Questions about how a message will read: to one recipient, or with the values of an example."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm.accounts import queries as accounts
from crm.accounts.rules import recipients
from crm.core import clock, mail, tokens
from crm.core.mail import Content, Outgoing, Purpose, Withheld
from crm.messages.queries import templates
from crm.messages.queries.addressing import Addressed
from crm.messages.rules import examples
from crm.messages.rules.links import link_to_nothing
from crm.messages.rules.rendering import MessageFacts, Rendered, render
from crm.messages.rules.vocabulary import LINKS
from crm.projects import queries as projects

# Older than any message, so nothing that was written counts against it.
NOT_YET = 0
EXAMPLE = "example"


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
    language = to.recipient.language
    outgoing = Outgoing(
        id=NOT_YET,
        public_name=tokens.public(),
        purpose=purpose,
        about_id=about_id,
        sequence=sequence,
        params=params or {},
        person_id=to.person.id,
        account_id=None,
        language=language,
        queued_at=clock.now(),
    )
    # The same function writes it when it leaves: what is shown here is what will be read.
    content = mail.kind_of(purpose).prepare(outgoing)
    if isinstance(content, Withheld):
        return None
    nowhere = link_to_nothing(language)
    values = {**content.values, **dict.fromkeys(LINKS & content.values.keys(), nowhere)}
    facts = MessageFacts(purpose, "", "", unsubscribe_url=nowhere if mail.is_bulk(purpose) else "")
    words = templates.words_for(purpose, language)
    return render(facts, words.with_own(content.own), values, templates.sender().name)


def is_example(outgoing: Outgoing) -> bool:
    """Whether a message is a test: words with made-up values, sent to whoever asked for it."""
    return EXAMPLE in outgoing.params


def example_content(outgoing: Outgoing, project_id: int | None) -> Content:
    """Return what goes into a test message to a colleague."""
    own = recipients.colleague(accounts.account(outgoing.account_id or 0))
    name = projects.project(project_id).name if project_id else mail.settings().sender_name
    example = examples.example(outgoing.params[EXAMPLE])
    # In the language of the words that are tried, whatever the colleague reads.
    own = replace(own, language=outgoing.language)
    nowhere = link_to_nothing(outgoing.language)
    values = example.values(outgoing.purpose, outgoing.language, project=name, link=nowhere)
    return Content(own, values)
