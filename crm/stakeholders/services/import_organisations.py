"""Bringing the organisations of a list into the register: added, filled, edited, and by whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm.core.db import add_many, set_many
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import KnownOrganisation
from crm.stakeholders.importing.origins import given_text, of_edited_organisation
from crm.stakeholders.importing.plan import Plan, PlannedRow
from crm.stakeholders.models import (
    ContactImport,
    Helix,
    Organisation,
    OrganisationOrigin,
    OrganisationTag,
)
from crm.stakeholders.services.import_editing import write_organisation_edits
from crm.stakeholders.services.organisations import OrganisationDetails, add_organisations

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
    origins = [_origin(contact_import, row) for row in edited if row.organisation_id in there]
    add_many(OrganisationOrigin, origins)


def _origin(contact_import: ContactImport, row: PlannedRow) -> Row:
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
