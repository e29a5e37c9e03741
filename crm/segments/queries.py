"""Questions about segments."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true

from crm.accounts.models import Account
from crm.core import conditions
from crm.core.conditions import Audience, ConditionRefused, Group
from crm.core.db import session, the_one
from crm.core.i18n import _l
from crm.core.permissions import Actor, allows
from crm.segments.models import Segment
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import condition_filter

KIND = "segment"


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment with the name of who made it, and whether who asks may change it."""

    segment: Segment
    maker: str
    may_change: bool

    @property
    def size(self) -> int:
        """How many conditions it has."""
        return len(list(conditions.conditions_of(conditions.parse(self.segment.conditions))))


def segments(actor: Actor) -> list[SegmentRow]:
    """Return the actor's own segments of the project, and those shared with it, by name."""
    seen = select(Segment, Account.name).where(seen_by(actor))
    named = seen.join(Account, Account.id == Segment.account_id)
    return [
        SegmentRow(segment, maker, allows(actor, StakeholderPermission.KEEP, segment))
        for segment, maker in session().execute(named.order_by(Segment.name, Segment.id))
    ]


def choices(actor: Actor) -> list[tuple[str, str]]:
    """Return id and name of the segments that an actor sees, by name; for filters."""
    statement = select(Segment.id, Segment.name).where(seen_by(actor))
    rows = session().execute(statement.order_by(Segment.name, Segment.id))
    return [(str(key), name) for key, name in rows]


def segment(actor: Actor, segment_id: int) -> Segment:
    """Return one segment that the actor sees; raise `NotFound` also where it is another's own."""
    return the_one(select(Segment).where(Segment.id == segment_id, seen_by(actor)))


def address_of(segment: Segment | int) -> str:
    """Return what asks for the people of a segment, as it stands in an address."""
    key = segment if isinstance(segment, int) else segment.id
    return conditions.write(Group((conditions.Condition(KIND, (str(key),)),)))


def told_to_everybody(actor: Actor, segment_id: int) -> str | None:
    """
    Return what a segment says, where what it leaves may be shown with pseudonyms among it.

    None where it is gone or somebody else's own; nor, for who sees pseudonyms, where one of its
    conditions tells what is hidden.
    """
    try:
        found = condition_filter.of(conditions.parse(address_of(segment_id)), actor).meant
    except ConditionRefused:
        return None
    told = {conditions.kind_of(part.kind).told for part in conditions.conditions_of(found)}
    if not actor.sees_private_persons and told - {Audience.EVERYBODY}:
        return None
    return conditions.write(found)


def unfolded(asked: Group, actor: Actor) -> Group:
    """
    Return conditions to be kept: a segment in them is replaced by what it says now.

    So a segment refers to no other, which could change under it or be somebody's own.

    :raises ConditionRefused: if they cannot be used, or who asks may not read what they say
    """
    meant = condition_filter.of(asked, actor).meant
    if not actor.sees_private_persons:
        own = {(part.kind, part.values) for part in conditions.conditions_of(asked)}
        taken = {(part.kind, part.values) for part in conditions.conditions_of(meant)} - own
        if any(conditions.kind_of(kind).told is not Audience.EVERYBODY for kind, _values in taken):
            message = _l("A segment in this tells more than you may know. Leave it out.")
            raise ConditionRefused(message)
    return meant


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for segments that an actor sees: their own, and what is shared."""
    if actor.is_system:
        return true()
    return or_(Segment.account_id == actor.account_id, Segment.is_shared)
