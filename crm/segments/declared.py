"""What segments say of themselves: the condition, what refers to an organisation, and steps."""

import re
from collections.abc import Collection, Mapping

from sqlalchemy import select, true

from crm.core import conditions
from crm.core.db import among, session
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.core.references import Loose
from crm.core.undo import RowWords, StepKind
from crm.segments import services
from crm.segments.models import Segment
from crm.segments.queries import KIND, choices, seen_by
from crm.stakeholders.declared.steps import first_words
from crm.stakeholders.models import Organisation
from crm.stakeholders.policy import StakeholderPermission


def _meant(given: conditions.BoundValues) -> conditions.Group:
    mine = Segment.id == given.number("segment"), seen_by(given.actor)
    found = session().scalar(select(Segment.conditions).where(*mine))
    if found is None:
        message = _l("This segment is no longer there, or it is somebody else's own.")
        raise conditions.ConditionRefused(message, field="segment")
    return conditions.expanded(conditions.parse(found), given.actor, given.day)


IN_SEGMENT = conditions.ConditionKind(
    KIND,
    _l("Segment"),
    # What it stands for is asked instead.
    holds=lambda _given: true(),
    says=lambda _given: conditions.Phrase(
        _l("is in the segment “%(segment)s”"), _l("is not in the segment “%(segment)s”")
    ),
    parameters=(
        conditions.Pick(
            "segment",
            _l("Segment"),
            choices,
            lambda actor, key: session().scalar(
                select(Segment.name).where(Segment.id == int(key), seen_by(actor))
            ),
        ),
    ),
    told=conditions.Audience.EVERYBODY,
    expands=_meant,
    own_filter=conditions.OwnFilter("segment", _l("Segment"), in_list=False),
)
# As the condition stands in an address: no word or value of another one stands before it.
_AT_ORGANISATION = re.compile(r"(?<![a-z0-9_:-])organisation:([0-9]+)(?=[:,)]|$)")


def _at(asked: str, joined: Mapping[int, int]) -> str:
    """Let conditions on an organisation that goes be on the one that stays."""

    def followed(found: re.Match[str]) -> str:
        organisation_id = int(found.group(1))
        return f"organisation:{joined.get(organisation_id, organisation_id)}"

    return _AT_ORGANISATION.sub(followed, asked)


REFERENCE = Loose(
    Segment,
    "conditions",
    Organisation,
    where=lambda: Segment.conditions.contains("organisation:"),
    follow=_at,
)
# No page: what a removed segment was about is no longer there.
REMOVAL = StepKind(
    services.STEP,
    _l("Removal"),
    StakeholderPermission.KEEP,
    lambda _step: str(_("A segment")),
    first_words("segment", "name"),
)


def _segments(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    # Those of others that are not shared are nobody else's to read.
    seen = Segment.is_shared | (Segment.account_id == actor.account_id)
    found = select(Segment.id, Segment.name).where(among(Segment.id, ids), seen)
    return {row.id: row.name for row in session().execute(found)}


TOLD = RowWords(
    Segment,
    _l("Segments"),
    fields={"name": _l("Name"), "is_shared": _l("Share with everybody in the project")},
    unseen=("account_id", "conditions", "made_at"),
    names=_segments,
)
