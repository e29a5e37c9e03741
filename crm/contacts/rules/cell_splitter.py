"""Cells that hold several fields at once, parted before they are read."""

import re

from crm.contacts.rules import full_names
from crm.contacts.rules.cell_text import ORGANISATIONS, is_crossed, is_left_open
from crm.contacts.rules.organisations import names_organisation, told_apart
from crm.core import words
from crm.core.normalisation import fold
from crm.stakeholders.rules.columns import CROSSES, PERSONAL, Field
from crm.stakeholders.values import names

# Longer than any name or address; what is looked for in one takes the square of its length.
_LONGEST = 500
Cells = dict[Field, list[str]]
"""The cells of a row by field; a field without any is not there."""

_POSTCODE = r"(?P<postcode>[1-9]\d{3}\s?[A-Za-z]{2})"
_TOWN = r"(?P<town>[^\W\d].*)"
_POSTCODE_TOWN = re.compile(rf"{_POSTCODE}[,\s]+{_TOWN}")
# "8000 Aarhus C", "DK-8000 Aarhus", "651 84 Karlstad"; letters behind four digits are Dutch.
_ABROAD = r"(?P<postcode>(?:[A-Z]{1,3}-)?(?:\d{4,5}|\d{3} \d{2}))"
_TOWN_ABROAD = re.compile(rf"{_ABROAD}\s+(?P<town>[^\W\d_]{{3,}}.*)")
_STREET = r"(?P<street>[^\n]*?\d[^\n]*?)"
_ADDRESSES = (
    re.compile(rf"{_STREET}[,\s]+{_POSTCODE}[,\s]+{_TOWN}", re.DOTALL),
    # As newsletters write it: "Dorpsstraat 1  Assen  9401 AB NL".
    re.compile(
        rf"{_STREET}(?:\s{{2,}}|\s*[,\n]\s*)(?P<town>[^\W\d][^\n,]*?)[,\s]+{_POSTCODE}", re.DOTALL
    ),
    re.compile(rf"{_STREET}\s*[,\n]\s*{_ABROAD}\s+(?P<town>[^\W\d_]{{3,}}[^\n,]*)"),
)
# In both columns of a row: a word, or an article and a word.
_NO_PERSON = re.compile(r"(?:(?:de|het|the|'t) )?\S+", re.IGNORECASE)
# Where somebody works for nobody; that is no organisation, but says who they are.
_NO_ORGANISATION = frozenset(words.read("contacts/cells").below("cells.no_organisation"))
_COUNTRY_BEHIND = re.compile(r"[,\s]+(?:NL|Nederland|(?:The )?Netherlands)\s*$", re.IGNORECASE)


def part(cells: Cells) -> list[str]:
    """Put what stands in one cell into the field of each, and return what belongs to none."""
    # In this order: an address among numbers may be what a name stands before, and who is an
    # organisation is only clear once the name stands alone.
    if cells.get(Field.SURNAME):
        cells.pop(Field.FULL_NAME, None)
    # Lists put "mevrouw" where "van der" is asked.
    prefixes = cells.get(Field.PREFIX, [])
    if prefixes and not names.is_prefix(prefixes[0]) and names.knows_form_of_address(prefixes[0]):
        cells.setdefault(Field.FORM_OF_ADDRESS, cells.pop(Field.PREFIX))
    # A cell with an address goes where addresses are; numbers in it are told apart there.
    numbers = cells.get(Field.PHONE, [])
    if moved := [cell for cell in numbers if "@" in cell]:
        cells[Field.PHONE] = [cell for cell in numbers if cell not in moved]
        cells[Field.EMAIL] = [*cells.get(Field.EMAIL, ()), *moved]
    _part_name_and_address(cells)
    _named_as_organisation(cells)
    place = cells.get(Field.ORGANISATION)
    if place and fold(place[0]) in _NO_ORGANISATION and any(map(cells.get, PERSONAL)):
        cells.setdefault(Field.ROLE, cells.pop(Field.ORGANISATION))
    if not cells.get(Field.TOWN):
        _part_place(cells)
    return [*_part_affiliation(cells), *_crossed(cells), *_degrees(cells)]


