"""Headings of columns: what they mean in lists from Excel and from address books."""

import re
from collections.abc import Iterable, Mapping

from crm.core.folding import fold
from crm.stakeholders.importing.columns import SEVERAL, Field
from crm.stakeholders.importing.headings_elsewhere import BARE_FIRST_NAMES, ELSEWHERE

# Folded headings in Dutch and English, and as the programs of the countries around the North Sea
# write them: German, French, Danish, Swedish, Norwegian. Others stand in headings_elsewhere.py.
_KNOWN: Mapping[Field, str] = {
    Field.FORM_OF_ADDRESS: (
        "aanhef, aanspreekvorm, aanspreektitel, geslacht, title, form of address, salutation, "
        "name prefix, titel, anrede, civilite, titre, m v, dhr mevr, tiltale, civility, "
        "individual prefix"
    ),
    Field.INITIALS: "voorletters, initialen, voorletter, initials, voorl, initiales, initialer",
    Field.FIRST_NAME: (
        "voornaam, voornamen, roepnaam, first name, firstname, given name, given names, "
        "forename, vorname, vornamen, rufname, prenom, fornavn, fornamn, 1e voornaam, "
        "roepn, voorn"
    ),
    Field.PREFIX: (
        "tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, voorv, tv, tussenv, tvs, "
        "tussen, "
        "prefix, middle name, middlename, additional name, infix, middelste naam, tweede "
        "voornaam, weitere vornamen, zweiter vorname, namenszusatz, deuxieme prenom, "
        "mellemnavn, mellomnavn, mellannamn"
    ),
    Field.SURNAME: (
        "achternaam, familienaam, geslachtsnaam, last name, lastname, surname, family name, "
        "nachname, familienname, zuname, nom, nom de famille, efternavn, efternamn, etternavn, "
        "achtern, achternaam tussenv, achternaam tussenvoegsel"
    ),
    Field.FULL_NAME: (
        "naam, volledige naam, contactpersoon, naam contactpersoon, persoon, name, full name, "
        "fullname, contact, contact person, contact name, contactnaam, person, deelnemer, naam "
        "deelnemer, deelnemers, participant, display name, weergavenaam, voor en achternaam, "
        "vollstandiger name, vor und nachname, ansprechpartner, kontakt, kontaktperson, "
        "teilnehmer, achternaam voornaam, naam voornaam, last name first name, "
        "surname first name, name original name, naam oorspronkelijke naam, gebruikersnaam, "
        "naam en voornaam, voornaam en achternaam, voornaam achternaam, naam contact, "
        "voornaam naam, user name, attendee, attendee name, genodigde, "
        "nom complet, nom et prenom, navn, fulde navn, namn, fullstandigt namn"
    ),
    Field.PARTNER_PREFIX: (
        "tussenvoegsel partner, voorvoegsel partner, tussenvoegsel van de partner, partner "
        "prefix, prefix of the partner s surname"
    ),
    Field.PARTNER_SURNAME: (
        "achternaam partner, geslachtsnaam partner, naam partner, achternaam van de partner, "
        "partner surname, surname of the partner"
    ),
    Field.NAME_USE: "naamgebruik, aanduiding naamgebruik, name use",
    Field.ORGANISATION: (
        "organisatie, organisatienaam, naam organisatie, naam van de organisatie, bedrijf, "
        "bedrijfsnaam, naam bedrijf, instelling, werkgever, organisation, organization, "
        "organisation name, organization name, company, company name, organization 1 name, "
        "employer, current employer, relatienaam, klantnaam, account name, firma, "
        "firmenname, unternehmen, einrichtung, societe, "
        "entreprise, organisme, virksomhed, firmanavn, foretag, bedrift, organisasjon, "
        "handelsnaam"
    ),
    Field.ROLE: (
        "functie, functietitel, functienaam, rol, role, function, job title, jobtitle, "
        "position, organization title, organization 1 title, funktion, berufsbezeichnung, "
        "jobtitel, fonction, titre du poste, poste occupe, stilling, stillingsbetegnelse, "
        "befattning"
    ),
    Field.KIND: "soort organisatie, type organisatie, kind of organisation, type of organisation",
    Field.SECOND_HELIX: "tweede helix, second helix",
    Field.HELIX: "helix, sector, partij, stakeholdergroep, stakeholder group",
    Field.EMAIL: (
        "e mail, email, mail, user email, e mailadres, emailadres, mailadres, e mail adres, "
        "email adres, e "
        "mail address, email address, e mail value, e mail adresse, email adresse, mailadresse, "
        "e mailadresse, adresse e mail, adresse email, adresse de messagerie, courriel, e post, "
        "epost, e postadresse, e postadress, "
        "e mail gebruiker"
    ),
    Field.PHONE: (
        "telefoon, telefoonnummer, telefoonnr, tel, tel nr, telnr, mobiel, mobiele telefoon, "
        "mobiel telefoonnummer, mobiele telefoonnummer, telefoonnummer mobiel, tel mobiel, "
        "phone mobile, phone iphone, mobile phone number, mobil nummer, "
        "mobiel nummer, mobielnummer, mobiele nummer, gsm, gsm nummer, vast nummer, vaste "
        "telefoon, telefoon mobiel, telefoon vast, hoofdtelefoon, phone, phone number, "
        "telephone, telephone number, mobile, mobile phone, mobile number, cell, cell phone, "
        "phone value, telefon, telefonnummer, telefonnr, rufnummer, mobil, mobiltelefon, "
        "mobilnummer, mobilfunk, handy, handynummer, haupttelefon, tel mobil, tel mobile, "
        "tel portable, "
        "telephone mobile, telephone portable, numero de telephone, portable, tlf, "
        "mobiltelefonnummer"
    ),
    Field.STREET: (
        "straat, straat en nr, straat en nummer, straat en huisnummer, adres, straatnaam, "
        "adresregel, postadres, bezoekadres, street, street and number, street address, "
        "address, address line, address street, strasse, strasse und hausnummer, strasse "
        "hausnummer, strasse nr, anschrift, adresse, rue, vej, vejnavn, gade, gate, "
        "gateadresse, gatuadress, adress, "
        "vestigingsadres, straat nr, adres straat"
    ),
    Field.POSTCODE: (
        "postcode, pc, postal code, zip, zip code, zip postal code, address postal code, plz, "
        "postleitzahl, code postal, postnummer, postnr, "
        "pc woonplaats, pc plaats, postcode woonplaats, postcode plaats, adres postcode, "
        "postcode en woonplaats, postcode en plaats"
    ),
    Field.TOWN: (
        "plaats, woonplaats, plaatsnaam, vestigingsplaats, gemeente, stad, town, city, address "
        "city, ort, wohnort, stadt, ville, localite, commune, by, bynavn, postort, poststed, "
        "kommune, "
        "adres plaats"
    ),
    Field.AREA: (
        "wijk, buurt, wijk of buurt, gebied, neighbourhood, neighborhood, area, district, "
        "stadtteil, quartier, bydel, stadsdel"
    ),
    Field.WEBSITE: (
        "website, web site, webadres, webpagina, internet, internetadres, web page, url, homepage, "
        "website value, webseite, page web, site web, hjemmeside, webbplats, webbsida, "
        "nettside, webside"
    ),
    Field.LANGUAGE: "taal, voorkeurstaal, language, sprache, langue, sprog, sprak",
    Field.TAGS: (
        "trefwoorden, trefwoord, labels, label, tags, tag, groepen, keywords, categories, "
        "category, categorie, categorieen, group membership, groups, group, kategorien, kategorie, "
        "schlagworter, stichworter, mots cles, etiquettes, kategorier, nogleord, nyckelord"
    ),
    Field.CONSENT_DATE: (
        "datum toestemming, datum van toestemming, toestemming op, toestemmingsdatum, date of "
        "consent, consent date"
    ),
    Field.RECORD: "kring nr, kring number",
    Field.CODE: "kring code",
    Field.NOTE: (
        "opmerking, opmerkingen, notitie, notities, toelichting, note, notes, remark, remarks, "
        "comment, comments, description, omschrijving, beschrijving, notiz, notizen, "
        "bemerkung, bemerkungen, anmerkung, anmerkungen, "
        "remarque, remarques, commentaire, commentaires, noter, notat, notater, anteckningar, "
        "bemaerkninger, kommentar, kommentarer, "
        "opm"
    ),
}
_FIELD_OF = {
    heading: field
    for known in (ELSEWHERE, _KNOWN)
    for field, headings in known.items()
    for heading in headings.split(", ")
}


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Part of an address only where there is a street too.
_HOUSE_NUMBERS = _words(
    "huisnummer huisnr nr nummer hausnummer husnummer toevoeging toev huisletter",
    "huisnummertoevoeging",
)
# Also the heading of whole names: with first names beside it, it holds surnames.
_BARE_NAMES = _words("naam name navn namn")
# Words around a heading that say which address or number is meant.
_HOME = _words(
    "thuis prive huis huisadres thuisadres home private privat privatadresse domicile personnel",
    "personnelle hjem hjemme hem bostad",
)
_OTHER = _words(
    "ander andere anders overig overige other alternate weitere weiterer weiteres autre anden",
    "andet annan annen",
)
_AROUND = (
    _HOME
    | _OTHER
    | _words(
        "werk werkadres zakelijk zakelijke kantoor zaak business work office geschaftlich",
        "geschaftliche geschaftsadresse dienstlich buro bureau professionnel professionnelle",
        "travail arbejde arbete arbeid op van het de fur primary primair primaire algemeen main",
        "principal direct wat is je uw jouw jullie mijn your my what s please enter vul in svp aub",
    )
)
_LONGEST_KNOWN = 60
_BRACKETS = re.compile(r"\([^()]*\)")
_SQUARE = re.compile(r"\[([^\[\]]+)\]\s*$")
_APART = re.compile(r"[/|]")
_ASKED_FOR = _words(
    "naam name voornaam achternaam organisatie organisation emailadres mailadres email",
    "telefoonnummer postcode woonplaats functie opmerkingen opmerking",
)
_NUMBERED = re.compile(r" \(\d{1,3}\)$")


