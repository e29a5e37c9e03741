"""Any bytes given to the importer end in a table that is understood, or in a clear message."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.intake.reading.refusals import UnreadableFile
from crm.intake.reading.tables import Reading
from tests.contacts.damage import damaged, is_workbook, seeds
from tests.depth import examples

SEEDS = seeds()
TEXTS = [seed for seed in SEEDS if not is_workbook(seed[0])]


def understood(content: bytes, name: str, how: Reading) -> None:
    said, found = "", []
    try:
        table = read(content, name, how)
    except UnreadableFile as refusal:
        said = str(refusal)
    else:
        found = list(read_rows(table, mapping_of(table)))
        assert [one.row for one in found] == list(table.numbers)
    assert said or found


@settings(deadline=None, max_examples=examples(120))
@given(
    st.integers(0, 2**32),
    st.sampled_from(TEXTS),
    st.builds(
        Reading,
        st.sampled_from(["", "", "utf-8", "cp1252", "utf-16-le", "mac-roman"]),
        st.sampled_from(["", "", ";", ",", "\t", "^"]),
        st.sampled_from(["", "", '"', "'", "-"]),
        st.sampled_from([0, 0, 1, 3, 900]),
    ),
)
def test_a_damaged_text_is_understood_or_refused(
    number: int, seed: tuple[str, bytes], how: Reading
) -> None:
    understood(damaged(random.Random(number), seed, TEXTS), seed[0], how)


@settings(deadline=None, max_examples=examples(8))
@given(st.integers(0, 2**32), st.sampled_from([seed for seed in SEEDS if is_workbook(seed[0])]))
def test_a_damaged_workbook_is_understood_or_refused(number: int, seed: tuple[str, bytes]) -> None:
    understood(damaged(random.Random(number), seed, SEEDS), seed[0], Reading())
