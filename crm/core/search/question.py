"""What is asked: its folded words, and for each the words that it stands for."""

from dataclasses import dataclass

from crm.core.folding import fold

MOST_WORDS = 8
LONGEST_WORD = 40
LONGEST_QUESTION = 500
# An index takes only so much of one text.
LONGEST_BODY = 100_000


@dataclass(frozen=True, slots=True)
class Question:
    """
    A question as it goes to the index.

    :ivar words: for each word asked the beginnings that are as good: itself, or what is near it
    :ivar is_repaired: whether something else is looked for than what was typed
    """

    words: tuple[tuple[str, ...], ...]
    is_repaired: bool = False

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def looked_for(self) -> str:
        """What is looked for, as a line of words."""
        return " ".join(" / ".join(word) for word in self.words)

    def fits(self, words: set[str]) -> bool:
        """Whether `words` hold, for each word asked, one that begins with it."""
        return all(any(word.startswith(near) for word in words) for near in self.words)


def words_of(question: str) -> list[str]:
    """Return the folded words of a question, at most eight of forty characters."""
    folded = fold(question[:LONGEST_QUESTION])
    return [word[:LONGEST_WORD] for word in folded.split()[:MOST_WORDS]]


def literal(question: str) -> Question:
    """Return the question for what was typed, and nothing else."""
    return Question(tuple((word,) for word in words_of(question)))


def indexed(text: str) -> str:
    """Return `text` as the index holds it: folded, no word longer than can be asked for."""
    return " ".join(word[:LONGEST_WORD] for word in fold(text[:LONGEST_BODY]).split())
