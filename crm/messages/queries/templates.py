"""Questions about templates: the words of messages per purpose and language, and who says them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from crm.accounts.models import Account
from crm.core import mail
from crm.core.db import project_in_scope, session, unscoped
from crm.core.mail import Purpose
from crm.messages.models import MessageTemplate
from crm.messages.rules import texts
from crm.messages.rules.mime import Sender
from crm.messages.rules.rendering import Words
from crm.projects.models import Project
from crm.stakeholders.models import Person

_OF_INSTALLATION = "words of the installation, which belong to no project"


@dataclass(frozen=True, slots=True)
class Overview:
    """Where the words for one purpose stand in one language; version 0 are our own."""

    purpose: Purpose
    language: str
    version: int
    made_at: datetime | None
    made_by: str
    is_changed: bool
    is_lacking: bool


def newest(purpose: Purpose, language: str) -> MessageTemplate | None:
    """Return the newest version, of the project in scope or else of the installation."""
    statement, options = _versions(purpose, language)
    return session().scalar(statement.limit(1), execution_options=options)


def versions(purpose: Purpose, language: str) -> list[MessageTemplate]:
    """Return all versions, the newest first."""
    statement, options = _versions(purpose, language)
    return list(session().scalars(statement, execution_options=options))


def _versions(purpose: Purpose, language: str) -> tuple[Select[MessageTemplate], dict[str, Any]]:
    statement = (
        select(MessageTemplate)
        .where(MessageTemplate.purpose == purpose, MessageTemplate.language == language)
        .order_by(MessageTemplate.version.desc())
    )
    if project_in_scope() is not None:
        return statement, {}
    return statement.where(MessageTemplate.project_id.is_(None)), unscoped(_OF_INSTALLATION)


def overview(purposes: Sequence[Purpose], languages: Sequence[str]) -> list[Overview]:
    """Return where the words stand for each purpose in each language, in that order."""
    newer = aliased(MessageTemplate)
    is_newer = and_(
        newer.project_id == MessageTemplate.project_id,
        newer.purpose == MessageTemplate.purpose,
        newer.language == MessageTemplate.language,
        newer.version > MessageTemplate.version,
    )
    statement = (
        select(MessageTemplate, Account.name)
        .outerjoin(Account, Account.id == MessageTemplate.made_by_id)
        .outerjoin(newer, is_newer)
        .where(newer.id.is_(None))
        .order_by(MessageTemplate.id)
    )
    found = {
        (template.purpose, template.language): (template, author)
        for template, author in session().execute(statement)
    }
    overviews: list[Overview] = []
    for purpose, language in product(purposes, languages):
        newest, author = found.get((purpose, language), (None, None))
        ours = texts.built_in(purpose, language)
        overview = Overview(
            purpose,
            language,
            version=newest.version if newest else 0,
            made_at=newest.made_at if newest else None,
            made_by=author or "",
            # Version 1 is often our own words, kept because a message was sent with them.
            is_changed=newest is not None and (newest.subject, newest.body) != ours,
            is_lacking=newest is None and ours is None,
        )
        overviews.append(overview)
    return overviews


def languages() -> list[str]:
    """Return our own languages, and those in which people are written to or words are written."""
    of_people = select(Person.language).distinct()
    of_words = select(MessageTemplate.language).distinct()
    others = {*session().scalars(of_people), *session().scalars(of_words)}
    return list(dict.fromkeys([*texts.LANGUAGES, *sorted(others)]))


def authors(found: Iterable[MessageTemplate]) -> dict[int, str]:
    """Return the names of the colleagues who wrote versions, by their id."""
    ids = {template.made_by_id for template in found if template.made_by_id is not None}
    statement = select(Account.id, Account.name).where(Account.id.in_(ids)).order_by(Account.id)
    return {row.id: row.name for row in session().execute(statement)}


def is_there(purpose: Purpose, language: str) -> bool:
    """Whether there are words for a purpose in this language, of the project or our own."""
    return texts.built_in(purpose, language) is not None or newest(purpose, language) is not None


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


def version_of(template_id: int | None) -> str:
    """Return by which words a message was written, in short: nl 3."""
    found = session().get(MessageTemplate, template_id) if template_id is not None else None
    return f"{found.language} {found.version}" if found else ""


def sender() -> Sender:
    """Return whose mail it is: that of the project in scope, or else of this installation."""
    settings = mail.settings()
    # The address stays that of the installation: only for it mail servers vouch.
    asked = select(Project.name, Project.reply_address).where(Project.id == project_in_scope())
    name, answers = session().execute(asked).first() or ("", "")
    return Sender(settings.sender, name or settings.sender_name, answers)