def field_of(heading: str) -> Field | None:
    """Return what a column with this heading usually holds; "Telefoon (werk) 2" is a telephone."""
    # LimeSurvey: "Wat is uw naam? [Voornaam]".
    asked = _SQUARE.search(heading)
    found = _exactly(fold(asked[1])) if asked else None
    return found or _exactly(fold(_NUMBERED.sub("", heading))) or _in_part(heading)


def _in_part(heading: str) -> Field | None:
    """Return what "Bedrijf / organisatie", "Naam (verplicht)" or a question asks for."""
    parts = _APART.split(_BRACKETS.sub(" ", heading))
    fields = {one for one in map(_exactly, map(fold, parts)) if one is not None}
    if fields == {Field.POSTCODE, Field.TOWN}:  # "9401 AB Assen" is parted when it is read
        return Field.POSTCODE
    if not fields and heading.rstrip().endswith("?"):
        fields = {_FIELD_OF[word] for word in fold(heading).split() if word in _ASKED_FOR}
    return fields.pop() if len(fields) == 1 else None


def _exactly(words: str) -> Field | None:
    if words in _FIELD_OF:
        return _FIELD_OF[words]
    kept = [word for word in words.split() if word not in _AROUND and not word.isdigit()]
    return _FIELD_OF.get(" ".join(kept))


