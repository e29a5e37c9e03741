"""Words that people write, read from files."""

from enum import StrEnum
from pathlib import Path

import pytest

from crm.core.normalisation import fold
from crm.core.words import BadWords, WordFile, read

LOOKED_UP = (
    ("contacts/headings", "fields"),
    ("contacts/headings", "around"),
    ("stakeholders/helixes", "words"),
    ("stakeholders/languages", "words"),
    ("stakeholders/names", "form_of_address"),
    ("contacts/names", "nobody"),
    ("design_sessions/attendance", "headings"),
)


class Colour(StrEnum):
    """What the words of these tests mean."""

    RED = "red"
    BLUE = "blue"


@pytest.fixture
def word_file(tmp_path: Path) -> Path:
    return tmp_path / "colours.toml"


def test_words_of_all_languages_keep_the_order_of_the_file(word_file: Path) -> None:
    word_file.write_text('[red]\nnl = ["rood", "rode"]\nen = ["red"]\n')

    assert WordFile(word_file).below("red") == ("rood", "rode", "red")


def test_a_word_means_the_key_that_it_stands_at(word_file: Path) -> None:
    word_file.write_text('[colours]\nred = ["rood"]\nblue = {nl = ["blauw"], en = ["azure"]}\n')

    found = WordFile(word_file).meanings("colours", Colour)

    assert found == {"rood": Colour.RED, "blauw": Colour.BLUE, "azure": Colour.BLUE}


def test_each_list_is_a_set_of_its_own(word_file: Path) -> None:
    word_file.write_text('lists = [["rood", "rode"], ["rood"]]\n')

    assert WordFile(word_file).sets("lists") == (frozenset({"rood", "rode"}), frozenset({"rood"}))


def test_a_star_in_a_pattern_stands_for_letters(word_file: Path) -> None:
    word_file.write_text('red = ["*rood", "n.v."]\n')

    assert WordFile(word_file).pattern("red") == r"\w*rood|n\.v\."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[colours]\nred = ["rood"', "colours.toml"),
        ('[colours]\ngreen = ["groen"]', "green"),
        ('[colours]\nred = ["rood"]\nblue = ["rood"]', "'rood' has two meanings"),
        ('[colours]\nred = ["rood", "rood"]', "twice"),
        ("[colours]\nred = []", "empty"),
        ("[colours]\nred = [1]", "no word"),
        ("[shapes]\nround = ['rond']", "there is no colours"),
    ],
)
def test_a_bad_file_says_what_is_wrong(word_file: Path, text: str, said: str) -> None:
    word_file.write_text(text)

    with pytest.raises(BadWords, match=said) as caught:
        WordFile(word_file).meanings("colours", Colour)

    assert str(word_file) in str(caught.value)


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(BadWords, match="nothing"):
        read("stakeholders/nothing")


@pytest.mark.parametrize(("name", "table"), LOOKED_UP)
def test_words_to_look_up_are_folded(name: str, table: str) -> None:
    words = read(name).below(table)

    assert [word for word in words if fold(word) != word] == []