def _part_name_and_address(cells: Cells) -> None:
    whole = cells.get(Field.FULL_NAME)
    if whole and len(whole[0]) <= _LONGEST:
        name, address = full_names.address_behind(full_names.without_bullet(whole[0]))
        name, number = full_names.number_behind(name)
        # The number may have stood behind the address.
        if not address:
            name, address = full_names.address_behind(name)
        cells[Field.FULL_NAME] = [name]
        for field, text in ((Field.EMAIL, address), (Field.PHONE, number)):
            if text:
                cells[field] = [*cells.get(field, ()), text]
    elif cells.get(Field.EMAIL) and not any(map(cells.get, PERSONAL)):
        name, address = full_names.address_behind(cells[Field.EMAIL][0])
        if address and fold(name) != fold(cells.get(Field.ORGANISATION, [""])[0]):
            cells[Field.FULL_NAME] = [name]


def _named_as_organisation(cells: Cells) -> None:
    """Take the name of what is called an organisation in its row for that of an organisation."""
    sort = cells.pop(Field.SORT, [""])[0]
    called = {field: cells[field][0] for field in PERSONAL if field in cells}
    alone = called.keys() <= {Field.FULL_NAME} or called.keys() <= {Field.SURNAME}
    whole = " ".join(called.values())
    own = cells.get(Field.ORGANISATION, [])
    is_same = alone and [fold(whole)] == list(map(fold, own[:1]))
    is_whole = alone and (
        (is_same and bool(_NO_PERSON.fullmatch(whole)))
        or (names_organisation(whole) and (is_same or not own))
    )
    if called and (is_whole or fold(sort) in ORGANISATIONS):
        for field in called:
            cells.pop(field)
        cells.setdefault(Field.ORGANISATION, [" ".join(called.values())])


def _part_place(cells: Cells) -> None:
    """Part "9401 AB Assen" and "Dorpsstraat 1, 9401 AB Assen"."""
    if postcode := cells.get(Field.POSTCODE):
        found = _POSTCODE_TOWN.fullmatch(postcode[0]) or _TOWN_ABROAD.fullmatch(postcode[0])
    else:
        whole = " ".join(cells.get(Field.STREET, ()))
        whole = _COUNTRY_BEHIND.sub("", whole) if len(whole) <= _LONGEST else ""
        found = next(filter(None, (pattern.fullmatch(whole) for pattern in _ADDRESSES)), None)
        if found:
            cells[Field.STREET] = [found["street"].rstrip(" ,")]
    if found:
        cells[Field.POSTCODE], cells[Field.TOWN] = [found["postcode"]], [found["town"]]


def _part_affiliation(cells: Cells) -> list[str]:
    """Part organisation and role; what a column of its own has already is a remark."""
    left = []
    for field, first in _AFFILIATIONS.items():
        for text in cells.pop(field, ()):
            told = zip((Field.ORGANISATION, Field.ROLE), told_apart(text, first), strict=True)
            for own, said in told:
                if said and cells.setdefault(own, [said])[0] != said:
                    left.append(said)
    return left


_AFFILIATIONS = {Field.ORGANISATION_ROLE: Field.ORGANISATION, Field.ROLE_ORGANISATION: Field.ROLE}


def _crossed(cells: Cells) -> list[str]:
    """Put crosses in place of a helix; the second is that of an organisation, others a remark."""
    found, left = [], []
    for field, helix in CROSSES.items():
        for cell in cells.pop(field, ()):
            if is_crossed(cell):
                found.append(helix.value)
            elif not is_left_open(cell):
                left.append(cell)
    for helix_field in (Field.HELIX, Field.SECOND_HELIX):
        if found and not cells.get(helix_field):
            cells[helix_field] = [found.pop(0)]
    return [*left, *found]


def _degrees(cells: Cells) -> list[str]:
    found = []
    for field in (Field.FIRST_NAME, Field.SURNAME):
        typed = cells.get(field)
        if typed and len(typed[0]) <= _LONGEST:
            bare, titles = full_names.without_titles(typed[0])
            bare, remark = full_names.without_remark(bare, is_any=field is Field.SURNAME)
            if bare.strip():
                cells[field] = [bare]
                found += [*titles, *filter(None, [remark])]
    return found
