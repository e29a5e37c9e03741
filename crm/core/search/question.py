"""What somebody asks, as words; and how documents hold the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from crm.core.normalisation import fold

MOST_WORDS = 8
LONGEST_WORD = 40
LONGEST_QUESTION = 500
# An index takes only so much of one text.
LONGEST_BODY = 100_000
# A sign that no folded text holds, before the digits of a telephone number, the last one first.
_NUMBER = "¤"
LEAST_DIGITS, MOST_DIGITS = 6, 20


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
        read = ([near for near in word if not near.startswith(_NUMBER)] for word in self.words)
        return " ".join(" / ".join(word) for word in read)

    def fits(self, words: set[str]) -> bool:
        """Whether `words` hold, for each word asked, one that begins with it."""
        return all(any(word.startswith(near) for word in words) for near in self.words)


def words_of(question: str) -> list[str]:
    """Return the folded words of a question, at most eight of forty characters."""
    folded = fold(question[:LONGEST_QUESTION])
    # Cut as the index cuts them, so that a longer word still finds itself.
    return [word[:LONGEST_WORD] for word in folded.split()[:MOST_WORDS]]


def literal(question: str) -> Question:
    """Return the question for what was typed, and nothing else."""
    words = words_of(question)
    with_numbers = zip(words, numbers_in(words), strict=True)
    return Question(tuple((word, *number) for word, number in with_numbers))


def numbers_in(words: Sequence[str]) -> list[tuple[str, ...]]:
    """
    Return for each folded word the telephone number that it is a part of, as the index holds it.

    "06-12345678", "+31 (0)6 1234 5678" and the last six digits or more lead to the same number.
    """
    numbers: list[tuple[str, ...]] = []
    for is_number, some in groupby(words, key=lambda word: word.isascii() and word.isdecimal()):
        part = list(some)
        # The zero of "+31 (0)6" stands by itself, and is dialled or not.
        digits = part[0] + "".join(word for word in part[1:] if word != "0")
        # And without what only tells how to dial: "00", "0".
        ways = dict.fromkeys(map(number_word, (digits, digits.lstrip("0"))))
        numbers += [tuple(filter(None, ways)) if is_number else ()] * len(part)
    return numbers


def number_word(number: str) -> str:
    """Return the word under which a telephone number is found by its last digits, if any is."""
    digits = "".join(sign for sign in number if sign.isascii() and sign.isdecimal())
    # Backwards, so that the last digits are the beginning of a word, as everything that is asked.
    return _NUMBER + digits[::-1] if LEAST_DIGITS <= len(digits) <= MOST_DIGITS else ""


def indexed(text: str) -> str:
    """Return `text` as the index holds it: folded, no word longer than can be asked for."""
    return " ".join(word[:LONGEST_WORD] for word in fold(text[:LONGEST_BODY]).split())


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


BEFORE, LENGTH = 6, 24
MORE = "…"


def excerpt(text: str, question: Question) -> str:
    """Return about a line of `text`, around the first of its words that was asked for."""
    words = text.split()
    asked = tuple(near for word in question.words for near in word)
    parts = (fold(word).split() for word in words)
    hits = (at for at, folded in enumerate(parts) if any(part.startswith(asked) for part in folded))
    start = max(0, next(hits, 0) - BEFORE)
    shown = " ".join(words[start : start + LENGTH])
    before = f"{MORE} " if start else ""
    after = f" {MORE}" if len(words) > start + LENGTH else ""
    return f"{before}{shown}{after}"
