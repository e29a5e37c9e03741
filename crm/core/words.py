"""Words that people write, by what they mean, from the files of words of the features."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

Meaning = TypeVar("Meaning")
_FEATURES = Path(__file__).parents[1]


class BadWords(Exception):
    """A file of words cannot be used; the text names the file and what is wrong there."""


class WordFile:
    """The words of one file; what stands below a key may be grouped again, as by language."""

    def __init__(self, path: Path) -> None:
        """Read the file once: whoever imports a module with words learns that it is bad."""
        self._path = path
        try:
            self._tables = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as refusal:
            raise BadWords(f"{path}: {refusal}") from refusal

    def below(self, key: str) -> tuple[str, ...]:
        """
        Return the words below a key, with points between tables, in the order of the file.

        :raises BadWords: if there are none, one stands there twice, or something else than words
        """
        words = tuple(self._listed(self._at(key), key))
        twice = [word for word, count in Counter(words).items() if count > 1]
        if twice or not words:
            wrong = f"has {twice} twice" if twice else "is empty"
            raise BadWords(f"{self._path}: {key} {wrong}")
        return words

    def sets(self, key: str) -> tuple[frozenset[str], ...]:
        """
        Return each of the lists below a key.

        :raises BadWords: if there is none, or something else than lists of words
        """
        lists = self._at(key)
        if not isinstance(lists, list) or not all(isinstance(words, list) for words in lists):
            raise BadWords(f"{self._path}: {key} holds no lists of words")
        return tuple(frozenset(self._listed(words, key)) for words in lists)

    def meanings(self, key: str, meant: Callable[[str], Meaning]) -> Mapping[str, Meaning]:
        """
        Return what each word below a table means: what `meant` makes of the key that it stands at.

        :raises BadWords: if `meant` knows no such key (ValueError), or a word has two meanings
        """
        table = self._at(key)
        found: dict[str, Meaning] = {}
        for name in table if isinstance(table, dict) else ():
            try:
                meaning = meant(name)
            except ValueError as refusal:
                raise BadWords(f"{self._path}: {key}: {refusal}") from refusal
            for word in self.below(f"{key}.{name}"):
                if word in found:
                    raise BadWords(f"{self._path}: {word!r} has two meanings below {key}")
                found[word] = meaning
        return MappingProxyType(found)

    def pattern(self, key: str) -> str:
        """Return a regular expression for any of the words; a star stands for more letters."""
        return "|".join(re.escape(word).replace(r"\*", r"\w*") for word in self.below(key))

    def _at(self, key: str) -> object:
        found: object = self._tables
        for step in key.split("."):
            if not isinstance(found, dict) or step not in found:
                raise BadWords(f"{self._path}: there is no {key}")
            found = found[step]
        return found

    def _listed(self, found: object, key: str) -> Iterator[str]:
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict | list):
            for words in found.values() if isinstance(found, dict) else found:
                yield from self._listed(words, key)
        else:
            raise BadWords(f"{self._path}: {key} holds {found!r}, which is no word")


@cache
def read(name: str) -> WordFile:
    """
    Return the words of a file by feature and name: "contacts/headings".

    :raises BadWords: if there is no such file, or it is no TOML
    """
    feature, _slash, file = name.partition("/")
    return WordFile(_FEATURES / feature / "words" / f"{file}.toml")
