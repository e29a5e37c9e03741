"""Headings of columns, folded, by what stands below them."""

from collections.abc import Mapping

from crm.stakeholders.importing.columns import Field

# Folded headings in Dutch and English, and as the programs of the countries around the North Sea
# write them: German, French, Danish, Swedish, Norwegian. Others stand below.
NEARBY: Mapping[Field, str] = {
    Field.FORM_OF_ADDRESS: "aanhef, aanspreekvorm, aanspreektitel, geslacht, title, form of "
        "address, salutation, name prefix, titel, anrede, civilite, titre, m v, dhr mevr, "
        "tiltale, civility, individual prefix, aanspreking",
    Field.INITIALS: "voorletters, initialen, voorletter, initials, voorl, initiales, initialer",
    Field.FIRST_NAME: "voornaam, voornamen, roepnaam, first name, firstname, given name, given "
        "names, forename, vorname, vornamen, rufname, prenom, fornavn, fornamn, 1e voornaam, "
        "roepn, voorn, first, foarnamme, ropnamme",
    Field.PREFIX: "tussenvoegsel, tussenvoegsels, voorvoegsel, voorvoegsels, voorv, tv, tussenv, "
        "tvs, tussen, prefix, middle name, middlename, additional name, infix, middelste naam, "
        "tweede voornaam, weitere vornamen, zweiter vorname, namenszusatz, deuxieme prenom, "
        "mellemnavn, mellomnavn, mellannamn, middle",
    Field.SURNAME: "achternaam, familienaam, geslachtsnaam, last name, lastname, surname, family "
        "name, nachname, familienname, zuname, nom, nom de famille, efternavn, efternamn, "
        "etternavn, achtern, achternaam tussenv, achternaam tussenvoegsel, last, efternamme, "
        "skaainamme",
    Field.FULL_NAME: "naam, volledige naam, contactpersoon, naam contactpersoon, persoon, name, "
        "full name, fullname, contact, contact person, contact name, contactnaam, person, "
        "deelnemer, naam deelnemer, deelnemers, participant, display name, weergavenaam, voor en "
        "achternaam, vollstandiger name, vor und nachname, ansprechpartner, kontakt, "
        "kontaktperson, teilnehmer, achternaam voornaam, naam voornaam, last name first name, "
        "surname first name, name original name, naam oorspronkelijke naam, gebruikersnaam, naam "
        "en voornaam, voornaam en achternaam, voornaam achternaam, naam contact, voornaam naam, "
        "user name, attendee, attendee name, genodigde, nom complet, nom et prenom, navn, fulde "
        "navn, namn, fullstandigt namn, naam ouder, naam ouder verzorger, sorteernaam, sort name, "
        "eigenaar, naam eigenaar, huurder, naam huurder, naam bewoner, naam inwoner, naam "
        "vrijwilliger, naam lid, achternaam en voornaam, familienaam en voornaam, spreker, "
        "sprekers, speaker, speakers, namme, folsleine namme, kontaktpersoan, dielnimmer",
    Field.PARTNER_PREFIX: "tussenvoegsel partner, voorvoegsel partner, tussenvoegsel van de "
        "partner, partner prefix, prefix of the partner s surname",
    Field.PARTNER_SURNAME: "achternaam partner, geslachtsnaam partner, naam partner, partnernaam, "
        "achternaam van de partner, partner surname, surname of the partner",
    Field.NAME_USE: "naamgebruik, aanduiding naamgebruik, name use",
    Field.ORGANISATION: "organisatie, organisatienaam, naam organisatie, naam van de organisatie, "
        "bedrijf, bedrijfsnaam, naam bedrijf, instelling, werkgever, organisation, organization, "
        "organisation name, organization name, company, company name, organization 1 name, "
        "employer, current employer, relatienaam, partner organisation, partner organization, "
        "partnerorganisatie, organisaties, organisations, organizations, aanvrager, naam "
        "aanvrager, naam van de aanvrager, subsidieaanvrager, ontvanger, subsidieontvanger, naam "
        "ontvanger, naam subsidieontvanger, begunstigde, klantnaam, account name, firma, "
        "firmenname, unternehmen, einrichtung, societe, entreprise, organisme, virksomhed, "
        "firmanavn, foretag, bedrift, organisasjon, handelsnaam, virksomhet, virksomhetsnavn, "
        "etat, affiliation, affiliatie, associated company, primary company, praktijk, "
        "praktijknaam, school, schoolnaam, organisaasje, bedriuw, wurkjouwer, feriening",
    Field.ROLE: "functie, functietitel, functienaam, functies, functieomschrijving, "
        "functiebenaming, rol, role, function, job title, jobtitle, position, organization title, "
        "organization 1 title, funktion, berufsbezeichnung, jobtitel, fonction, titre du poste, "
        "poste occupe, stilling, stillingsbetegnelse, befattning, rol binnen organisatie, rol "
        "binnen de organisatie, rol binnen uw organisatie, functie binnen organisatie, functie "
        "binnen de organisatie, functie binnen uw organisatie, functie in de organisatie, "
        "bestuursfunctie, functie bestuur, functie in bestuur, funksje",
    Field.SORT: "contact type, type contact, soort contact, persoon of organisatie, record type, "
        "person or organisation, person or organization, individual or organization, organisatie "
        "persoon, persoon organisatie, organisatie of persoon",
    Field.KIND: "soort organisatie, type organisatie, kind of organisation, type of organisation",
    Field.ORGANISATION_ROLE: "organisation and role, organisation and role in one",
    Field.ROLE_ORGANISATION: "role and organisation, role and organisation in one",
    Field.IN_GOVERNMENT: "in government, helix a cross for government",
    Field.IN_RESEARCH: "in research, helix a cross for research",
    Field.IN_BUSINESS: "in business, helix a cross for business",
    Field.IN_END_USERS: "in end users, helix a cross for end users",
    Field.SECOND_HELIX: "tweede helix, second helix",
    Field.HELIX: "helix, sector, partij, stakeholdergroep, stakeholder group, quadruple helix, "
        "quadruplehelix, helixpartij, helix partij, helixgroep",
    Field.EMAIL: "e mail, email, mail, user email, e mailadres, emailadres, mailadres, e mail "
        "adres, email adres, e mail address, email address, e mail value, e mail adresse, email "
        "adresse, mailadresse, e mailadresse, adresse e mail, adresse email, adresse de "
        "messagerie, courriel, e post, epost, e postadresse, e postadress, e mail gebruiker, "
        "mailadressen, emailadressen, e mailadressen, e mail adressen, e mails, secondary email, "
        "emails, email addresses, e mail addresses",
    Field.PHONE: "telefoon, telefoonnummer, telefoonnr, tel, tel nr, telnr, mobiel, mobiele "
        "telefoon, mobiel telefoonnummer, mobiele telefoonnummer, telefoonnummer mobiel, tel "
        "mobiel, phone mobile, phone iphone, mobile phone number, mobil nummer, mobiel nummer, "
        "mobielnummer, mobiele nummer, gsm, gsm nummer, vast nummer, vaste telefoon, telefoon "
        "mobiel, telefoon vast, hoofdtelefoon, phone, phone number, telephone, telephone number, "
        "mobile, mobile phone, mobile number, cell, cell phone, phone value, telefon, "
        "telefonnummer, telefonnr, rufnummer, mobil, mobiltelefon, mobilnummer, mobilfunk, handy, "
        "handynummer, haupttelefon, tel mobil, tel mobile, tel portable, telephone mobile, "
        "telephone portable, numero de telephone, portable, tlf, mobiltelefonnummer, mobiltlf, "
        "mobiltlfnr, mob, mob nr, mobnr, mob tel, tel mob, telefon mobil, telefoonnummers, tel "
        "vast, telefoons, phones, phone numbers, n de telephone, no de telephone, nr telefoon, "
        "nummer telefoon, telefoan, telefoannumer, mobyl, mobile telefoan",
    Field.STREET: "straat, straat en nr, straat en nummer, straat en huisnummer, adres, "
        "straatnaam, adresregel, postadres, bezoekadres, street, street and number, street "
        "address, address, address line, address street, strasse, strasse und hausnummer, strasse "
        "hausnummer, strasse nr, anschrift, adresse, rue, vej, vejnavn, gade, gate, gateadresse, "
        "gatuadress, adress, vestigingsadres, straat nr, adres straat, straat huisnummer, straat "
        "nummer, adres straat nummer, besoksadresse, besoksadress, besogsadresse, visiting "
        "address, strjitte",
    Field.POSTCODE: "postcode, pc, postal code, zip, zipcode, zip code, zip postal code, address "
        "postal code, plz, postleitzahl, code postal, postnummer, postnr, pc woonplaats, pc "
        "plaats, postcode woonplaats, postcode plaats, adres postcode, postcode en woonplaats, "
        "postcode en plaats, postnr og by, postnummer og by, postnr by, postnr ort, postnr och "
        "ort, postnummer och ort, postnr sted, plz ort, plz und ort, code postal ville, cp ville, "
        "post code, vestigingspostcode, postkoade",
    Field.TOWN: "plaats, woonplaats, plaatsnaam, vestigingsplaats, gemeente, stad, town, city, "
        "address city, ort, wohnort, stadt, ville, localite, commune, by, bynavn, postort, "
        "poststed, kommune, adres plaats, woon plaats, wenplak, plak",
    Field.AREA: "wijk, buurt, wijk of buurt, gebied, neighbourhood, neighborhood, area, district, "
        "stadtteil, quartier, bydel, stadsdel, wyk, buert",
    Field.WEBSITE: "website, web site, webadres, webpagina, internet, internetadres, web page, "
        "url, homepage, website value, webseite, page web, site web, hjemmeside, webbplats, "
        "webbsida, nettside, webside",
    Field.LANGUAGE: "taal, voorkeurstaal, language, sprache, langue, sprog, sprak",
    Field.TAGS: "trefwoorden, trefwoord, labels, label, tags, tag, groepen, keywords, categories, "
        "category, categorie, categorieen, group membership, groups, group, kategorien, "
        "kategorie, schlagworter, stichworter, mots cles, etiquettes, kategorier, nogleord, "
        "nyckelord",
    Field.CONSENT_DATE: "datum toestemming, datum van toestemming, toestemming op, "
        "toestemmingsdatum, date of consent, consent date, avg akkoord d d, akkoord d d, datum "
        "akkoord, datum avg akkoord",
    Field.RECORD: "kring nr, kring number",
    Field.CODE: "kring code",
    Field.NOTE: "opmerking, opmerkingen, notitie, notities, toelichting, note, notes, remark, "
        "remarks, comment, comments, description, omschrijving, beschrijving, notiz, notizen, "
        "bemerkung, bemerkungen, anmerkung, anmerkungen, remarque, remarques, commentaire, "
        "commentaires, noter, notat, notater, anteckningar, bemaerkninger, kommentar, "
        "kommentarer, opm, bijzonderheden, opmerkings, taljochting",
}  # fmt: skip


