"""The table of a list is at hand as long as it is used, and not a moment longer."""

import weakref

from crm.intake.reading.tables import Table, table_of, table_text


def test_a_table_is_made_once_while_it_is_used_and_let_go_after_that() -> None:
    text = table_text(Table(("Naam",), (("Vos",),), (2,)))

    table = table_of(text)
    is_the_same = table_of(text) is table
    left = weakref.ref(table)
    del table

    assert is_the_same
    assert left() is None
    assert table_of(text).rows == (("Vos",),)
