"""Words of messages: written as versions that never change."""

from crm.core.db import lock, project_in_scope, session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.mail import Purpose
from crm.messages import texts
from crm.messages.models import MessageTemplate
from crm.messages.queries import templates
from crm.projects.models import Project


class LanguageLacking(Conflict):
    """Nobody wrote words in the language of a recipient yet."""

    message = _l("There are no words in this language yet. Write them first.")


def pinned(purpose: Purpose, language: str) -> MessageTemplate:
    """
    Return the words that a message is written with, whatever is changed later; inside a command.

    Where a project wrote none, our own become its version 1. Without a project, our own are
    returned as they are and not kept.

    :raises LanguageLacking: if there are none in this language
    """
    found = templates.newest(purpose, language)
    if found is not None:
        return found
    ours = texts.built_in(purpose, language)
    if ours is None:
        raise LanguageLacking
    made = _version(purpose, language, ours, number=1)
    project_id = project_in_scope()
    return made if project_id is None else _kept(made, project_id)


def _kept(first: MessageTemplate, project_id: int) -> MessageTemplate:
    # Two who send for the first time at once wait for each other here.
    lock(session().get_one(Project, project_id))
    found = templates.newest(first.purpose, first.language)
    if found is None:
        session().add(first)
        session().flush()
    return found or first


def _version(
    purpose: Purpose, language: str, words: tuple[str, str], *, number: int
) -> MessageTemplate:
    subject, body = words
    return MessageTemplate(
        purpose=purpose, language=language, version=number, subject=subject, body=body
    )
