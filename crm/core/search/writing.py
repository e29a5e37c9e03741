"""The words of a document as the index holds them: which are hidden, and of which kind it is."""

from collections.abc import Sequence

from crm.core.search.question import indexed, number_word

# Signs that no folded text holds, so nobody can ask for a word that has one, and that both engines
# take for a part of the word.
_HIDDEN, _KIND = "§", "¶"


def hidden(word: str) -> str:
    """Return a word as it stands in the index for those alone who may find everything."""
    return f"{_HIDDEN}{word}"


def kind_word(kind: str) -> str:
    """Return the word that every document of a kind holds."""
    return f"{_KIND}{kind}"


def body(kind: str, words: str, hidden_words: str, numbers: Sequence[str] = ()) -> str:
    """Return all words of a document, as they were typed, in the way that the index holds them."""
    kept = [hidden(word) for word in indexed(hidden_words).split()]
    called = [hidden(word) for word in map(number_word, numbers) if word]
    return " ".join([*indexed(words).split(), *kept, *called, kind_word(kind)])


def words_in(body: str) -> list[str]:
    """Return the words of a document, hidden or not."""
    return [word.removeprefix(_HIDDEN) for word in body.split() if not word.startswith(_KIND)]
