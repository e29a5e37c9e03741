"""Which words are near one that was typed: calculation alone, the same for both databases."""

from collections import defaultdict
from collections.abc import Iterable

from crm.core.libraries import OSA, process

# A mistake is a letter too many, too few or another one, or two neighbours swapped.
ONE_MISTAKE_FROM = 4
TWO_MISTAKES_FROM = 8
UNFINISHED_FROM = 5
# More than stand instead in the end: some may be gone by now, or are not for this reader.
MOST_NEAR = 20


def mistakes_in(word: str) -> int:
    """Return how many mistakes a typed word may hold: none in a short one or in a number."""
    if len(word) < ONE_MISTAKE_FROM or not word.isalpha():
        return 0
    return 2 if len(word) >= TWO_MISTAKES_FROM else 1


class Vocabulary:
    """Words to which what is typed is compared, by their length."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words: dict[int, set[str]] = defaultdict(set)
        # Beginnings of longer words, by their length; made when they are first asked for.
        self._beginnings: dict[int, set[str]] = {}
        self.add(words)

    def add(self, words: Iterable[str]) -> None:
        """Add words; those that are there stay."""
        for word in words:
            self._words[len(word)].add(word)
            for length, beginnings in self._beginnings.items():
                if len(word) > length:
                    beginnings.add(word[:length])

    def begins_one(self, typed: str) -> bool:
        """Whether a word begins with what was typed."""
        return typed in self._words[len(typed)] or typed in self._beginning(len(typed))

    def near(self, typed: str) -> list[tuple[int, str]]:
        """
        Return (mistakes, word) of the words nearest to `typed`, the nearest first, at most twenty.

        Where no whole word is near, `typed` may be unfinished: then the beginnings of words that
        are near it, of its length or longer by its mistakes.
        """
        most, length = mistakes_in(typed), len(typed)
        if not most:
            return []
        whole = [self._words[size] for size in range(length - most, length + most + 1)]
        found = _nearest(typed, whole, most)
        if found or length < UNFINISHED_FROM:
            return found
        longer = [self._beginning(size) for size in range(length, length + most + 1)]
        return _nearest(typed, longer, most)

    def _beginning(self, length: int) -> set[str]:
        if length not in self._beginnings:
            longer = (words for size, words in self._words.items() if size > length)
            self._beginnings[length] = {word[:length] for words in longer for word in words}
        return self._beginnings[length]


def _nearest(typed: str, choices: Iterable[set[str]], most: int) -> list[tuple[int, str]]:
    found = [
        (int(distance), word)
        for words in choices
        for word, distance, _key in process.extract(
            typed, words, scorer=OSA.distance, score_cutoff=most, limit=None
        )
    ]
    return sorted(set(found))[:MOST_NEAR]
