"""Whether the surname stands first in a column of whole names without commas: "Bos Anna"."""

from collections import Counter
from collections.abc import Iterable
from itertools import islice, pairwise

from crm.core.normalisation import fold
from crm.stakeholders import names

# First names that are hardly ever surnames, folded: Dutch, Frisian, and of the countries around
# the North Sea and where many who live there come from.
_NAMES = (
    "jan piet kees henk gerard wim johan hans peter paul mark marc erik eric rob robert ruud frank "
    "bert ben bart tom tim tijs thijs daan sem luuk luc lars bram sander jeroen marcel michel "
    "maarten martijn mathijs matthijs joost joop jaap koos theo ton toon leo marco rene ronald "
    "roel ries rien harm harrie harry hendrik gerrit gert geert jelle sjoerd wiebe douwe sietse "
    "tjeerd anne auke femke froukje sjoukje tjitske wytske hinke baukje jos jeffrey kevin "
    "dennis patrick remco stefan wouter niels pieter willem karel anton arjan arie aad adriaan "
    "anna anja annie anneke annemiek annemarie ans astrid bea beatrix bianca brigitte carla "
    "carolien caroline charlotte christina claudia corrie daphne diana dora dorien elisabeth ellen "
    "els elly emma esther eva fenna fleur floor gerda gerrie greet greetje hanneke hannie heleen "
    "helena henny hetty ida ilse ina ineke inge ingrid irene iris jacqueline janneke jannie "
    "jantje jet jolanda jose joke judith julia karin kim klaske laura lies liesbeth lieke linda "
    "lisa lotte lucy maaike margriet maria marian marianne marieke marijke marije marion marjan "
    "marleen marloes martine mieke mirjam miriam monique nancy natasja nel nicole nienke nora "
    "olga patricia petra ria riet rita roos ruth sandra sanne sara sarah saskia silvia simone "
    "sofie sophie suzanne sylvia tessa thea tineke trudy truus ursula wendy wil wilma yvonne "
    "ahmed ali mohamed mohammed mustafa mehmet hasan ibrahim yusuf omar fatma fatima ayse aisha "
    "emine khadija samira yasmin zeynep james john george andrew david stephen susan karen mary "
    "jane alice heike jurgen wolfgang gunter uwe birgit sabine renate ulrike soren lars "
    "mette lene kirsten anders bjorn sven ingrid astrid magnus kare pierre jean marie elodie "
    "luc nathalie veronique zoe noor noa tess milou jip teun gijs"
)
_GIVEN = frozenset(_NAMES.split())
_ROWS, _FEWEST = 2_000, 3
_MOST_WORDS = 6
# So many more rows have it behind the surname than before it.
_HARDLY_EVER = 20


def surname_stands_first(cells: Iterable[str]) -> bool:
    """Return whether a first name stands at the end of most names, and hardly ever in front."""
    told = [words for words in map(str.split, islice(cells, _ROWS)) if _tells(words)]
    order = [(_is_given(one[0]), _is_given(_without_prefixes(one)[0][-1])) for one in told]
    in_front = Counter(
        words[0]
        for words, given in zip(told, order, strict=True)
        if given == (False, True) and not _is_title(words[0])
    )
    behind, before = in_front.total(), order.count((True, False))
    # "Juf Anna", "Juf Els": that is no surname.
    differ = len(in_front) >= _FEWEST and max(in_front.values()) * 2 <= behind
    is_usual = behind * 2 >= len(told) - before
    return differ and is_usual and before * _HARDLY_EVER <= behind


def with_comma_behind_surname(text: str) -> str:
    """Return a name of such a column as it is written elsewhere: "Vries, Jan de"; one by one."""
    words, prefixes = _without_prefixes(text.split())
    is_alone = len(words) < 2 or _is_title(words[0])  # noqa: PLR2004 - both names
    if is_alone or "," in text or (_is_given(words[0]) and not _is_given(words[-1])):
        return text
    pairs = enumerate(pairwise(words), start=1)
    given = (at for at, pair in pairs if _is_given(pair[1]) and not names.is_prefix(pair[0]))
    start = next(given, len(words) - 1)
    return f"{' '.join(words[:start])}, {' '.join([*words[start:], *prefixes])}"


def _tells(words: list[str]) -> bool:
    """Return whether there is a name and another, without a comma."""
    return 1 < len(words) <= _MOST_WORDS and not any("," in one for one in words)


def _is_given(word: str) -> bool:
    return not names.is_prefix(word) and fold(word.partition("-")[0]) in _GIVEN


def _is_title(word: str) -> bool:
    is_small = word[:1].islower() and "'" not in word and not names.is_prefix(word)
    return is_small or word.endswith(".") or names.knows_form_of_address(word)


def _without_prefixes(words: list[str]) -> tuple[list[str], list[str]]:
    """Return a name without prefixes at its end, and those: "Vries Jan" and "de"."""
    end = len(words)
    while end > 2 and names.is_prefix(words[end - 1]):  # noqa: PLR2004 - two names stay
        end -= 1
    return words[:end], words[end:]
