"""The distinct words of what can be found, counted: by them what is typed wrong is repaired."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from crm.core.audit.writing import hold_chain
from crm.core.db.models import Base, SortKey
from crm.core.db.scope import unscoped
from crm.core.search.writing import words_in

SHORTEST = 3
_OPTIONS = unscoped("each statement names its project itself")


class SearchWord(Base):
    """
    One word, and in how many documents of a kind it stands; it goes with the last of them.

    Ids are given once and rise, also where a word goes: who knows the words up to one needs only
    those after it.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        UniqueConstraint("project_id", "word", "kind"),
        Index("ix_search_word_project_id_id", "project_id", "id"),
        {"sqlite_autoincrement": True},
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str]
    word: Mapped[str] = mapped_column(SortKey)
    documents: Mapped[int]


def kept_of(body: str) -> set[str]:
    """Return the words of a body that somebody may type wrong: numbers are not repaired."""
    return {word for word in words_in(body) if len(word) >= SHORTEST and word.isalpha()}


def write(active: Session, changes: Mapping[tuple[int, str, str], int]) -> None:
    """Add to the counts: (project, kind, word) → how many documents more; may be less."""
    places: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for (project_id, kind, word), more in changes.items():
        if more:
            places[project_id, kind][word] = more
    for (project_id, kind), words in sorted(places.items()):
        # Writers of one project wait for each other from here on, so ids rise as they commit.
        hold_chain(active, project_id)
        _add(active, project_id, kind, words)


def _add(active: Session, project_id: int, kind: str, words: Mapping[str, int]) -> None:
    sqlite = active.get_bind().dialect.name == "sqlite"
    where = {"project": project_id, "kind": kind}
    gone = [word for word, more in words.items() if more < 0]
    active.execute(
        text(_ADD_SQLITE if sqlite else _ADD_POSTGRESQL),
        {**where, "words": json.dumps(dict(words))},
        execution_options=_OPTIONS,
    )
    if gone:
        active.execute(
            text(_REMOVE_SQLITE if sqlite else _REMOVE_POSTGRESQL),
            {**where, "words": json.dumps(gone)},
            execution_options=_OPTIONS,
        )


_ADD_SQLITE = """
    INSERT INTO search_word (project_id, kind, word, documents)
    SELECT :project, :kind, key, value FROM json_each(:words) WHERE true
    ON CONFLICT (project_id, word, kind)
    DO UPDATE SET documents = search_word.documents + excluded.documents
"""
_ADD_POSTGRESQL = """
    INSERT INTO search_word (project_id, kind, word, documents)
    SELECT :project, :kind, key, CAST(value AS integer)
    FROM json_each_text(CAST(:words AS json))
    ON CONFLICT (project_id, word, kind)
    DO UPDATE SET documents = search_word.documents + excluded.documents
"""
_REMOVE_SQLITE = """
    DELETE FROM search_word WHERE project_id = :project AND kind = :kind AND documents <= 0
    AND word IN (SELECT value FROM json_each(:words))
"""
_REMOVE_POSTGRESQL = """
    DELETE FROM search_word WHERE project_id = :project AND kind = :kind AND documents <= 0
    AND word IN (SELECT json_array_elements_text(CAST(:words AS json)))
"""


def documents_with(
    active: Session, project_id: int | None, kinds: Iterable[str], beginnings: Iterable[str]
) -> dict[str, int]:
    """Return of these beginnings those of a word in a document of `kinds`, and in how many."""
    sqlite = active.get_bind().dialect.name == "sqlite"
    asked = {
        "project": project_id,
        "kinds": json.dumps(sorted(kinds)),
        "beginnings": json.dumps(sorted(set(beginnings))),
        "last": chr(0x10FFFF),
    }
    statement = text(_COUNT_SQLITE if sqlite else _COUNT_POSTGRESQL)
    rows = active.execute(statement, asked, execution_options=_OPTIONS)
    return {beginning: int(number) for beginning, number in rows}


_COUNT_SQLITE = """
    SELECT asked.value, sum(w.documents) FROM json_each(:beginnings) AS asked
    JOIN search_word AS w ON w.project_id = :project
        AND w.word >= asked.value AND w.word < asked.value || :last
    WHERE w.kind IN (SELECT value FROM json_each(:kinds))
    GROUP BY asked.value ORDER BY asked.value
"""
_COUNT_POSTGRESQL = """
    SELECT asked.value, sum(w.documents)
    FROM json_array_elements_text(CAST(:beginnings AS json)) AS asked (value)
    JOIN search_word AS w ON w.project_id = :project
        AND w.word >= asked.value COLLATE "C"
        AND w.word < (asked.value || CAST(:last AS text)) COLLATE "C"
    WHERE w.kind IN (SELECT json_array_elements_text(CAST(:kinds AS json)))
    GROUP BY asked.value ORDER BY asked.value COLLATE "C"
"""
