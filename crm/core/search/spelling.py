"""What is typed wrong, repaired before the index is asked: the same step for both databases."""

from collections.abc import Sequence

from crm.core.db.scope import project_in_scope
from crm.core.db.sessions import session
from crm.core.permissions import Actor
from crm.core.search import vocabularies, words
from crm.core.search.index_queries import begun
from crm.core.search.near_words import mistakes_in
from crm.core.search.question import Question, literal, numbers_in, words_of
from crm.core.search.sources import open_to, sieves_of

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
    near = vocabularies.near(project_id, doubtful)
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
    return vocabularies.lacks(project_in_scope(), doubtful)


def _leading(actor: Actor, beginnings: Sequence[str]) -> dict[str, int]:
    """Return of these beginnings those of a word that the actor may find, and of how many."""
    sieves = sieves_of(actor)
    kinds = [kind for kind in open_to(actor) if kind not in sieves]
    leading = words.documents_with(session(), project_in_scope(), kinds, beginnings)
    for kind, sieve in sieves.items():
        unknown = [one for one in dict.fromkeys(beginnings) if one not in leading]
        called = {one for one in unknown if sieve.behind(Question(((one,),))) is not None}
        leading |= dict.fromkeys(begun(kind, unknown, sieve) | called, 1)
    return leading


def _instead(
    word: str, near: Sequence[tuple[int, str]], leading: dict[str, int]
) -> tuple[str, ...]:
    there = [(mistakes, found) for mistakes, found in near if found in leading]
    nearest = [found for mistakes, found in there if mistakes == there[0][0]]
    best = sorted(nearest, key=lambda found: (-leading[found], found))
    return tuple(best[:MOST_INSTEAD]) or (word,)
