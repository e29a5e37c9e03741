"""Writing the cells of a list that came back: each replaces what is there, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm.core.cleaning import clean_line
from crm.core.db import session
from crm.core.i18n import _
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.stakeholders import names
from crm.stakeholders.importing import value_words
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import named
from crm.stakeholders.importing.origins import NAME
from crm.stakeholders.importing.plan import PlannedRow
from crm.stakeholders.importing.round_trip import cells_of_organisation, parts_of
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.queries.organisations import ids_by_key
from crm.stakeholders.queries.round_trips import organisations_with_ids
from crm.stakeholders.services.organisations import OrganisationDetails, edit_organisation
from crm.stakeholders.services.persons import PersonDetails, describe

Edits = Mapping[Field, str]
_ROLE = frozenset({Field.ORGANISATION, Field.ROLE, Field.HELIX})


def write_edits(rows: Sequence[PlannedRow], organisation_ids: Mapping[str, int]) -> None:
    """Give persons the cells that came back for them, inside a command."""
    edits = {row.person_id: row.edits for row in rows if row.person_id is not None and row.edits}
    for person in queries.whole_persons_with_ids(edits):
        given = edits[person.id]
        describe(person, _edited(person, given))
        if _ROLE & given.keys():
            _edit_role(person, given, organisation_ids)
        person.revision += 1
    session().flush()


def write_organisation_edits(actor: Actor, rows: Sequence[PlannedRow]) -> set[int]:
    """Give organisations the cells that came back for them, inside a command; return which."""
    edits = {row.organisation_id: row.edits for row in rows if row.organisation_id and row.edits}
    keys = {fold(given.get(Field.ORGANISATION, "")) for given in edits.values()} - {""}
    owners = ids_by_key(keys)
    there = organisations_with_ids(edits)
    for one in there:
        details = _edited_organisation(one, edits[one.id])
        # Somebody may have made one with this name while the rows before were carried out.
        if owners.get(fold(details.name), one.id) != one.id:
            details = replace(details, name=one.name)
        edit_organisation(actor, one, details=details, revision=one.revision)
    session().flush()
    return {one.id for one in there}


def _edited_organisation(one: Organisation, given: Edits) -> OrganisationDetails:
    own = cells_of_organisation(one, one.area.name if one.area else "", ())
    text = {**own, **given}
    second = _helix(text[Field.SECOND_HELIX])
    return OrganisationDetails(
        name=clean_line(text[Field.ORGANISATION]),
        helix=_helix(text[Field.HELIX]) or one.helix,
        second_helix=second,
        kind=text[Field.KIND],
        website=text[Field.WEBSITE],
        street=text[Field.STREET],
        postcode=text[Field.POSTCODE],
        town=text[Field.TOWN],
        area=text[Field.AREA],
        tags=_listed(given, Field.TAGS, [tag.word for tag in one.tags]),
        note=text[Field.NOTE],
    )


def _edited(person: Person, given: Edits) -> PersonDetails:
    name = named(person.name_parts, {one: given[one] for one in NAME if one in given})
    if Field.FORM_OF_ADDRESS in given:
        form = names.form_of_address(given[Field.FORM_OF_ADDRESS])
        name = replace(name, form_of_address=form)
    if Field.NAME_USE in given:
        name = replace(name, name_use=names.name_use(given[Field.NAME_USE]))
    language = value_words.language(given.get(Field.LANGUAGE, ""))
    return PersonDetails(
        name=name,
        emails=_listed(given, Field.EMAIL, [one.address for one in person.emails]),
        phones=_listed(given, Field.PHONE, [one.raw or one.number for one in person.phones]),
        language=language or person.language,
        area=given.get(Field.AREA, person.area.name if person.area else ""),
        tags=_listed(given, Field.TAGS, [one.word for one in person.tags]),
        note=given.get(Field.NOTE, person.note),
        is_private=person.is_private,
    )


def _listed(given: Edits, field: Field, own: Sequence[str]) -> tuple[str, ...]:
    if field not in given:
        return tuple(own)
    return tuple(parts_of(given[field], more="," if field is Field.TAGS else ""))


def _edit_role(person: Person, given: Edits, organisation_ids: Mapping[str, int]) -> None:
    """Correct the main role, or make the first."""
    role = next(iter(person.affiliations), None)
    if role is None:
        role = Affiliation(helix=Helix.END_USERS, is_main=True)
        person.affiliations.append(role)
    if Field.ORGANISATION in given:
        role.organisation_id = organisation_ids.get(fold(given[Field.ORGANISATION]))
        session().flush()
        session().refresh(role, ["organisation"])
    role.role = given.get(Field.ROLE, role.role)
    role.helix = _helix(given.get(Field.HELIX, "")) or role.helix
    place = role.organisation
    usual = {place.helix, place.second_helix} if place else {Helix.END_USERS}
    if role.helix not in usual and not role.helix_reason:
        role.helix_reason = str(_("As given in the imported list."))
    role.revision = (role.revision or 0) + 1


def _helix(text: str) -> Helix | None:
    try:
        return value_words.helix(text)
    except value_words.NotAHelix:
        return None
