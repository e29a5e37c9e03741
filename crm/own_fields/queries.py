"""Questions about own fields and their values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from crm.core.db import among, session, the_one
from crm.own_fields.models import VALUES, OrganisationValue, OwnField, PersonValue
from crm.own_fields.values import shown
from crm.stakeholders.models import Kind

Value = PersonValue | OrganisationValue


def own_fields(subject: Kind, *, also_private: bool = True) -> list[OwnField]:
    """Return the own fields of persons, or of organisations, in their order."""
    there = OwnField.removed_at.is_(None) & (OwnField.subject == subject)
    statement = select(OwnField).where(there).options(selectinload(OwnField.options))
    if not also_private:
        statement = statement.where(~OwnField.is_private)
    return list(session().scalars(statement.order_by(OwnField.position, OwnField.id)))


def own_field(field_id: int) -> OwnField:
    """Return one that is not removed, or raise `NotFound`."""
    there = (OwnField.id == field_id) & OwnField.removed_at.is_(None)
    return the_one(select(OwnField).where(there).options(selectinload(OwnField.options)))


def counts(subject: Kind) -> dict[int, int]:
    """Return field id → how many people, or organisations, have a value of it."""
    model = VALUES[subject]
    holders = func.count(getattr(model, model.owner).distinct())
    rows = session().execute(select(model.field_id, holders).group_by(model.field_id))
    return {row[0]: row[1] for row in rows}


def uses_of(field: OwnField, option_ids: Collection[int]) -> int:
    """Return how many values of a field say one of these options."""
    model = VALUES[field.subject]
    said = (model.field_id == field.id) & model.key.in_(list(map(str, option_ids)))
    return session().scalar(select(func.count()).where(said)) or 0


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


def told(
    fields: Sequence[OwnField], values: Mapping[int, Sequence[Value]]
) -> list[tuple[str, str]]:
    """Return label and text, as a reader sees it, of each field that has a value."""
    return [
        (field.label, ", ".join(str(shown(field.kind, value.text)) for value in values[field.id]))
        for field in fields
        if field.id in values
    ]
