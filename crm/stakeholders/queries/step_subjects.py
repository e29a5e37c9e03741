"""What steps of the register were about: files, who was merged, tags and roles, by their steps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.core.db import among, session
from crm.core.i18n import ngettext
from crm.core.permissions import Actor
from crm.core.undo import Key, Step, as_removed, first_written
from crm.core.undo.values import as_kept
from crm.stakeholders.models import ContactImport, Organisation, Person
from crm.stakeholders.names import NameParts, full_name
from crm.stakeholders.visibility import shown_as


def names_of_persons(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    """Return what people are called, as the actor may see them."""
    found = select(Person).where(among(Person.id, ids)).options(selectinload(Person.affiliations))
    shown = shown_as(actor)
    return {one.id: shown.name(one) for one in session().scalars(found)}


def names_of_organisations(_actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    """Return what organisations are called."""
    found = select(Organisation.id, Organisation.name).where(among(Organisation.id, ids))
    return {row.id: row.name for row in session().execute(found)}


def files(_actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which files were imported."""
    ids = {one.id: one.about.get("import_id") for one in steps}
    asked = select(ContactImport.id, ContactImport.file_name, ContactImport.rows)
    rows = session().execute(asked.where(among(ContactImport.id, set(ids.values()))))
    told = {row.id: file_words(row.file_name, row.rows) for row in rows}
    return {step_id: told.get(import_id, "") for step_id, import_id in ids.items()}


def file_words(name: str, rows: int) -> str:
    """Return what a list was: the name of its file, and how many rows it had if that is known."""
    if not rows:
        return name
    return str(ngettext("%(file)s, %(num)s row", "%(file)s, %(num)s rows", rows, file=name))


def merged_persons(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which two people were merged."""
    names = names_of_persons(actor, _both(steps, "person_id"))
    gone = _gone(actor, steps, "person", names)
    return _pairs(steps, "person_id", names, {key: _name_in(one) for key, one in gone.items()})


def merged_organisations(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which two organisations were merged."""
    names = names_of_organisations(actor, _both(steps, "organisation_id"))
    gone = _gone(actor, steps, "organisation", names)
    old = {key: str(one.get("name", "")) for key, one in gone.items()}
    return _pairs(steps, "organisation_id", names, old)


def _both(steps: Sequence[Step], kept: str) -> set[int]:
    return {one.about[name] for one in steps for name in (kept, "gone")}


def _gone(
    actor: Actor, steps: Sequence[Step], table: str, there: Mapping[int, str]
) -> Mapping[int, Mapping[str, Any]]:
    """Return what the trail holds of those that went into others, for who may see everybody."""
    away = {one.about["gone"] for one in steps} - there.keys()
    seen = away if actor.sees_private_persons else ()
    return {key.row_id: one for key, one in as_removed(Key(table, one) for one in seen).items()}


def _name_in(values: Mapping[str, Any]) -> str:
    parts = {one.name: values[one.name] for one in fields(NameParts) if values.get(one.name)}
    return full_name(NameParts(**as_kept(Person, parts)))


def _pairs(
    steps: Sequence[Step], kept: str, there: Mapping[int, str], gone: Mapping[int, str]
) -> dict[int, str]:
    """Return both names of each pair; nothing where the one that was kept is there no more."""
    pairs = {one.id: (one.about[kept], one.about["gone"]) for one in steps}
    return {
        step_id: " + ".join(filter(None, (there[one], there.get(other) or gone.get(other, ""))))
        for step_id, (one, other) in pairs.items()
        if one in there
    }


def tags(_actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which tags were given or taken away."""
    found = first_written(steps, "person_tag")
    return {key: str(values.get("word", "")) for key, values in found.items()}


def roles(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which roles were given, and where."""
    found = first_written(steps, "affiliation")
    ids = {one["organisation_id"] for one in found.values() if one.get("organisation_id")}
    places = names_of_organisations(actor, ids)
    return {
        key: ", ".join(
            filter(None, (one.get("role", ""), places.get(one.get("organisation_id", 0), "")))
        )
        for key, one in found.items()
    }


def removed_segments(_actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which segments were removed."""
    found = first_written(steps, "segment")
    return {key: str(values.get("name", "")) for key, values in found.items()}
