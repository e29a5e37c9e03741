"""Carrying out the plan of an import: a few statements for each table, whatever the rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crm.core.cleaning import clean_line
from crm.core.db import add_many, session, set_many
from crm.core.i18n import _
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.stakeholders import names
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing import value_words
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import NAME_PARTS, Field
from crm.stakeholders.importing.existing_records import (
    Additions,
    KnownOrganisation,
    RoleChange,
    named,
)
from crm.stakeholders.importing.origins import (
    given_text,
    of_changed,
    of_edited,
    of_edited_organisation,
    of_new,
)
from crm.stakeholders.importing.plan import Plan, PlannedRow
from crm.stakeholders.importing.round_trip import cells_of_organisation, parts_of
from crm.stakeholders.models import (
    Affiliation,
    ContactImport,
    Email,
    Helix,
    Organisation,
    OrganisationOrigin,
    OrganisationTag,
    Person,
    PersonOrigin,
    PersonTag,
    Phone,
)
from crm.stakeholders.names import NameParts
from crm.stakeholders.queries import existing_records as queries
from crm.stakeholders.queries.organisations import ids_by_key
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.organisations import (
    OrganisationDetails,
    add_organisations,
    edit_organisation,
)
from crm.stakeholders.services.persons import NewPerson, PersonDetails, describe, name_values

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
    there = queries.organisations_with_ids(edits)
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
    name = named(person.name_parts, {one: given[one] for one in NAME_PARTS if one in given})
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


Row = dict[str, Any]
_COLUMNS = {
    Field.STREET: "street",
    Field.POSTCODE: "postcode",
    Field.TOWN: "town",
    Field.WEBSITE: "website",
    Field.NOTE: "note",
    Field.KIND: "kind",
}


def write_organisations(actor: Actor, project: Project, plan: Plan) -> dict[str, int]:
    """Add and fill organisations, inside a command; return folded name → id."""
    new = {key: one for key, one in plan.organisations.items() if one.id is None}
    details = [_organisation_details(one, plan) for one in new.values()]
    added = add_organisations(actor, project, details=details)
    _fill_organisations([one for one in plan.organisations.values() if one.id is not None])
    # A later part of the same list finds them made and filled.
    for one, organisation_id in zip(new.values(), added, strict=True):
        one.id = organisation_id
    for one in plan.organisations.values():
        one.added, one.added_tags = {}, []
    return {key: one.id for key, one in plan.organisations.items() if one.id is not None}


def write_sources(contact_import: ContactImport, plan: Plan) -> None:
    """
    Keep, inside a command, which row gave what to which organisation.

    A later part of the list adds nothing.
    """
    rows = [
        {
            "organisation_id": one.id,
            "contact_import_id": contact_import.id,
            "row": row,
            "given": given_text({field: [text] for field, text in values.items()}),
        }
        for one in plan.organisations.values()
        for row, values in one.sources.items()
    ]
    add_many(OrganisationOrigin, rows)
    for one in plan.organisations.values():
        one.sources = {}


def edit_places(actor: Actor, contact_import: ContactImport, rows: Sequence[PlannedRow]) -> None:
    """Give organisations, inside a command, the cells that came back; keep by which row."""
    edited = [row for row in rows if row.organisation_id is not None]
    there = write_organisation_edits(actor, edited)
    origins = [
        _organisation_origin(contact_import, row) for row in edited if row.organisation_id in there
    ]
    add_many(OrganisationOrigin, origins)


def _organisation_origin(contact_import: ContactImport, row: PlannedRow) -> Row:
    return {
        "organisation_id": row.organisation_id,
        "contact_import_id": contact_import.id,
        "row": row.candidate.row,
        "given": given_text(of_edited_organisation(row.edits or {})),
    }


def _organisation_details(organisation: KnownOrganisation, plan: Plan) -> OrganisationDetails:
    given = defaultdict(str, organisation.added)
    helix, second = plan.helixes(organisation)[0], given[Field.SECOND_HELIX]
    return OrganisationDetails(
        organisation.name,
        helix,
        second_helix=Helix(second) if second not in {"", helix} else None,
        kind=given[Field.KIND],
        website=given[Field.WEBSITE],
        street=given[Field.STREET],
        postcode=given[Field.POSTCODE],
        town=given[Field.TOWN],
        area=given[Field.AREA],
        tags=tuple(organisation.added_tags),
        note=given[Field.NOTE],
    )


def _fill_organisations(known: Iterable[KnownOrganisation]) -> None:
    more = {one.id: one for one in known if one.id is not None and (one.added or one.added_tags)}
    areas = areas_for(one.added.get(Field.AREA, "") for one in more.values())
    values = {key: _organisation_values(one, areas) for key, one in more.items()}
    # Tags stand in another table, and are part of what two may edit at once.
    set_many(Organisation, values, revise_all=True)
    tags = [
        {"organisation_id": key, **tag_row(word)}
        for key, one in more.items()
        for word in one.added_tags
    ]
    add_many(OrganisationTag, tags)


def _organisation_values(one: KnownOrganisation, areas: Mapping[str, Area]) -> Row:
    values: Row = {
        column: one.added[field] for field, column in _COLUMNS.items() if field in one.added
    }
    if Field.SECOND_HELIX in one.added:
        values["second_helix"] = Helix(one.added[Field.SECOND_HELIX])
    if Field.AREA in one.added:
        values["area_id"] = areas[fold(one.added[Field.AREA])].id
    return values


def tag_row(word: str) -> Row:
    """Return the columns of a tag, of whatever record it is on."""
    return {"word": word, "word_key": fold(word)}


def write(actor: Actor, project: Project, contact_import: ContactImport, plan: Plan) -> None:
    """Bring what `plan` says into the register, inside a command."""
    organisation_ids = write_organisations(actor, project, plan)
    write_sources(contact_import, plan)
    new = [row for row in plan.rows if row.is_new_person]
    ids = add_persons_in_bulk(actor, project, new=[_new_person(row, plan) for row in new])
    known = [row for row in plan.rows if row.additions is not None and row.fields]
    asked = {row.person_id for row in known if row.person_id is not None}
    # Somebody may have been removed while the rows before were carried out.
    persons = {one.id: one for one in queries.persons_with_ids(asked)}
    changed = [row for row in known if row.person_id in persons]
    _write_additions(changed, plan, organisation_ids, persons)
    edited = [row for row in plan.rows if row.edits]
    write_edits(edited, organisation_ids)
    edit_places(actor, contact_import, edited)
    changed += [row for row in edited if row.person_id is not None]
    made = zip(ids, new, strict=True)
    origins = [(key, one) for key, row in made for one in (row, *plan.further_of(row))]
    origins += [(row.person_id, row) for row in changed if row.person_id is not None]
    add_many(PersonOrigin, [_origin(key, contact_import, row) for key, row in origins])


def _new_person(row: PlannedRow, plan: Plan) -> NewPerson:
    candidate = row.candidate
    details = PersonDetails(
        name=candidate.name,
        emails=candidate.emails,
        phones=tuple(one.kept for one in candidate.phones),
        language=candidate.language or "nl",
        area=candidate.area,
        tags=candidate.tags,
        note=candidate.note,
    )
    says_role = bool(candidate.organisation or candidate.role or candidate.helix)
    roles = [_role(candidate, plan)] if says_role else []
    for one in plan.further_of(row):
        if one.additions is not None:
            details = _with_more(details, one.additions)
            roles.append(_role(one.candidate, plan))
    return NewPerson(details, tuple(roles))


def _with_more(details: PersonDetails, more: Additions) -> PersonDetails:
    return replace(
        details,
        name=named(details.name, more.name),
        emails=(*details.emails, *more.emails),
        phones=(*details.phones, *(one.raw for one in more.phones)),
        area=details.area or more.area,
        tags=(*details.tags, *more.tags),
        note=details.note or more.note,
    )


def _role(candidate: Candidate, plan: Plan) -> AffiliationDetails:
    organisation = plan.organisations.get(fold(candidate.organisation))
    usual = plan.helixes(organisation) if organisation else (Helix.END_USERS,)
    helix = candidate.helix or usual[0]
    return AffiliationDetails(
        organisation=organisation.name if organisation else "",
        role=candidate.role,
        helix=helix,
        helix_reason="" if helix in usual else str(_("As given in the imported list.")),
    )


def _write_additions(
    rows: Sequence[PlannedRow],
    plan: Plan,
    organisation_ids: Mapping[str, int],
    persons: Mapping[int, Person],
) -> None:
    added = [
        (row.person_id, row.candidate, row.additions)
        for row in rows
        if row.person_id is not None and row.additions is not None and row.additions.fields
    ]
    _fill_persons([(key, more) for key, _row, more in added], persons)
    _add_addresses([(key, more) for key, _row, more in added])
    _change_roles({more.role.id: more.role for _key, _row, more in added if more.role})
    roles = [
        _role_row(key, _role(candidate, plan), organisation_ids, is_main=more.is_first_role)
        for key, candidate, more in added
        if more.has_role
    ]
    add_many(Affiliation, roles)
    tags = [{"person_id": key, **tag_row(word)} for key, _row, more in added for word in more.tags]
    add_many(PersonTag, tags)


def _fill_persons(added: Sequence[tuple[int, Additions]], persons: Mapping[int, Person]) -> None:
    areas = areas_for(more.area for _key, more in added)
    # More than one row may be about somebody, each by an address of their own.
    values: dict[int, Row] = {}
    called = {key: persons[key].name_parts for key, _more in added}
    for key, more in added:
        called[key] = named(called[key], more.name)
        values.setdefault(key, {}).update(_person_values(more, called[key], areas))
    # Addresses, roles and tags stand in other tables, and are part of what two may edit at once.
    set_many(Person, values, revise_all=True)


def _person_values(more: Additions, called: NameParts, areas: Mapping[str, Area]) -> Row:
    values: Row = {}
    if more.name:
        values.update(name_values(called))
    if more.area:
        values["area_id"] = areas[fold(more.area)].id
    if more.note:
        values["note"] = more.note
    if more.language:
        values["language"] = more.language
    return values


def _add_addresses(added: Sequence[tuple[int, Additions]]) -> None:
    ids = {key for key, _more in added}
    emails, phones = (_Places(queries.places(model, ids)) for model in (Email, Phone))
    email_rows: list[Row] = []
    phone_rows: list[Row] = []
    for key, more in added:
        free = emails.take(key, len(more.emails), goes_first=more.goes_first)
        for place, address in zip(free, more.emails, strict=True):
            told = {"address": address, "address_key": email_key(address)}
            email_rows.append({"person_id": key, "position": place, **told})
        free = phones.take(key, len(more.phones), goes_first=more.goes_first)
        for place, reading in zip(free, more.phones, strict=True):
            told = {"number": reading.number, "raw": reading.kept}
            phone_rows.append({"person_id": key, "position": place, **told})
    add_many(Email, email_rows)
    add_many(Phone, phone_rows)


class _Places:
    """The places that addresses or numbers of persons have; only their order matters."""

    def __init__(self, taken: dict[int, tuple[int, int]]) -> None:
        self._taken = taken

    def take(self, person_id: int, size: int, *, goes_first: bool) -> range:
        """Return so many free places, before those that are taken or behind them."""
        first, behind = self._taken.get(person_id, (0, 0))
        free = range(first - size, first) if goes_first else range(behind, behind + size)
        self._taken[person_id] = (min(first, free.start), max(behind, free.stop))
        return free


def _change_roles(changes: Mapping[int, RoleChange]) -> None:
    set_many(Affiliation, {key: {"role": change.role} for key, change in changes.items()})


def _role_row(
    person_id: int, role: AffiliationDetails, ids: Mapping[str, int], *, is_main: bool
) -> Row:
    return {
        "person_id": person_id,
        "organisation_id": ids.get(fold(role.organisation)),
        "role": role.role,
        "helix": role.helix,
        "helix_reason": role.helix_reason,
        "is_main": is_main,
        "revision": 1,
    }


def of_row(row: PlannedRow) -> dict[Field, Iterable[str]]:
    """Return the values that a row gives to its person."""
    if row.edits is not None:
        return of_edited(row.edits)
    return of_changed(row.candidate, row.additions) if row.additions else of_new(row.candidate)


def _origin(person_id: int, contact_import: ContactImport, row: PlannedRow) -> Row:
    raw = json.dumps(row.kept or {}, ensure_ascii=False)
    values = of_row(row)
    return {
        "person_id": person_id,
        "contact_import_id": contact_import.id,
        "row": row.candidate.row,
        "is_new": row.is_new_person,
        "given": given_text(values),
        # Half a sign, which only a broken workbook holds, fits in no database.
        "raw": raw.encode("utf-8", "replace").decode("utf-8"),
    }
