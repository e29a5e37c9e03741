"""Known layouts: lists whose columns are always the same."""

from collections.abc import Iterable, Mapping

from crm.core.errors import Invalid
from crm.core.i18n import _
from crm.stakeholders.importing.columns import Field, propose_mapping

LAYOUTS: Mapping[str, Mapping[str, Field]] = {
    "nl_excel": {
        "Aanhef": Field.FORM_OF_ADDRESS,
        "Voornaam": Field.FIRST_NAME,
        "Tussenvoegsel": Field.PREFIX,
        "Achternaam": Field.SURNAME,
        "Organisatie": Field.ORGANISATION,
        "Functie": Field.ROLE,
        "Straat en nr": Field.STREET,
        "Postcode": Field.POSTCODE,
        "Plaats": Field.TOWN,
        "Telefoon": Field.PHONE,
        "E-mail": Field.EMAIL,
        "Helix": Field.HELIX,
        "Datum toestemming": Field.CONSENT_DATE,
        "Opmerking": Field.NOTE,
    }
}


class LayoutUnknown(Invalid):
    """No layout has this name."""


class LayoutDiffers(Invalid):
    """The file has none of the columns of the layout."""


def mapping_for(headings: Iterable[str], layout: str = "") -> dict[str, Field | None]:
    """
    Return what each column holds by the layout with this name; without a name by its heading.

    :raises LayoutUnknown: if no layout has this name
    :raises LayoutDiffers: if the file has no column of the layout
    """
    if not layout:
        return propose_mapping(headings)
    if layout not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        message = _("There is no layout %(name)s. Known: %(known)s.", name=layout, known=known)
        raise LayoutUnknown(message)
    columns = LAYOUTS[layout]
    found = {heading: columns.get(heading) for heading in headings}
    if not any(found.values()):
        raise LayoutDiffers(_("This file has none of the columns of %(name)s.", name=layout))
    return found