# Turkish, Spanish, Italian, Portuguese, Polish, Finnish, in this order, and what German, French and
# the languages of the North write beside what Dutch lists have too.
ELSEWHERE: Mapping[Field, str] = {
    Field.FORM_OF_ADDRESS: "hitap, cinsiyet, tratamiento, trattamento, plec, puhuttelu, kon, "
        "tilltal",
    Field.INITIALS: "bas harfler, iniciales, iniziali, inicjaly, nimikirjaimet",
    Field.FIRST_NAME: "ad, adi, isim, ismi, nombre, nombres, primer nombre, nombre de pila, nome, "
        "nome proprio, imie, imiona, etunimi, etunimet, tilltalsnamn",
    Field.PREFIX: "ikinci ad, segundo nombre, secondo nome, drugie imie, toinen nimi",
    Field.SURNAME: "soyad, soyadi, soyisim, soyismi, apellido, apellidos, primer apellido, "
        "cognome, apelido, sobrenome, nazwisko, sukunimi, slaktnamn, nom de naissance, slektsnavn",
    Field.FULL_NAME: "ad soyad, adi soyadi, adiniz soyadiniz, ad ve soyad, isim soyisim, tam ad, "
        "katilimci, nombre completo, nombre y apellidos, nombre y apellido, apellidos y nombre, "
        "contacto, participante, nome completo, nome e cognome, cognome e nome, nominativo, "
        "contatto, partecipante, imie i nazwisko, nazwisko i imie, uczestnik, nimi, koko nimi, "
        "osallistuja, yhteyshenkilo, deltager, deltagare, deltaker, participant e, teilnehmerin, "
        "fullt namn, fullt navn, name vorname, nom prenom, prenom nom, prenom et nom",
    Field.ORGANISATION: "kurum, kurumu, kurulus, kurulusu, sirketi, sirket, firma adi, kurum adi, "
        "sirket adi, isyeri, empresa, organizacion, entidad, institucion, azienda, ditta, "
        "organizzazione, ente, organizacao, organizacja, nazwa firmy, przedsiebiorstwo, "
        "instytucja, yritys, organisaatio, tyonantaja, institution, structure, association, "
        "verein, forening, foretagsnamn, bedriftsnavn, arbetsgivare, arbeidsgiver, arbejdsgiver, "
        "arbeitgeber, employeur",
    Field.ROLE: "gorev, gorevi, unvan, unvani, pozisyon, cargo, puesto, funcion, ruolo, "
        "qualifica, mansione, posizione, carica, funcao, stanowisko, funkcja, tehtava, asema, "
        "ammatti, rooli, titteli, poste, rolle, roll, jobbtitel, tittel",
    Field.EMAIL: "e posta, eposta, e posta adresi, eposta adresi, mail adresi, elektronik posta, "
        "correo, correo electronico, direccion de correo, direccion de correo electronico, posta "
        "elettronica, indirizzo email, indirizzo e mail, e mail pessoal, adres e mail, adres "
        "email, poczta elektroniczna, sahkoposti, sahkopostiosoite, sposti, epostadress, "
        "epostadresse, e mail adress, mailadress, adresse mail, adresse electronique",
    Field.PHONE: "telefon numarasi, telefon no, cep, cep telefonu, cep no, telefono, telefonos, "
        "movil, telefono movil, celular, numero de telefono, cellulare, telefono cellulare, "
        "numero di telefono, telefone, telemovel, numer telefonu, nr telefonu, nr tel, komorka, "
        "telefon komorkowy, puhelin, puhelinnumero, matkapuhelin, telefonnummer mobil, mobilnr, "
        "tlf nr",
    Field.STREET: "sokak, cadde, calle, direccion, domicilio, indirizzo, via, endereco, morada, "
        "ulica, osoite, katuosoite, lahiosoite, gata, postadress, postadresse",
    Field.POSTCODE: "posta kodu, codigo postal, cp, cap, codice postale, kod pocztowy, postinumero",
    Field.TOWN: "sehir, kent, ilce, ciudad, localidad, poblacion, municipio, citta, comune, "
        "localita, cidade, miasto, miejscowosc, kaupunki, postitoimipaikka, kunta, kommun, sted",
    Field.AREA: "mahalle, semt, barrio, quartiere, bairro, dzielnica, kaupunginosa, omrade",
    Field.WEBSITE: "web sitesi, sitio web, pagina web, sito web, sito, strona www, verkkosivu",
    Field.LANGUAGE: "dil, dili, idioma, lengua, lingua, jezyk, kieli, spraak",
    Field.TAGS: "etiketler, etiquetas, etichette, etykiety, tunnisteet, etiketter, taggar",
    Field.NOTE: "not, notlar, aciklama, aciklamalar, notas, nota, observaciones, comentarios, "
        "osservazioni, commenti, annotazioni, observacoes, uwagi, notatki, komentarz, huomautus, "
        "huomautukset, muistiinpanot, anteckning, merknad, merknader, anmarkning",
}  # fmt: skip
BARE_FIRST_NAMES = frozenset({"ad", "adi", "isim", "ismi", "nombre", "nome", "nombres"})
"""Headings of first names that also stand above whole names, where there is no surname beside."""
