"""Carrying out the plan of an import: a few statements for each table, whatever the rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from crm.contacts.models import ContactImport, ImportState, OrganisationOrigin, PersonOrigin
from crm.contacts.queries import existing_records as queries
from crm.contacts.rules import origins
from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.choices import Choice, Decisions
from crm.contacts.rules.existing_records import Additions, KnownOrganisation, named
from crm.contacts.rules.organisations import HelixOfNew
from crm.contacts.rules.plan import Plan, PlannedRow
from crm.contacts.rules.planner import make_plan
from crm.core import clock, undo
from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import add_many, among, session, set_many
from crm.core.fields import Where, read_cells
from crm.core.i18n import _
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.intake.models import LONGEST_FILE_NAME
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, Email, Helix, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries.organisations import ids_by_key
from crm.stakeholders.rules.columns import Field, NotAHelix, read_helix
from crm.stakeholders.rules.fields import ORGANISATION, PERSON
from crm.stakeholders.services import organisations
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.organisations import OrganisationDetails
from crm.stakeholders.services.persons import (
    NewPerson,
    PersonDetails,
    describe,
    details_of,
    name_values,
)
from crm.stakeholders.values.addresses import email_key

Row = dict[str, Any]
Edits = Mapping[Field, str]
_ROLE = frozenset({Field.ORGANISATION, Field.ROLE, Field.HELIX})
# The columns of an organisation that take the text of a cell as it is.
_APART = {Field.ORGANISATION, Field.HELIX, Field.SECOND_HELIX, Field.AREA, Field.TAGS}
_COLUMNS = {
    Field(one.column): one.name
    for one in ORGANISATION
    if Where.FILE in one.where and one.column not in _APART
}


def write(actor: Actor, project: Project, contact_import: ContactImport, plan: Plan) -> None:
    """Bring what `plan` says into the register, inside a command."""
    # Organisations first: the roles of persons name them.
    organisation_ids = write_organisations(actor, project, plan)
    _write_sources(contact_import, plan)
    new = [row for row in plan.rows if row.is_new_person]
    ids = add_persons_in_bulk(actor, project, new=[_new_person(row, plan) for row in new])
    known = [row for row in plan.rows if row.additions is not None and row.fields]
    asked = {row.person_id for row in known if row.person_id is not None}
    # Somebody may have been removed while the rows before were carried out.
    persons = {person.id: person for person in queries.persons_with_ids(asked)}
    changed = [row for row in known if row.person_id in persons]
    _write_additions(changed, plan, organisation_ids, persons)
    edited = [row for row in plan.rows if row.edits]
    _edit_persons(edited, organisation_ids)
    _edit_organisations(actor, contact_import, edited)
    changed += [row for row in edited if row.person_id is not None]
    made = zip(ids, new, strict=True)
    # Who is made gets their further roles at once, so those rows are origins of theirs too.
    given = [(key, more) for key, row in made for more in (row, *plan.further_of(row))]
    given += [(row.person_id, row) for row in changed if row.person_id is not None]
    add_many(PersonOrigin, [_origin(key, contact_import, row) for key, row in given])


def write_organisations(actor: Actor, project: Project, plan: Plan) -> dict[str, int]:
    """Add and fill organisations, inside a command; return folded name → id."""
    known = plan.organisations.values()
    new = [organisation for organisation in known if organisation.id is None]
    details = [_organisation_details(organisation, plan) for organisation in new]
    added = organisations.add_organisations(actor, project, details=details)
    _fill_organisations(known)
    # A later part of the same list finds them made and filled.
    for organisation, organisation_id in zip(new, added, strict=True):
        organisation.id = organisation_id
    for organisation in known:
        organisation.added, organisation.added_tags = {}, []
    return {key: place.id for key, place in plan.organisations.items() if place.id is not None}


def _organisation_details(organisation: KnownOrganisation, plan: Plan) -> OrganisationDetails:
    given = defaultdict(str, organisation.added)
    helix, second = plan.helixes(organisation)[0], given[Field.SECOND_HELIX]
    return OrganisationDetails(
        organisation.name,
        helix,
        # The helix that new ones get may be the second that the list gives.
        second_helix=Helix(second) if second not in {"", helix} else None,
        area=given[Field.AREA],
        tags=tuple(organisation.added_tags),
        **_columns(given),
    )


def _columns(given: Edits) -> dict[str, Any]:
    return {column: given[field] for field, column in _COLUMNS.items()}


def _fill_organisations(known: Iterable[KnownOrganisation]) -> None:
    # New ones were added with all that the list says of them.
    there = {place.id: place for place in known if place.id is not None}
    more = {key: place for key, place in there.items() if place.added or place.added_tags}
    areas = areas_for(organisation.added.get(Field.AREA, "") for organisation in more.values())
    values: dict[int, Row] = {}
    for key, organisation in more.items():
        added = organisation.added
        values[key] = {column: added[field] for field, column in _COLUMNS.items() if field in added}
        if Field.SECOND_HELIX in added:
            values[key]["second_helix"] = Helix(added[Field.SECOND_HELIX])
        if Field.AREA in added:
            values[key]["area_id"] = areas[fold(added[Field.AREA])].id
    # Tags stand in another table, and are part of what two may edit at once.
    set_many(models.Organisation, values, revise_all=True)
    tags = [
        {"organisation_id": key, "word": word, "word_key": fold(word)}
        for key, organisation in more.items()
        for word in organisation.added_tags
    ]
    add_many(models.OrganisationTag, tags)


def _write_sources(contact_import: ContactImport, plan: Plan) -> None:
    rows = [
        {
            "organisation_id": organisation.id,
            "contact_import_id": contact_import.id,
            "row": row,
            "given": origins.given_text({field: [text] for field, text in values.items()}),
        }
        for organisation in plan.organisations.values()
        for row, values in organisation.sources.items()
    ]
    add_many(OrganisationOrigin, rows)
    # A later part of the same list finds them written.
    for organisation in plan.organisations.values():
        organisation.sources = {}


def _new_person(row: PlannedRow, plan: Plan) -> NewPerson:
    candidate = row.candidate
    details = PersonDetails(
        name=candidate.called,
        emails=candidate.emails,
        phones=tuple(phone.kept for phone in candidate.phones),
        language=candidate.language or "nl",
        area=candidate.area,
        tags=candidate.tags,
        note=candidate.note,
    )
    says_role = bool(candidate.organisation or candidate.role or candidate.helix)
    roles = [_role(candidate, plan)] if says_role else []
    for further in plan.further_of(row):
        more = further.additions
        if more is None:
            continue
        details = replace(
            details,
            name=named(details.name, more.name),
            emails=(*details.emails, *more.emails),
            phones=(*details.phones, *(phone.raw for phone in more.phones)),
            area=details.area or more.area,
            tags=(*details.tags, *more.tags),
            note=details.note or more.note,
        )
        roles.append(_role(further.candidate, plan))
    return NewPerson(details, tuple(roles))


def _role(candidate: Candidate, plan: Plan) -> AffiliationDetails:
    organisation = plan.organisations.get(fold(candidate.organisation))
    usual = plan.helixes(organisation) if organisation else (Helix.END_USERS,)
    helix = candidate.helix or usual[0]
    return AffiliationDetails(
        organisation=organisation.name if organisation else "",
        role=candidate.role,
        helix=helix,
        # The register asks a reason for a helix that is not the usual one.
        helix_reason="" if helix in usual else str(_("As given in the imported list.")),
    )


def _write_additions(
    rows: Sequence[PlannedRow],
    plan: Plan,
    organisation_ids: Mapping[str, int],
    persons: Mapping[int, Person],
) -> None:
    added: list[tuple[int, Additions]] = []
    new_roles: list[Row] = []
    for row in rows:
        key, more = row.person_id, row.additions
        if key is None or more is None or not more.fields:
            continue
        added.append((key, more))
        if more.has_role:
            role = _role(row.candidate, plan)
            place = organisation_ids.get(fold(role.organisation))
            values: Row = {"person_id": key, "organisation_id": place, "role": role.role}
            values |= {"helix": role.helix, "helix_reason": role.helix_reason}
            new_roles.append({**values, "is_main": more.is_first_role, "revision": 1})
    _fill_persons(added, persons)
    _add_addresses(added)
    # A role that is there gets other words only: its helix may have been chosen with a reason.
    set_many(
        Affiliation, {more.role.id: {"role": more.role.role} for _key, more in added if more.role}
    )
    add_many(Affiliation, new_roles)
    tags = [
        {"person_id": key, "word": word, "word_key": fold(word)}
        for key, more in added
        for word in more.tags
    ]
    add_many(models.PersonTag, tags)


def _fill_persons(added: Sequence[tuple[int, Additions]], persons: Mapping[int, Person]) -> None:
    areas = areas_for(more.area for _key, more in added)
    values: dict[int, Row] = {}
    parts = {key: persons[key].name_parts for key, _more in added}
    # More than one row may be about somebody, each by an address of their own.
    for key, more in added:
        parts[key] = named(parts[key], more.name)
        own = values.setdefault(key, {})
        own |= name_values(parts[key]) if more.name else {}
        own |= {"area_id": areas[fold(more.area)].id} if more.area else {}
        texts = {"note": more.note, "language": more.language}
        own |= {column: text for column, text in texts.items() if text}
    # Addresses, roles and tags stand in other tables, and are part of what two may edit at once.
    set_many(Person, values, revise_all=True)


def _add_addresses(added: Sequence[tuple[int, Additions]]) -> None:
    emails: list[tuple[int, bool, list[Row]]] = []
    phones: list[tuple[int, bool, list[Row]]] = []
    for key, more in added:
        rows = [{"address": text, "address_key": email_key(text)} for text in more.emails]
        emails.append((key, more.goes_first, rows))
        rows = [{"number": reading.number, "raw": reading.kept} for reading in more.phones]
        phones.append((key, more.goes_first, rows))
    for model, given in ((Email, emails), (models.Phone, phones)):
        taken = queries.places(model, {key for key, _more in added})
        placed: list[Row] = []
        for key, goes_first, rows in given:
            first, behind = taken.get(key, (0, 0))
            # Below zero if need be: nobody else's place changes, so no row of theirs is written.
            start = first - len(rows) if goes_first else behind
            taken[key] = (min(first, start), max(behind, start + len(rows)))
            told = {"person_id": key}
            placed += [{**told, "position": place, **row} for place, row in enumerate(rows, start)]
        add_many(model, placed)


def _origin(person_id: int, contact_import: ContactImport, row: PlannedRow) -> Row:
    if row.edits is not None:
        given = origins.of_edited(row.edits)
    elif row.additions:
        given = origins.of_changed(row.candidate, row.additions)
    else:
        given = origins.of_new(row.candidate)
    raw = json.dumps(row.kept or {}, ensure_ascii=False)
    return {
        "person_id": person_id,
        "contact_import_id": contact_import.id,
        "row": row.candidate.row,
        "is_new": row.is_new_person,
        "given": origins.given_text(given),
        # Half a sign, which only a broken workbook holds, fits in no database.
        "raw": raw.encode("utf-8", "replace").decode("utf-8"),
    }


# Cells of a list that came back: each replaces what is there, and nothing else does.


def _edit_persons(rows: Sequence[PlannedRow], organisation_ids: Mapping[str, int]) -> None:
    edits = {row.person_id: row.edits for row in rows if row.person_id is not None and row.edits}
    # One by one, not in bulk: what hangs on a name or an address is worked out by the model.
    for person in queries.persons_with_ids(edits, whole=True):
        given = edits[person.id]
        describe(person, details_of(person, read_cells(PERSON, given)))
        if _ROLE & given.keys():
            _edit_role(person, given, organisation_ids)
        # Who has the form of this person open learns that it is old.
        person.revision += 1
    session().flush()


def _edit_role(person: Person, given: Edits, organisation_ids: Mapping[str, int]) -> None:
    role = next(iter(person.affiliations), None)
    if role is None:
        role = Affiliation(helix=Helix.END_USERS, is_main=True)
        person.affiliations.append(role)
    if Field.ORGANISATION in given:
        role.organisation_id = organisation_ids.get(fold(given[Field.ORGANISATION]))
        # What is usual below is that of the new organisation.
        session().flush()
        session().refresh(role, ["organisation"])
    role.role = given.get(Field.ROLE, role.role)
    role.helix = _helix(given.get(Field.HELIX, "")) or role.helix
    place = role.organisation
    usual = {place.helix, place.second_helix} if place else {Helix.END_USERS}
    if role.helix not in usual and not role.helix_reason:
        role.helix_reason = str(_("As given in the imported list."))
    role.revision = (role.revision or 0) + 1


def _edit_organisations(
    actor: Actor, contact_import: ContactImport, rows: Sequence[PlannedRow]
) -> None:
    edits = {row.organisation_id: row.edits for row in rows if row.organisation_id and row.edits}
    keys = {fold(given.get(Field.ORGANISATION, "")) for given in edits.values()} - {""}
    owners = ids_by_key(keys)
    there = queries.organisations_with_ids(edits)
    for organisation in there:
        given = read_cells(ORGANISATION, edits[organisation.id])
        details = organisations.details_of(organisation, given)
        # Somebody may have made one with this name while the rows before were carried out.
        if owners.get(fold(details.name), organisation.id) != organisation.id:
            details = replace(details, name=organisation.name)
        revision = organisation.revision
        organisations.edit_organisation(actor, organisation, details=details, revision=revision)
    session().flush()
    ids = {organisation.id for organisation in there}
    given_by = [
        {
            "organisation_id": row.organisation_id,
            "contact_import_id": contact_import.id,
            "row": row.candidate.row,
            "given": origins.given_text(origins.of_edited_organisation(row.edits or {})),
        }
        for row in rows
        if row.organisation_id in ids
    ]
    add_many(OrganisationOrigin, given_by)


def _helix(text: str) -> Helix | None:
    try:
        return read_helix(text)
    except NotAHelix:
        return None


@dataclass(frozen=True, slots=True)
class Newcomers:
    """People of a list who are new here, and the helix of new organisations that no row says."""

    file_name: str
    candidates: Sequence[Candidate]
    helix_of_new: HelixOfNew


@command(StakeholderPermission.EDIT)
def add_newcomers(
    actor: Actor, project: Project, *, brought: Newcomers, step: undo.Step
) -> dict[int, int]:
    """
    Put people who come along with a list of something else into the register; return row → id.

    It is kept as an import that is done, with where each value came from; a list that comes in
    parts is one. Whoever is known already is somebody else here: the caller has asked.

    :param step: the step that this is part of, one for each list
    """
    candidates = brought.candidates
    if not candidates:
        return {}
    plan = make_plan(
        candidates,
        queries.register_for(candidates),
        brought.helix_of_new,
        Decisions(rows={candidate.row: Choice.NEW for candidate in candidates}),
        all_differ=True,
    )
    # The import as which earlier parts of the same list came in.
    begun = select(ContactImport).where(ContactImport.step_id == step.id)
    whole = session().scalar(begun)
    if whole is None:
        whole = ContactImport(
            file_name=clean_line(brought.file_name)[:LONGEST_FILE_NAME],
            state=ImportState.DONE,
            made_by_id=actor.account_id,
            finished_at=clock.now(),
            step_id=step.id,
            rows=0,
            new=0,
        )
        session().add(whole)
        session().flush()
    write(actor, project, whole, plan)
    for count in ("rows", "new"):
        setattr(whole, count, getattr(whole, count) + len(plan.rows))
    made = select(PersonOrigin.row, PersonOrigin.person_id)
    of_these = among(PersonOrigin.row, [candidate.row for candidate in candidates])
    rows = session().execute(made.where(PersonOrigin.contact_import_id == whole.id, of_these))
    return {row[0]: row[1] for row in rows}
