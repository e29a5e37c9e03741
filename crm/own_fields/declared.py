"""What own fields say of themselves: fields, a condition, references, steps, words of rows."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from crm.core.conditions import (
    Audience,
    BoundValues,
    ConditionKind,
    ConditionRefused,
    OwnFilter,
    Phrase,
    Pick,
)
from crm.core.db import among, project_in_scope, session
from crm.core.fields import Field, Merge, Where, text
from crm.core.i18n import LazyString, _, _l
from crm.core.permissions import Actor, allows
from crm.core.references import Blanked, Joined, Moved, Reference
from crm.core.undo import RowWords, StepKind
from crm.own_fields import queries, services
from crm.own_fields.models import VALUES, OwnField, OwnOption, PersonValue
from crm.own_fields.policy import OwnFieldPermission
from crm.own_fields.values import LONGEST, NO, YES, FieldKind, shown
from crm.stakeholders.declared.steps import first_words
from crm.stakeholders.models import Kind, Person
from crm.stakeholders.policy import StakeholderPermission

# Of one field the value of the record that stays is kept; of several options all.
_JOINED = Joined(same=lambda row: (row["field_id"], row["slot"]))
REFERENCES = tuple(
    Reference(
        model,
        model.owner,
        Moved.REPOINTED_UNLESS_THERE,
        told=("field_id", "value"),
        blanked=Blanked.REMOVED,
        kept="as long as the record",
        joined=_JOINED,
        is_own=True,
    )
    for model in VALUES.values()
)
REMOVAL = StepKind(
    services.STEP,
    _l("Removal"),
    OwnFieldPermission.DEFINE,
    lambda _step: str(_("An own field")),
    first_words("own_field", "label"),
)


def _labels(_actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    found = select(OwnField.id, OwnField.label).where(among(OwnField.id, ids))
    return {row.id: row.label for row in session().execute(found)}


TOLD = (
    RowWords(
        OwnField,
        _l("Own fields"),
        fields={
            "label": _l("Name of the field"),
            "purpose": _l("What do you need it for?"),
            "help_text": _l("Help beside the field"),
            "is_private": _l("Only leaders and planners see it"),
            "removed_at": _l("Removed"),
        },
        unseen=("subject", "kind", "label_key", "made_at", "position"),
        names=_labels,
    ),
    RowWords(
        OwnOption,
        _l("What can be chosen"),
        fields={"word": _l("Word")},
        unseen=("position",),
        owner="field_id",
    ),
    *(
        RowWords(
            model,
            _l("Own fields"),
            fields={"field_id": _l("Own field"), "value": _l("Value")},
            unseen=("key", "slot"),
            owner=model.owner,
        )
        for model in VALUES.values()
    ),
)


# A field, and perhaps the key of a value in it; see `read` of the values.
_ASKED = re.compile(r"([1-9][0-9]{0,8})(?:-([0-9]{1,9}))?")


def _choices(actor: Actor) -> list[tuple[str, str]]:
    """Return what can be asked: that a field is filled in, and each value that can be chosen."""
    offered = []
    for field in queries.own_fields(Kind.PERSON):
        if field.is_private and not allows(actor, StakeholderPermission.EDIT):
            continue
        said = {str(key): word for key, word in field.words.items()}
        if field.kind is FieldKind.YES_NO:
            said = {key: str(shown(field.kind, key)) for key in (YES, NO)}
        filled_in = _("%(field)s: filled in", field=field.label)
        offered += [(str(field.id), str(filled_in))]
        offered += [(f"{field.id}-{key}", f"{field.label}: {word}") for key, word in said.items()]
    return offered


def _has(given: BoundValues) -> ColumnElement[bool]:
    asked = given.text("value")
    # By what is offered: a field that was removed, or is not for their eyes, tells nothing.
    if asked not in dict(_choices(given.actor)):
        raise ConditionRefused(_l("This own field is no longer there."), field="value")
    field_id, _dash, key = asked.partition("-")
    has = (PersonValue.person_id == Person.id) & (PersonValue.field_id == int(field_id))
    return exists().where(has & (PersonValue.key == key) if key else has)


OWN = ConditionKind(
    "own",
    _l("Own field"),
    holds=_has,
    says=lambda _given: Phrase(_l("has “%(value)s”"), _l("does not have “%(value)s”")),
    parameters=(
        Pick(
            "value",
            _l("Own field"),
            _choices,
            read=lambda text: text if _ASKED.fullmatch(text) else None,
        ),
    ),
    told=Audience.NAMED,
    own_filter=OwnFilter("own_field", _l("Own field"), in_list=False),
)


@dataclass(frozen=True, slots=True)
class _Store:
    """Values of one own field; those of all fields of a record are asked for at once."""

    field: OwnField
    held: Callable[[tuple[int, ...]], Mapping[int, Mapping[int, Sequence[queries.Value]]]]

    def values(self, records: Sequence[Any], _day: date) -> dict[int, str]:
        """Return the values of records by id, as a reader sees them."""
        held, field = self.held(tuple(record.id for record in records)), self.field

        def said(record_id: int) -> str:
            values = held.get(record_id, {}).get(field.id, ())
            return "; ".join(str(shown(field.kind, one.value)) for one in values)

        return {record.id: said(record.id) for record in records}


_KIND = text(LONGEST)


def provided(where: Where) -> Iterator[Field]:
    """Yield the own fields of the project in scope, where files are made of them."""
    # Elsewhere they do not stand, and a page that asks often would ask the database each time.
    if where is not Where.FILE or project_in_scope() is None:
        return
    held = {kind: lru_cache(1)(partial(queries.values_of, kind)) for kind in Kind}
    for own in queries.own_fields(*Kind):
        is_open = Audience.EVERYBODY if own.subject is Kind.ORGANISATION else Audience.NAMED
        yield Field(
            f"{own.subject}.{own.input_name}",
            LazyString(str, own.label),  # as its maker wrote it, in every language
            _KIND,
            _Store(own, held[own.subject]),
            Where.FILE,
            Audience.NOBODY if own.is_private else is_open,
            Merge.OURS,
            column=own.input_name,
        )
