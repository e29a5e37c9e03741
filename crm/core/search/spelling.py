"""Words that are typed wrong, repaired by the words that the index holds."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from crm.core.db.scope import project_in_scope, unscoped
from crm.core.db.sessions import session
from crm.core.permissions import Actor
from crm.core.search import documents
from crm.core.search.documents import SearchWord
from crm.core.search.index_queries import begun
from crm.core.search.near_words import Vocabulary, mistakes_in
from crm.core.search.question import Question, literal, numbers_in, words_of
from crm.core.search.sources import open_to, sieves_of

MOST_PROJECTS = 8
_OPTIONS = unscoped("it names its project itself")


@dataclass(slots=True)
class _Kept:
    """The words of one project up to the newest that was read, with some that went since."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    newest: tuple[int, str] = (0, "")


_kept: WeakKeyDictionary[Engine | Connection, OrderedDict[int, _Kept]] = WeakKeyDictionary()
_lock = Lock()


def _up_to_date(project_id: int) -> Vocabulary:
    of_projects = _kept.setdefault(session().get_bind(), OrderedDict())
    kept = of_projects.setdefault(project_id, _Kept())
    of_projects.move_to_end(project_id)
    if len(of_projects) > MOST_PROJECTS:
        of_projects.popitem(last=False)
    # With the newest itself, to see whether it is still there.
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


MOST_INSTEAD = 5


def repaired(actor: Actor, typed: str) -> Question:
    """
    Return the question in which each word that leads `actor` to nothing stands for those near it.

    A word leads somewhere if any word that the actor may find begins with it. Else it stands for
    the nearest of these words, at most five, those of most documents first. Like every word they
    are beginnings: "dijstra" finds "Dijkstralaan" too. Three statements at most for who sees
    everything.
    """
    project_id, asked = project_in_scope(), words_of(typed)
    doubtful = [word for word in asked if mistakes_in(word)]
    if project_id is None or not doubtful:
        return literal(typed)
    with _lock:
        # One statement reads what other processes added since. A word that went meanwhile may be
        # among those that are near, so it is asked below whether each is still there.
        vocabulary = _up_to_date(project_id)
        near = {word: vocabulary.near(word) for word in doubtful}
    wanted = [*near, *(word for found in near.values() for _mistakes, word in found)]
    leading = _leading(actor, wanted)
    instead = [
        (word,) if word in leading or word not in near else _instead(word, near[word], leading)
        for word in asked
    ]
    changed = any(words != (word,) for word, words in zip(asked, instead, strict=True))
    with_numbers = zip(instead, numbers_in(asked), strict=True)
    return Question(tuple(near + number for near, number in with_numbers), is_repaired=changed)


def seems_wrong(typed: str) -> bool:
    """Whether no word that this process knows of the project begins with one that was typed."""
    doubtful = [word for word in words_of(typed) if mistakes_in(word)]
    with _lock:
        kept = _kept.get(session().get_bind(), OrderedDict()).get(project_in_scope() or 0)
        return kept is not None and not all(map(kept.vocabulary.begins_one, doubtful))


def _leading(actor: Actor, beginnings: Sequence[str]) -> dict[str, int]:
    """Return of these beginnings those of a word that the actor may find, and of how many."""
    sieves = sieves_of(actor)
    # The counts hold hidden words too, so kinds with a sieve are asked by way of that.
    kinds = [kind for kind in open_to(actor) if kind not in sieves]
    leading = documents.documents_with(session(), project_in_scope(), kinds, beginnings)
    for kind, sieve in sieves.items():
        unknown = [word for word in dict.fromkeys(beginnings) if word not in leading]
        called = {word for word in unknown if sieve.behind(Question(((word,),))) is not None}
        leading |= dict.fromkeys(begun(kind, unknown, sieve) | called, 1)
    return leading


def _instead(
    word: str, near: Sequence[tuple[int, str]], leading: dict[str, int]
) -> tuple[str, ...]:
    there = [(mistakes, found) for mistakes, found in near if found in leading]
    nearest = [found for mistakes, found in there if mistakes == there[0][0]]
    best = sorted(nearest, key=lambda found: (-leading[found], found))
    return tuple(best[:MOST_INSTEAD]) or (word,)