def is_known(heading: str) -> bool:
    """Return whether this is the heading of a column that a list of contacts may have."""
    return 0 < len(heading) <= _LONGEST_KNOWN and field_of(heading) is not None


def propose_mapping(
    headings: Iterable[str], layout: Mapping[str, Field | None] | None = None
) -> dict[str, Field | None]:
    """
    Return what each column seems to hold, nothing for a heading that is not known.

    Of several columns for a field that takes one, the first in the list gets it; an address at
    home only where there is no other. A whole name is only used where no column has the surname.

    :param layout: what the columns of a known layout hold, by folded heading
    """
    named = list(headings)
    found = {one: _field(one, layout or {}) for one in named}
    _take_bare_names(found)
    proposed = {one: field if field in SEVERAL else None for one, field in found.items()}
    taken: set[Field] = set()
    for heading in sorted(named, key=_distance):
        field = found[heading]
        if field is not None and field not in taken:
            proposed[heading] = field
            taken.add(field)
    _join_streets(proposed)
    if {Field.SURNAME, Field.FULL_NAME} <= taken:
        return {key: None if one is Field.FULL_NAME else one for key, one in proposed.items()}
    return proposed


def _field(heading: str, layout: Mapping[str, Field | None]) -> Field | None:
    folded = fold(_NUMBERED.sub("", heading))
    return layout[folded] if folded in layout else field_of(heading)


def _take_bare_names(found: dict[str, Field | None]) -> None:
    """Take "Naam" beside initials for the surname, and "Nome" without one for the whole name."""
    fields = set(found.values())
    if Field.SURNAME in fields:
        return
    parts = fields & {Field.FIRST_NAME, Field.INITIALS, Field.PREFIX}
    for heading in found:
        if fold(heading) in BARE_FIRST_NAMES:
            found[heading] = Field.FULL_NAME
        elif fold(heading) in _BARE_NAMES and parts:
            found[heading] = Field.SURNAME


def _distance(heading: str) -> int:
    """Return 0 for a heading without more or about work, 1 about home, 2 about another address."""
    words = set(fold(heading).split())
    return 2 if words & _OTHER else int(bool(words & _HOME))


def _join_streets(proposed: dict[str, Field | None]) -> None:
    """Leave one street, with the columns for its number behind it."""
    streets = [one for one, field in proposed.items() if field is Field.STREET]
    if not streets:
        return
    chosen = min(streets, key=_distance)
    for heading in streets:
        if heading != chosen:
            proposed[heading] = None
    for heading in proposed:
        if fold(heading) in _HOUSE_NUMBERS:
            proposed[heading] = Field.STREET
