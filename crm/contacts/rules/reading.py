"""What lists of people are known by when a file is read, and vCards as such a list."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from crm.contacts.rules.full_names import taken_apart
from crm.contacts.rules.headings import field_of, recognised
from crm.contacts.rules.organisations import behind_name, names_organisation
from crm.core import words
from crm.core.i18n import LazyString, _l
from crm.intake.reading import files
from crm.intake.reading.tables import Links, Vocabulary
from crm.intake.reading.vcards import Contact, parts
from crm.stakeholders.rules.columns import FIELD_LABELS, Field, meant_helix
from crm.stakeholders.values.names import FormOfAddress

_BETWEEN = " ::: "
_TOWN, _POSTCODE = 3, 5
_NAMED = (Field.FORM_OF_ADDRESS, Field.FIRST_NAME, Field.PREFIX, Field.SURNAME)
# Part of an organisation: there is no field for it, so whoever imports says what becomes of it.
_DEPARTMENT = _l("Department")
_FORMS = {"M": "heer", "F": "mevrouw"}
_FORM_WORDS = {FormOfAddress.SIR: "heer", FormOfAddress.MADAM: "mevrouw"}


def _layout_of(headings: Iterable[str]) -> str | LazyString | None:
    layout = recognised(headings)
    return layout.label if layout else None


def _card(found: Contact) -> Mapping[str, str]:
    # Who a card is about is told by `_named`, which looks at all of it at once.
    named = _named(found)
    return {
        str(FIELD_LABELS[column] if column else _DEPARTMENT): named.get(column) or tells(found)
        for column, tells in _COLUMNS.items()
    }


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


def _organisation(found: Contact) -> str:
    return parts(found.first("ORG"), ";")[0].strip()


_COLUMNS: Mapping[Field | None, Callable[[Contact], str]] = {
    # Who a card is about is told by `_named`, which looks at all of it at once.
    **dict.fromkeys(_NAMED, lambda _found: ""),
    Field.ORGANISATION: _organisation,
    None: lambda found: ", ".join(filter(None, map(str.strip, parts(found.first("ORG"), ";")[1:]))),
    Field.ROLE: _role,
    Field.EMAIL: lambda found: _BETWEEN.join(filter(None, found.reachable("EMAIL"))),
    Field.PHONE: lambda found: _BETWEEN.join(filter(None, found.reachable("TEL"))),
    # The street, or else what stands beside it, or a box.
    Field.STREET: lambda found: next(filter(None, found.address()[2::-1]), ""),
    Field.POSTCODE: lambda found: found.address()[_POSTCODE],
    Field.TOWN: lambda found: found.address()[_TOWN],
    Field.WEBSITE: lambda found: found.text("URL"),
    Field.LANGUAGE: lambda found: found.first("LANG"),
    Field.TAGS: lambda found: _BETWEEN.join(
        tag.strip()
        for written in found.properties.get("CATEGORIES", ())
        for tag in parts(written.value, ",")
        if tag.strip()
    ),
    Field.NOTE: _note,
}
VOCABULARY = Vocabulary(
    field_of=field_of,
    layout_of=_layout_of,
    is_group=lambda cell: meant_helix(cell) is not None,
    row_numbers=frozenset({"", *words.read("contacts/headings").below("parts.row_numbers")}),
    links={Field.EMAIL: Links.EMAIL, Field.FULL_NAME: Links.NAME, Field.WEBSITE: Links.WEBSITE},
    card=_card,
)
read = partial(files.read, known=VOCABULARY)
