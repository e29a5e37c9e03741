"""Questions about templates: the words of messages, per purpose and language."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from crm.core.db import project_in_scope, session, unscoped
from crm.core.mail import Purpose
from crm.messages import texts
from crm.messages.composing import Words
from crm.messages.models import MessageTemplate

_OF_INSTALLATION = "words of the installation, which belong to no project"


def newest(purpose: Purpose, language: str) -> MessageTemplate | None:
    """Return the newest version, of the project in scope or else of the installation."""
    statement, options = _versions(purpose, language)
    return session().scalar(statement.limit(1), execution_options=options)


def versions(purpose: Purpose, language: str) -> list[MessageTemplate]:
    """Return all versions, the newest first."""
    statement, options = _versions(purpose, language)
    return list(session().scalars(statement, execution_options=options))


def languages_lacking(purpose: Purpose, languages: Iterable[str]) -> list[str]:
    """Return those of the languages in which there are no words for this purpose yet."""
    wanted = sorted(set(languages) - set(texts.LANGUAGES))
    if not wanted:
        return []
    statement = select(MessageTemplate.language).where(
        MessageTemplate.purpose == purpose, MessageTemplate.language.in_(wanted)
    )
    there = set(session().scalars(statement.distinct()))
    return [language for language in wanted if language not in there]


def words_for(purpose: Purpose, language: str, template_id: int | None = None) -> Words:
    """
    Return the words of a message: the pinned ones, the newest, or else our own.

    A language that nobody wrote words in gets our own in English, for a message that cannot wait.
    """
    pinned = session().get(MessageTemplate, template_id) if template_id is not None else None
    found = pinned or newest(purpose, language)
    if found is not None:
        return Words(found.language, found.subject, found.body)
    near = texts.near(language)
    return Words(near, *texts.ours(purpose, near))


def _versions(purpose: Purpose, language: str) -> tuple[Select[MessageTemplate], dict[str, Any]]:
    statement = (
        select(MessageTemplate)
        .where(MessageTemplate.purpose == purpose, MessageTemplate.language == language)
        .order_by(MessageTemplate.version.desc())
    )
    if project_in_scope() is not None:
        return statement, {}
    return statement.where(MessageTemplate.project_id.is_(None)), unscoped(_OF_INSTALLATION)
