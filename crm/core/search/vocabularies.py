"""The words of each project, kept in memory and brought up to date at each question."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from crm.core.db.scope import unscoped
from crm.core.db.sessions import session
from crm.core.search.near_words import Vocabulary
from crm.core.search.words import SearchWord

MOST_PROJECTS = 8
_OPTIONS = unscoped("it names its project itself")


@dataclass(slots=True)
class _Kept:
    """The words of one project up to the newest that was read, with some that went since."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    newest: tuple[int, str] = (0, "")


_kept: WeakKeyDictionary[Engine | Connection, OrderedDict[int, _Kept]] = WeakKeyDictionary()
_lock = Lock()


def near(project_id: int, typed: list[str]) -> dict[str, list[tuple[int, str]]]:
    """
    Return for each typed word the words of the project near it, as `Vocabulary.near` does.

    One statement reads what other processes added since. A word that went meanwhile may be among
    them, so whoever uses one asks whether it is still there.
    """
    with _lock:
        vocabulary = _up_to_date(project_id)
        return {word: vocabulary.near(word) for word in typed}


def lacks(project_id: int | None, typed: list[str]) -> bool:
    """Whether the words of the project are known here, and none begins with one of those typed."""
    with _lock:
        kept = _kept.get(session().get_bind(), OrderedDict()).get(project_id or 0)
        return kept is not None and not all(map(kept.vocabulary.begins_one, typed))


def _up_to_date(project_id: int) -> Vocabulary:
    of_projects = _kept.setdefault(session().get_bind(), OrderedDict())
    kept = of_projects.setdefault(project_id, _Kept())
    of_projects.move_to_end(project_id)
    if len(of_projects) > MOST_PROJECTS:
        of_projects.popitem(last=False)
    rows = _words_from(project_id, kept.newest[0])
    if kept.newest[0] and (not rows or rows[0] != kept.newest):
        # The newest word is gone: who knows what else, so all are read anew.
        kept = of_projects[project_id] = _Kept()
        rows = _words_from(project_id, 0)
    kept.vocabulary.add(word for _id, word in rows)
    kept.newest = rows[-1] if rows else kept.newest
    return kept.vocabulary


def _words_from(project_id: int, first: int) -> list[tuple[int, str]]:
    statement = (
        select(SearchWord.id, SearchWord.word)
        .where(SearchWord.project_id == project_id, SearchWord.id >= first)
        .order_by(SearchWord.id)
    )
    rows = session().execute(statement, execution_options=_OPTIONS)
    return [(row_id, word) for row_id, word in rows]
