"""What the register says of its steps, which can be undone, and of the rows that they change."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.core.db import among, session
from crm.core.i18n import _, _l, written_number
from crm.core.normalisation import fold
from crm.core.permissions import Actor, system
from crm.core.undo import Key, RowWords, Step, StepKind, as_removed, first_written
from crm.core.undo.kinds import Names, Subjects
from crm.core.undo.rows import as_kept
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.rules.fields import AFFILIATION, ORGANISATION, PERSON, columns_of
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.services import merging, selections
from crm.stakeholders.services.persons import name_values
from crm.stakeholders.values.names import NameParts, full_name


def names_of_persons(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    """Return what people are called, as the actor may see them."""
    found = select(Person).where(among(Person.id, ids)).options(selectinload(Person.affiliations))
    shown = shown_as(actor)
    return {person.id: shown.name(person) for person in session().scalars(found)}


def names_of_organisations(_actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    """Return what organisations are called."""
    found = select(Organisation.id, Organisation.name).where(among(Organisation.id, ids))
    return {row.id: row.name for row in session().execute(found)}


def _name_of_gone(values: Mapping[str, Any]) -> str:
    # The trail keeps values as JSON: they are read back before they make a name.
    parts = {part.name: values[part.name] for part in fields(NameParts) if values.get(part.name)}
    return full_name(NameParts(**as_kept(Person, parts)))


def _merged(table: str, names_of: Names, gone_name: Callable[[Mapping[str, Any]], str]) -> Subjects:
    """Return what tells which two were merged; nothing where the one that was kept is gone too."""

    def both_names(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
        pairs = {step.id: (step.about[f"{table}_id"], step.about["gone"]) for step in steps}
        there = names_of(actor, {key for pair in pairs.values() for key in pair})
        # Whether somebody who is gone was private is not to be told any more, so it counts for all.
        seen = {gone for _kept, gone in pairs.values()} if actor.sees_private_persons else set()
        held = as_removed(Key(table, row_id) for row_id in seen - there.keys())
        names = {key.row_id: gone_name(values) for key, values in held.items()} | {**there}
        return {
            step_id: " + ".join(filter(None, (there[kept], names.get(gone))))
            for step_id, (kept, gone) in pairs.items()
            if kept in there
        }

    return both_names


def first_words(table: str, column: str) -> Subjects:
    """Return what tells of steps what the first row that they wrote in a table says."""
    return lambda _actor, steps: {
        key: str(values.get(column, "")) for key, values in first_written(steps, table).items()
    }


def roles(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which roles were given, and where."""
    found = first_written(steps, "affiliation")
    places_of = {key: role.get("organisation_id") or 0 for key, role in found.items()}
    names = names_of_organisations(actor, set(places_of.values()) - {0})
    return {
        key: ", ".join(filter(None, (role.get("role", ""), names.get(places_of[key], ""))))
        for key, role in found.items()
    }


PERSON_PAGE = ("persons.person", "person_id")
ORGANISATION_PAGE = ("organisations.organisation", "organisation_id")
ORDER_PAGE = ("bulk_orders.order", "order_id")
EDIT = StakeholderPermission.EDIT
_PEOPLE, _PLACES = _l("Merge of people"), _l("Merge of organisations")
_TAGS = first_words("person_tag", "word")
_MERGED_PERSONS = _merged("person", names_of_persons, _name_of_gone)
_MERGED_ORGANISATIONS = _merged(
    "organisation", names_of_organisations, lambda values: str(values.get("name", ""))
)
STEPS = (
    *(
        StepKind(kind, label, EDIT, lambda _step: str(_("two that were one")), told, *page)
        for kind, label, told, page in (
            (merging.PERSONS, _PEOPLE, _MERGED_PERSONS, PERSON_PAGE),
            (merging.ORGANISATIONS, _PLACES, _MERGED_ORGANISATIONS, ORGANISATION_PAGE),
        )
    ),
    *(
        StepKind(
            kind,
            label,
            EDIT,
            lambda step: str(
                _("%(persons)s people", persons=written_number(step.about["persons"]))
            ),
            told,
            *ORDER_PAGE,
        )
        for kind, label, told in (
            (selections.TAG, _l("Tag given"), _TAGS),
            (selections.UNTAG, _l("Tag taken away"), _TAGS),
            (selections.AFFILIATE, _l("Role given"), roles),
            (selections.SET, _l("Field changed"), None),
        )
    ),
)


def _of_names(ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return what is made of the names of persons: how they are sorted and found."""
    found = session().scalars(select(Person).where(among(Person.id, ids)))
    return {
        person.id: {key: values[key] for key in ("sort_key", "name_key")}
        for person in found
        if not person.name_parts.is_empty and (values := name_values(person.name_parts))
    }


TOLD = (
    RowWords(
        Person,
        _l("People"),
        fields=columns_of(PERSON),
        names=names_of_persons,
        # The parts of a name go back together, with what is made of them: half a name is nobody's.
        together=(
            (
                "surname",
                "first_name",
                "initials",
                "prefix",
                "partner_prefix",
                "partner_surname",
                "name_use",
                "sort_key",
                "name_key",
            ),
        ),
        derive=_of_names,
        endpoint=PERSON_PAGE[0],
        argument=PERSON_PAGE[1],
    ),
    RowWords(
        Organisation,
        _l("Organisations"),
        fields=columns_of(ORGANISATION),
        names=names_of_organisations,
        together=(("name", "name_key", "sort_key"),),
        derive=lambda ids: {
            key: {"name_key": fold(name), "sort_key": fold(name)}
            for key, name in names_of_organisations(system(), ids).items()
        },
        endpoint=ORGANISATION_PAGE[0],
        argument=ORGANISATION_PAGE[1],
    ),
    RowWords(Affiliation, _l("Roles"), columns_of(AFFILIATION), owner="person_id"),
    RowWords(
        models.Email,
        _l("E-mail addresses"),
        fields={"address": _l("E-mail address"), "position": _l("Place in the list")},
        owner="person_id",
        together=(("address", "address_key"),),
    ),
    RowWords(
        models.Phone,
        _l("Phone numbers"),
        fields={"number": _l("Phone number"), "position": _l("Place in the list")},
        owner="person_id",
        together=(("number", "raw"),),
    ),
    *(
        RowWords(
            model, _l("Tags"), {"word": _l("Tag")}, owner=owner, together=(("word", "word_key"),)
        )
        for model, owner in (
            (models.PersonTag, "person_id"),
            (models.OrganisationTag, "organisation_id"),
        )
    ),
    RowWords(
        models.FormerRecord,
        _l("Old addresses of records that were merged"),
        fields={"organisation_id": _l("Organisation")},
        unseen=("old_id", "merged_at"),
        owner="person_id",
    ),
    RowWords(
        models.LikelyPair,
        _l("Likely duplicates"),
        fields={
            "other_person_id": _l("Person"),
            "organisation_id": _l("Organisation"),
            "other_organisation_id": _l("Organisation"),
        },
        unseen=("kind", "score", "reasons", "state", "found_at", "decided_by_id", "decided_at"),
        owner="person_id",
    ),
)
