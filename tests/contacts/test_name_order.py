"""Lists in which the surname stands first without a comma."""

import pytest

from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.stakeholders.values.names import full_name


def called(*typed: str) -> list[str]:
    text = "\n".join(["Naam;Organisatie", *(f"{one};Actium" for one in typed)])
    table = read(text.encode(), "lijst.csv")
    return [full_name(one.name) for one in read_rows(table, mapping_for(table.headings))]


def test_all_names_show_that_the_surname_stands_first() -> None:
    typed = (
        "Bos Anna", "Vries Jan de", "de Boer Kees", "Meer van der Els", "Smit Jan Willem",
        "Bakker Smit Anna", "Dam A.", "Yılmaz Deniz", "ten Kate Marijke", "d'Ancona Eva",
        "Vos, Piet", "Jansen",
    )  # fmt: skip

    assert called(*typed) == [
        "Anna Bos", "Jan de Vries", "Kees de Boer", "Els van der Meer", "Jan Willem Smit",
        "Anna Bakker Smit", "A. Dam", "Deniz Yılmaz", "Marijke ten Kate", "Eva d'Ancona",
        "Piet Vos", "Jansen",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        ("Anna Bos", "Jan Smit", "Petra Vos", "Dam Kees"),
        ("Bos Anna", "Smit Jan"),
        ("Bos Anna", "Smit Jan", "Vos Petra", "Kees Dam"),
        ("Jan Peter", "Karel Jan", "Maria Anna"),
        ("Juf Marijke", "Meester Tim", "Juf Els"),
        ("Bewoner Jan", "Bewoner Els", "Bewoner Piet"),
    ],
)
def test_names_are_left_where_not_all_show_it(typed: tuple[str, ...]) -> None:
    assert called(*typed) == list(typed)
