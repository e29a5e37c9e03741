"""What own fields say of themselves: what refers to records, steps, and what rows are called."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from crm.core.db import among, session
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.core.references import Blanked, Joined, Moved, Reference
from crm.core.undo import RowWords, StepKind
from crm.own_fields import services
from crm.own_fields.models import VALUES, OwnField, OwnOption
from crm.own_fields.policy import OwnFieldPermission
from crm.stakeholders.declared.steps import first_words

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
