"""Carrying out the plan of an import: a few statements for each table, whatever the rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm.core.db import add_many, set_many
from crm.core.folding import fold
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.additions import Additions, RoleChange
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.known import KnownOrganisation, named
from crm.stakeholders.importing.origins import given_text, of_changed, of_edited, of_new
from crm.stakeholders.importing.plan import Plan, PlannedRow
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
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.import_editing import write_edits
from crm.stakeholders.services.organisations import OrganisationDetails, add_organisations
from crm.stakeholders.services.persons import NewPerson, PersonDetails, name_values

Row = dict[str, Any]
_COLUMNS = {
    Field.STREET: "street",
    Field.POSTCODE: "postcode",
    Field.TOWN: "town",
    Field.WEBSITE: "website",
    Field.NOTE: "note",
}


def write(actor: Actor, project: Project, contact_import: ContactImport, plan: Plan) -> None:
    """Bring what `plan` says into the register, inside a command."""
    organisation_ids = _write_organisations(actor, project, plan)
    _write_sources(contact_import, plan)
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
    changed += [row for row in edited if row.person_id is not None]
    origins = [*zip(ids, new, strict=True), *((row.person_id, row) for row in changed)]
    add_many(PersonOrigin, [_origin(key, contact_import, row) for key, row in origins])


def _write_organisations(actor: Actor, project: Project, plan: Plan) -> dict[str, int]:
    """Add and fill the organisations; return folded name → id."""
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


def _write_sources(contact_import: ContactImport, plan: Plan) -> None:
    """Keep which row gave what to which organisation; a later part of the list adds nothing."""
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


def _organisation_details(organisation: KnownOrganisation, plan: Plan) -> OrganisationDetails:
    given = defaultdict(str, organisation.added)
    return OrganisationDetails(
        organisation.name,
        plan.helixes(organisation)[0],
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
        {"organisation_id": key, **_tag(word)}
        for key, one in more.items()
        for word in one.added_tags
    ]
    add_many(OrganisationTag, tags)


def _organisation_values(one: KnownOrganisation, areas: Mapping[str, Area]) -> Row:
    values: Row = {
        column: one.added[field] for field, column in _COLUMNS.items() if field in one.added
    }
    if Field.AREA in one.added:
        values["area_id"] = areas[fold(one.added[Field.AREA])].id
    return values


def _new_person(row: PlannedRow, plan: Plan) -> NewPerson:
    candidate = row.candidate
    details = PersonDetails(
        name=candidate.name,
        emails=candidate.emails,
        phones=tuple(one.raw for one in candidate.phones),
        language=candidate.language or "nl",
        area=candidate.area,
        tags=candidate.tags,
        note=candidate.note,
    )
    says_role = bool(candidate.organisation or candidate.role or candidate.helix)
    return NewPerson(details, (_role(candidate, plan),) if says_role else ())


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
    tags = [{"person_id": key, **_tag(word)} for key, _row, more in added for word in more.tags]
    add_many(PersonTag, tags)


def _fill_persons(added: Sequence[tuple[int, Additions]], persons: Mapping[int, Person]) -> None:
    areas = areas_for(more.area for _key, more in added)
    values = {key: _person_values(more, persons[key], areas) for key, more in added}
    # Addresses, roles and tags stand in other tables, and are part of what two may edit at once.
    set_many(Person, values, revise_all=True)


def _person_values(more: Additions, person: Person, areas: Mapping[str, Area]) -> Row:
    values: Row = {}
    if more.name:
        values.update(name_values(named(person.name_parts, more.name)))
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
            told = {"number": reading.number, "raw": reading.raw}
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


def _tag(word: str) -> Row:
    return {"word": word, "word_key": fold(word)}


def of_row(row: PlannedRow) -> dict[Field, Iterable[str]]:
    """Return the values that a row gives to its person."""
    if row.edits is not None:
        return of_edited(row.edits)
    return of_changed(row.candidate, row.additions) if row.additions else of_new(row.candidate)


def _origin(person_id: int | None, contact_import: ContactImport, row: PlannedRow) -> Row:
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
