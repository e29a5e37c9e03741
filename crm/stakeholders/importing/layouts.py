"""Known layouts: lists whose columns are always the same, because a program made them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm.core.errors import Invalid
from crm.core.i18n import LazyString, _, _l
from crm.core.normalisation import fold
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.headings import field_of, propose_mapping


@dataclass(frozen=True, slots=True)
class Layout:
    """
    A layout: what it is called, by which folded headings one knows it, and what is special.

    :param known_by: sets of headings; a list that has all of one set has this layout
    :param columns: what columns hold that elsewhere mean something else, by folded heading
    """

    label: str | LazyString
    known_by: tuple[frozenset[str], ...]
    columns: Mapping[str, Field | None] = field(default_factory=dict)


def _sets(*lists: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(one.split(", ")) for one in lists)


LAYOUTS: Mapping[str, Layout] = {
    "google": Layout(
        _l("Google Contacts"),
        _sets(
            "first name, phonetic first name, labels",
            "first name, last name, organization name, labels",
        ),
        {"nickname": None, "file as": None},
    ),
    "google_old": Layout(
        _l("Google Contacts (before 2024)"),
        _sets(
            "given name, family name, group membership", "given name, additional name, yomi name"
        ),
        # Google fills in its own name for a field that nobody uses.
        {"location": None, "gender": None},
    ),
    "outlook": Layout(
        "Outlook",
        _sets(
            "first name, last name, e mail address, business phone",
            "first name, last name, e mail address, business street",
            "first name, last name, e mail address, e mail display name",
            "voornaam, achternaam, e mailadres, telefoon op werk",
            "voornaam, achternaam, e mailadres, telefoon werk",
            "voornaam, achternaam, e mailadres, e mail weergegeven naam",
            "voornaam, middelste naam, achternaam, achtervoegsel",
            "vorname, nachname, e mail adresse, telefon geschaftlich",
            "vorname, weitere vornamen, nachname, suffix",
            "prenom, nom, adresse de messagerie, telephone bureau",
            "prenom, deuxieme prenom, nom, suffixe",
            "fornavn, efternavn, mellemnavn, suffiks",
        ),
        {"title": Field.FORM_OF_ADDRESS, "titel": Field.FORM_OF_ADDRESS, "gender": None},
    ),
    "directory": Layout(
        _l("a directory (LDAP)"),
        _sets("cn, sn, mail", "givenname, sn, mail", "cn, givenname, sn"),
        {
            "cn": Field.FULL_NAME,
            "sn": Field.SURNAME,
            "o": Field.ORGANISATION,
            "l": Field.TOWN,
            "title": Field.ROLE,
            "ou": None,
        },
    ),
    "mail": Layout(
        _l("messages from Outlook"),
        _sets("van naam, van adres, onderwerp", "from name, from address, subject"),
        {
            "van naam": Field.FULL_NAME,
            "van adres": Field.EMAIL,
            "from name": Field.FULL_NAME,
            "from address": Field.EMAIL,
            **dict.fromkeys(("aan naam", "aan adres", "to name", "to address")),
            **dict.fromkeys(("cc naam", "cc adres", "cc name", "cc address")),
            **dict.fromkeys(("bcc naam", "bcc adres", "bcc name", "bcc address")),
        },
    ),
    "linkedin": Layout(
        "LinkedIn",
        _sets("first name, last name, company, position, connected on"),
        {"url": None},
    ),
    "teams": Layout(
        "Microsoft Teams",
        _sets(
            "name, first join, last leave",
            "naam, eerste deelname, laatst verlaten",
            "full name, user action, timestamp",
            "name, join time, leave time, role",
        ),
        # Who led the meeting, which is no role of theirs.
        {"role": None, "rol": None},
    ),
    "nl_excel": Layout(
        _l("a list with Dutch headings"),
        _sets("voornaam, tussenvoegsel, achternaam", "voorletters, tussenvoegsel, achternaam"),
    ),
}


class LayoutUnknown(Invalid):
    """No layout has this name."""


class LayoutDiffers(Invalid):
    """The file has none of the columns of the layout."""


def recognised(headings: Iterable[str]) -> Layout | None:
    """Return the layout that these are the headings of, if we know it."""
    folded = {fold(heading) for heading in headings}
    for layout in LAYOUTS.values():
        if any(one <= folded for one in layout.known_by):
            return layout
    return None


def mapping_for(headings: Iterable[str], layout: str = "") -> dict[str, Field | None]:
    """
    Return what each column holds by the layout with this name; without a name by its heading.

    :raises LayoutUnknown: if no layout has this name
    :raises LayoutDiffers: if the file has no column of the layout
    """
    named = list(headings)
    if not layout:
        found = recognised(named)
        return propose_mapping(named, found.columns if found else None)
    if layout not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        message = _("There is no layout %(name)s. Known: %(known)s.", name=layout, known=known)
        raise LayoutUnknown(message)
    if not any(map(field_of, named)):
        raise LayoutDiffers(_("This file has none of the columns of %(name)s.", name=layout))
    return propose_mapping(named, LAYOUTS[layout].columns)
