"""A file of vCards as a table, with a row for each card."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from crm.core.i18n import _l
from crm.stakeholders.importing import encodings, refusals
from crm.stakeholders.importing.columns import FIELD_LABELS, Field
from crm.stakeholders.importing.full_names import taken_apart
from crm.stakeholders.importing.organisation_roles import behind_name, names_organisation
from crm.stakeholders.importing.tables import LONGEST_CELL, MOST_ROWS, Reading, Table, make_table
from crm.stakeholders.importing.vcards.cards import Contact, cards, contact, parts
from crm.stakeholders.importing.vcards.lines import read_properties
from crm.stakeholders.names import FormOfAddress

_BETWEEN = " ::: "
_STREET, _TOWN, _POSTCODE = 2, 3, 5
# Part of an organisation: there is no field for it, so whoever imports says what becomes of it.
_DEPARTMENT = _l("Department")
_FORMS = {"M": "heer", "F": "mevrouw"}
_FORM_WORDS = {FormOfAddress.SIR: "heer", FormOfAddress.MADAM: "mevrouw"}


def is_vcards(content: bytes) -> bool:
    """Return whether a file begins as vCards do, in whatever encoding."""
    start = content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.upper().startswith(b"BEGIN:VCARD")


def read_vcards(content: bytes, encoding: str = "") -> Table:
    """
    Return the table of a file of vCards; cards that are lists of other cards have no row.

    The number of a row is that of its card.

    :raises UnreadableFile: if there are no cards, too many, or a text is too long
    """
    text, used = encodings.decode(content, encoding)
    if used.startswith(("utf-16", "utf-32")):
        content = text.encode("utf-8", "surrogatepass")
    lines = content.removeprefix(b"\xef\xbb\xbf")
    codec = "" if used.startswith("utf") else used
    try:
        table = make_table(_records(lines, codec), Reading(encoding=used, heading_row=1))
    except refusals.NoRows as refusal:
        raise refusals.NoCards from refusal
    return replace(table, numbers=tuple(number - 1 for number in table.numbers))


def _records(lines: bytes, encoding: str) -> Iterator[list[str]]:
    yield [_heading(column) for column in _COLUMNS]
    for number, card in enumerate(cards(read_properties(lines, encoding)), start=1):
        found = contact(card)
        if number > MOST_ROWS:
            raise refusals.TooManyRows
        yield [] if found.is_group else _cells(number, found)


def _heading(column: Field | None) -> str:
    return str(FIELD_LABELS[column] if column else _DEPARTMENT)


def _cells(number: int, found: Contact) -> list[str]:
    named = _named(found)
    cells = [named.get(column) or _COLUMNS[column](found) for column in _COLUMNS]
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise refusals.CardTooLong(number)
    return cells


def _named(found: Contact) -> Mapping[Field | None, str]:
    """Return who a card is about: a person by the parts of the name, or an organisation."""
    if found.is_organisation:
        return {Field.ORGANISATION: _organisation(found) or found.text("FN")}
    surname, first_name, others, before, _behind = found.name()
    if not first_name and found.text("FN") and (not surname or names_organisation(surname)):
        return _named_in_one(found)
    gender = _FORMS.get(parts(found.first("GENDER"), ";")[0].strip().upper(), "")
    return {
        Field.FORM_OF_ADDRESS: before or gender,
        Field.FIRST_NAME: first_name,
        Field.PREFIX: others,
        Field.SURNAME: surname,
    }


def _named_in_one(found: Contact) -> Mapping[Field | None, str]:
    """Return who a card is about that has only a whole name, and what stands around that."""
    text = found.text("FN")
    if names_organisation(text) and not _organisation(found):
        return {Field.ORGANISATION: text}
    whole, remark = taken_apart(text, FormOfAddress.NEUTRAL)
    where = behind_name(remark)
    placed: dict[Field | None, str] = {
        Field.ORGANISATION: _organisation(found) or where.organisation,
        Field.ROLE: _role(found) or where.role,
    }
    kept = "" if remark and {*where} <= {*placed.values(), ""} and any(where) else remark
    return {
        **placed,
        Field.FORM_OF_ADDRESS: _FORM_WORDS.get(whole.form_of_address, ""),
        Field.FIRST_NAME: whole.first_name or whole.initials,
        Field.PREFIX: whole.prefix,
        Field.SURNAME: whole.surname,
        Field.NOTE: "\n".join(filter(None, [_note(found), kept])),
    }


def _role(found: Contact) -> str:
    return found.text("TITLE") or found.text("ROLE")


def _note(found: Contact) -> str:
    return "\n".join(filter(None, found.texts("NOTE")))


def _nothing(_found: Contact) -> str:
    return ""


def _organisation(found: Contact) -> str:
    return parts(found.first("ORG"), ";")[0].strip()


def _department(found: Contact) -> str:
    return ", ".join(filter(None, map(str.strip, parts(found.first("ORG"), ";")[1:])))


def _street(found: Contact) -> str:
    box, more, street, *_rest = found.address()
    return street or more or box


def _tags(found: Contact) -> str:
    lists = found.properties.get("CATEGORIES", ())
    tags = [tag.strip() for one in lists for tag in parts(one.value, ",")]
    return _BETWEEN.join(filter(None, tags))


_COLUMNS: Mapping[Field | None, Callable[[Contact], str]] = {
    Field.FORM_OF_ADDRESS: _nothing,
    Field.FIRST_NAME: _nothing,
    Field.PREFIX: _nothing,
    Field.SURNAME: _nothing,
    Field.ORGANISATION: _organisation,
    None: _department,
    Field.ROLE: _role,
    Field.EMAIL: lambda found: _BETWEEN.join(filter(None, found.reachable("EMAIL"))),
    Field.PHONE: lambda found: _BETWEEN.join(filter(None, found.reachable("TEL"))),
    Field.STREET: _street,
    Field.POSTCODE: lambda found: found.address()[_POSTCODE],
    Field.TOWN: lambda found: found.address()[_TOWN],
    Field.WEBSITE: lambda found: found.text("URL"),
    Field.LANGUAGE: lambda found: found.first("LANG"),
    Field.TAGS: _tags,
    Field.NOTE: _note,
}
