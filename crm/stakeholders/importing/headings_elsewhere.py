"""Headings of columns in the languages of partners further away, folded."""

from collections.abc import Mapping

from crm.stakeholders.importing.columns import Field

# Turkish, Spanish, Italian, Portuguese, Polish, Finnish, in this order, and what German, French and
# the languages of the North write beside what Dutch lists have too.
ELSEWHERE: Mapping[Field, str] = {
    Field.FORM_OF_ADDRESS: (
        "hitap, cinsiyet, tratamiento, trattamento, plec, puhuttelu, kon, tilltal"
    ),
    Field.INITIALS: "bas harfler, iniciales, iniziali, inicjaly, nimikirjaimet",
    Field.FIRST_NAME: (
        "ad, adi, isim, ismi, nombre, nombres, primer nombre, nombre de pila, nome, nome proprio, "
        "imie, imiona, etunimi, etunimet, tilltalsnamn"
    ),
    Field.PREFIX: "ikinci ad, segundo nombre, secondo nome, drugie imie, toinen nimi",
    Field.SURNAME: (
        "soyad, soyadi, soyisim, soyismi, apellido, apellidos, primer apellido, cognome, apelido, "
        "sobrenome, nazwisko, sukunimi, slaktnamn, nom de naissance, slektsnavn"
    ),
    Field.FULL_NAME: (
        "ad soyad, adi soyadi, adiniz soyadiniz, ad ve soyad, isim soyisim, tam ad, katilimci, "
        "nombre completo, nombre y apellidos, nombre y apellido, apellidos y nombre, contacto, "
        "participante, nome completo, nome e cognome, cognome e nome, nominativo, contatto, "
        "partecipante, imie i nazwisko, nazwisko i imie, uczestnik, nimi, koko nimi, "
        "osallistuja, yhteyshenkilo, deltager, deltagare, deltaker, participant e, "
        "teilnehmerin, fullt namn, fullt navn, name vorname, nom prenom, prenom nom, "
        "prenom et nom"
    ),
    Field.ORGANISATION: (
        "kurum, kurumu, kurulus, kurulusu, sirketi, sirket, firma adi, kurum adi, sirket "
        "adi, isyeri, empresa, organizacion, "
        "entidad, institucion, azienda, ditta, organizzazione, ente, organizacao, organizacja, "
        "nazwa firmy, przedsiebiorstwo, instytucja, yritys, organisaatio, tyonantaja, institution, "
        "structure, association, verein, forening, foretagsnamn, bedriftsnavn, arbetsgivare, "
        "arbeidsgiver, arbejdsgiver, arbeitgeber, employeur"
    ),
    Field.ROLE: (
        "gorev, gorevi, unvan, unvani, pozisyon, cargo, puesto, funcion, ruolo, qualifica, "
        "mansione, "
        "posizione, carica, funcao, stanowisko, funkcja, tehtava, asema, ammatti, rooli, titteli, "
        "poste, rolle, roll, jobbtitel, tittel"
    ),
    Field.EMAIL: (
        "e posta, eposta, e posta adresi, eposta adresi, mail adresi, elektronik posta, correo, "
        "correo electronico, direccion de correo, direccion de correo electronico, posta "
        "elettronica, indirizzo email, indirizzo e mail, e mail pessoal, adres e mail, adres "
        "email, "
        "poczta elektroniczna, sahkoposti, sahkopostiosoite, sposti, epostadress, epostadresse, "
        "e mail adress, mailadress, adresse mail, adresse electronique"
    ),
    Field.PHONE: (
        "telefon numarasi, telefon no, cep, cep telefonu, cep no, telefono, telefonos, movil, "
        "telefono movil, celular, numero de telefono, cellulare, telefono cellulare, numero di "
        "telefono, telefone, telemovel, numer telefonu, nr telefonu, nr tel, komorka, telefon "
        "komorkowy, puhelin, puhelinnumero, matkapuhelin, telefonnummer mobil, mobilnr, tlf nr"
    ),
    Field.STREET: (
        "sokak, cadde, calle, direccion, domicilio, indirizzo, via, endereco, morada, ulica, "
        "osoite, "
        "katuosoite, lahiosoite, gata, postadress, postadresse"
    ),
    Field.POSTCODE: (
        "posta kodu, codigo postal, cp, cap, codice postale, kod pocztowy, postinumero"
    ),
    Field.TOWN: (
        "sehir, kent, ilce, ciudad, localidad, poblacion, municipio, citta, comune, "
        "localita, cidade, "
        "miasto, miejscowosc, kaupunki, postitoimipaikka, kunta, kommun, sted"
    ),
    Field.AREA: "mahalle, semt, barrio, quartiere, bairro, dzielnica, kaupunginosa, omrade",
    Field.WEBSITE: "web sitesi, sitio web, pagina web, sito web, sito, strona www, verkkosivu",
    Field.LANGUAGE: "dil, dili, idioma, lengua, lingua, jezyk, kieli, spraak",
    Field.TAGS: "etiketler, etiquetas, etichette, etykiety, tunnisteet, etiketter, taggar",
    Field.NOTE: (
        "not, notlar, aciklama, aciklamalar, notas, nota, observaciones, comentarios, "
        "osservazioni, commenti, annotazioni, observacoes, uwagi, notatki, komentarz, huomautus, "
        "huomautukset, muistiinpanot, anteckning, merknad, merknader, anmarkning"
    ),
}
BARE_FIRST_NAMES = frozenset({"ad", "adi", "isim", "ismi", "nombre", "nome", "nombres"})
"""Headings of first names that also stand above whole names, where there is no surname beside."""
