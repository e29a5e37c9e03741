"""Columns of a list: what their headings mean."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from crm.core.errors import Invalid
from crm.core.folding import fold
from crm.core.i18n import LazyString, _l


class Field(StrEnum):
    """What a column can hold, in the order in which it is offered."""

    FORM_OF_ADDRESS = "form_of_address"
    INITIALS = "initials"
    FIRST_NAME = "first_name"
    PREFIX = "prefix"
    SURNAME = "surname"
    FULL_NAME = "full_name"
    PARTNER_PREFIX = "partner_prefix"
    PARTNER_SURNAME = "partner_surname"
    NAME_USE = "name_use"
    ORGANISATION = "organisation"
    ROLE = "role"
    HELIX = "helix"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    POSTCODE = "postcode"
    TOWN = "town"
    AREA = "area"
    WEBSITE = "website"
    LANGUAGE = "language"
    TAGS = "tags"
    CONSENT_DATE = "consent_date"
    NOTE = "note"


FIELD_LABELS: Mapping[Field, LazyString] = {
    Field.FORM_OF_ADDRESS: _l("Form of address"),
    Field.INITIALS: _l("Initials"),
    Field.FIRST_NAME: _l("First name"),
    Field.PREFIX: _l("Prefix"),
    Field.SURNAME: _l("Surname"),
    Field.FULL_NAME: _l("Full name"),
    Field.PARTNER_PREFIX: _l("Prefix of the partner's surname"),
    Field.PARTNER_SURNAME: _l("Surname of the partner"),
    Field.NAME_USE: _l("Name use"),
    Field.ORGANISATION: _l("Organisation"),
    Field.ROLE: _l("Role"),
    Field.HELIX: _l("Helix"),
    Field.EMAIL: _l("E-mail address"),
    Field.PHONE: _l("Phone number"),
    Field.STREET: _l("Street and number"),
    Field.POSTCODE: _l("Postcode"),
    Field.TOWN: _l("Town"),
    Field.AREA: _l("Neighbourhood"),
    Field.WEBSITE: _l("Website"),
    Field.LANGUAGE: _l("Language"),
    Field.TAGS: _l("Tags"),
    Field.CONSENT_DATE: _l("Date of consent"),
    Field.NOTE: _l("Note"),
}


class NoNameColumn(Invalid):
    """No column says who a row is about."""

    message = _l("Choose at least one column that holds a name or an organisation.")


class ColumnTwice(Invalid):
    """Two columns hold a field that takes one."""

    message = _l("Another column holds this already. Choose one of them.")


SEVERAL = frozenset({Field.EMAIL, Field.PHONE, Field.TAGS, Field.NOTE})
"""Fields that more than one column may hold."""

_NAMING = frozenset(
    {
        Field.INITIALS,
        Field.FIRST_NAME,
        Field.SURNAME,
        Field.FULL_NAME,
        Field.PARTNER_SURNAME,
        Field.ORGANISATION,
    }
)

# Folded headings, Dutch and English, as Excel lists and the address books of Google and Outlook
# have them.
_KNOWN: Mapping[Field, str] = {
    Field.FORM_OF_ADDRESS: (
        "aanhef, aanspreekvorm, aanspreektitel, geslacht, title, form of address, salutation, "
        "name prefix"
    ),
    Field.INITIALS: "voorletters, initialen, voorletter, initials",
    Field.FIRST_NAME: "voornaam, voornamen, roepnaam, first name, firstname, given name, forename",
    Field.PREFIX: (
        "tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, tv, prefix, middle name, "
        "additional name, infix"
    ),
    Field.SURNAME: (
        "achternaam, familienaam, geslachtsnaam, last name, lastname, surname, family name"
    ),
    Field.FULL_NAME: (
        "naam, volledige naam, contactpersoon, naam contactpersoon, persoon, name, full name, "
        "contact, contact person, person"
    ),
    Field.PARTNER_PREFIX: (
        "tussenvoegsel partner, voorvoegsel partner, tussenvoegsel van de partner, "
        "partner prefix, prefix of the partner s surname"
    ),
    Field.PARTNER_SURNAME: (
        "achternaam partner, geslachtsnaam partner, naam partner, achternaam van de partner, "
        "partner surname, surname of the partner"
    ),
    Field.NAME_USE: "naamgebruik, aanduiding naamgebruik, name use",
    Field.ORGANISATION: (
        "organisatie, organisatienaam, naam organisatie, bedrijf, bedrijfsnaam, instelling, "
        "organisation, organization, organisation name, organization name, company, company "
        "name, organization 1 name, employer"
    ),
    Field.ROLE: (
        "functie, functietitel, rol, role, function, job title, position, organization title, "
        "organization 1 title"
    ),
    Field.HELIX: "helix, sector, partij, stakeholdergroep, stakeholder group",
    Field.EMAIL: (
        "e mail, email, mail, e mailadres, emailadres, mailadres, e mail adres, email adres, e "
        "mail address, email address, e mail 1 value, e mail 2 value, e mail 2, email 2, e mail "
        "2 address, e mail 3 address"
    ),
    Field.PHONE: (
        "telefoon, telefoonnummer, telefoonnr, tel, tel nr, telnr, mobiel, mobiele telefoon, "
        "mobiel nummer, gsm, telefoon mobiel, telefoon werk, telefoon 2, phone, phone number, "
        "telephone, mobile, mobile phone, business phone, home phone, primary phone, phone 1 "
        "value, phone 2 value"
    ),
    Field.STREET: (
        "straat, straat en nr, straat en nummer, straat en huisnummer, adres, straatnaam, "
        "street, street and number, address, business street, home street, address 1 street"
    ),
    Field.POSTCODE: (
        "postcode, pc, postal code, zip, zip code, business postal code, home postal code, "
        "address 1 postal code"
    ),
    Field.TOWN: (
        "plaats, woonplaats, vestigingsplaats, gemeente, stad, town, city, business city, home "
        "city, address 1 city"
    ),
    Field.AREA: "wijk, buurt, wijk of buurt, gebied, neighbourhood, neighborhood, area, district",
    Field.WEBSITE: "website, webadres, internet, web page, url, website 1 value",
    Field.LANGUAGE: "taal, voorkeurstaal, language",
    Field.TAGS: "trefwoorden, trefwoord, labels, tags, tag, keywords, categories",
    Field.CONSENT_DATE: (
        "datum toestemming, datum van toestemming, toestemming op, toestemmingsdatum, "
        "date of consent, consent date"
    ),
    Field.NOTE: (
        "opmerking, opmerkingen, notitie, notities, toelichting, note, notes, remark, remarks, "
        "comment, comments"
    ),
}
_FIELD_OF = {
    heading: field for field, headings in _KNOWN.items() for heading in headings.split(", ")
}


_LONGEST_KNOWN = 60
_NUMBERED = re.compile(r" \(\d{1,3}\)$")


def field_of(heading: str) -> Field | None:
    """Return what a column with this heading usually holds; a number behind a double is ignored."""
    return _FIELD_OF.get(fold(_NUMBERED.sub("", heading)))


def is_known(heading: str) -> bool:
    """Return whether this is the heading of a column that a list of contacts may have."""
    return len(heading) <= _LONGEST_KNOWN and field_of(heading) is not None


def propose_mapping(headings: Iterable[str]) -> dict[str, Field | None]:
    """
    Return what each column seems to hold, nothing for a heading that is not known.

    Of several columns for a field that takes one, the first in the list gets it. A whole name is
    only used where no column has the surname.
    """
    proposed: dict[str, Field | None] = {}
    taken: set[Field] = set()
    for heading in headings:
        field = field_of(heading)
        free = field is not None and (field in SEVERAL or field not in taken)
        proposed[heading] = field if free else None
        if field is not None:
            taken.add(field)
    if {Field.SURNAME, Field.FULL_NAME} <= taken:
        return {key: None if one is Field.FULL_NAME else one for key, one in proposed.items()}
    return proposed


def check_mapping(mapping: Mapping[str, Field | None]) -> None:
    """
    Hold the rules about a mapping; a refusal names the column by its place, from 0.

    :raises ColumnTwice: if two columns hold a field that takes one
    :raises NoNameColumn: if no column holds a name
    """
    taken: set[Field] = set()
    for at, field in enumerate(mapping.values()):
        if field in taken and field not in SEVERAL:
            raise ColumnTwice(field=f"column_{at}")
        if field is not None:
            taken.add(field)
    if taken.isdisjoint(_NAMING):
        raise NoNameColumn
