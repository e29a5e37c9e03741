"""Questions about own fields and their values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from crm.core.db import among, session, the_one
from crm.own_fields.models import VALUES, OrganisationValue, OwnField, PersonValue
from crm.own_fields.values import shown
from crm.stakeholders.models import Kind

Value = PersonValue | OrganisationValue


def own_fields(*subjects: Kind) -> list[OwnField]:
    """Return the own fields of persons, of organisations, or of both, in their order."""
    there = OwnField.removed_at.is_(None) & OwnField.subject.in_(subjects)
    statement = select(OwnField).where(there).options(selectinload(OwnField.options))
    return list(session().scalars(statement.order_by(OwnField.position, OwnField.id)))


def own_field(field_id: int) -> OwnField:
    """Return one that is not removed, or raise `NotFound`."""
    there = (OwnField.id == field_id) & OwnField.removed_at.is_(None)
    return the_one(select(OwnField).where(there).options(selectinload(OwnField.options)))


def counts(subject: Kind) -> dict[int, int]:
    """Return field id → how many people, or organisations, have a value of it."""
    model = VALUES[subject]
    holders = func.count(getattr(model, model.owner).distinct())
    counted = select(model.field_id, holders).group_by(model.field_id).order_by(model.field_id)
    rows = session().execute(counted)
    return {row[0]: row[1] for row in rows}


def uses_of(field: OwnField, option_ids: Collection[int]) -> int:
    """Return how many values of a field say one of these options."""
    model = VALUES[field.subject]
    said = (model.field_id == field.id) & model.key.in_(list(map(str, option_ids)))
    return session().scalar(select(func.count(model.id)).where(said)) or 0


def removed_before(moment: datetime) -> list[int]:
    """Return the ids of fields that were removed before a moment."""
    old = select(OwnField.id).where(OwnField.removed_at < moment)
    return list(session().scalars(old.order_by(OwnField.id)))


def some_values(
    model: type[PersonValue | OrganisationValue], field_ids: Sequence[int], most: int
) -> list[int]:
    """Return the ids of at most so many values of these fields."""
    found = select(model.id).where(among(model.field_id, field_ids))
    return list(session().scalars(found.order_by(model.id).limit(most)))


def values_of(subject: Kind, ids: Collection[int]) -> dict[int, dict[int, list[Value]]]:
    """Return record id → field id → its values, of fields that are not removed."""
    model = VALUES[subject]
    owner = getattr(model, model.owner)
    here = select(model).join(OwnField, OwnField.id == model.field_id)
    here = here.where(among(owner, ids), OwnField.removed_at.is_(None))
    found: dict[int, dict[int, list[Value]]] = defaultdict(lambda: defaultdict(list))
    values: Iterable[Value] = session().scalars(here.order_by(model.id))
    for value in values:
        found[getattr(value, model.owner)][value.field_id].append(value)
    return found


def told_of(subject: Kind, record_id: int, *, also_private: bool) -> list[tuple[str, str]]:
    """Return label and value, as a reader sees it, of each field; nothing where nothing stands."""
    model = VALUES[subject]
    theirs = (model.field_id == OwnField.id) & (getattr(model, model.owner) == record_id)
    there = OwnField.removed_at.is_(None) & (OwnField.subject == subject)
    statement = select(OwnField.id, OwnField.label, OwnField.kind, model.value)
    statement = statement.outerjoin(model, theirs).where(there)
    if not also_private:
        statement = statement.where(~OwnField.is_private)
    rows = session().execute(statement.order_by(OwnField.position, OwnField.id, model.id))
    labels: dict[int, str] = {}
    values: dict[int, list[str]] = defaultdict(list)
    for field_id, label, kind, value in rows:
        labels[field_id] = label
        if value is not None:
            values[field_id].append(str(shown(kind, value)))
    return [(label, ", ".join(values[field_id])) for field_id, label in labels.items()]
