"""Carrying out the plan of an import: a few statements for each table, whatever the rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crm.core.db import add_many, set_many
from crm.core.i18n import _
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.additions import Additions, RoleChange
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import named
from crm.stakeholders.importing.origins import (
    given_text,
    of_changed,
    of_edited,
    of_new,
)
from crm.stakeholders.importing.plan import Plan, PlannedRow
from crm.stakeholders.models import (
    Affiliation,
    ContactImport,
    Email,
    Helix,
    Person,
    PersonOrigin,
    PersonTag,
    Phone,
)
from crm.stakeholders.names import NameParts
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.import_editing import write_edits
from crm.stakeholders.services.import_organisations import (
    edit_places,
    tag_row,
    write_organisations,
    write_sources,
)
from crm.stakeholders.services.persons import NewPerson, PersonDetails, name_values

Row = dict[str, Any]


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
