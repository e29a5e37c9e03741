"""Messages to nobody: the words with the values of a made-up recipient, to look at."""

from dataclasses import replace

from crm.accounts import queries as accounts
from crm.accounts import recipients
from crm.core import mail
from crm.core.mail import Content, Outgoing, Purpose
from crm.messages.composing import Example, example
from crm.messages.links import link_to_nothing
from crm.projects import queries as projects

EXAMPLE = "example"


def is_one(outgoing: Outgoing) -> bool:
    """Whether a message is a test: words with made-up values, sent to whoever asked for it."""
    return EXAMPLE in outgoing.params


def content(outgoing: Outgoing, project_id: int | None) -> Content:
    """Return what goes into a test message to a colleague."""
    own = recipients.colleague(accounts.account(outgoing.account_id or 0))
    name = projects.project(project_id).name if project_id else mail.settings().sender_name
    shown = example(outgoing.params[EXAMPLE])
    own = replace(own, language=outgoing.language)
    return Content(own, values(shown, outgoing.purpose, outgoing.language, project=name))


def values(shown: Example, purpose: Purpose, language: str, *, project: str) -> dict[str, str]:
    """Return the values of a message to an example; its links lead to no page of anybody."""
    nowhere = link_to_nothing(language)
    return shown.values(purpose, language, project=project, link=nowhere)
