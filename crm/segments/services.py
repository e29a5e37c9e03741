"""Segments: keeping one, changing it, and removing it."""

from dataclasses import dataclass

from sqlalchemy import select

from crm.core import conditions, undo
from crm.core.commands import command
from crm.core.conditions import Group
from crm.core.db import remove_many, session
from crm.core.db.rows import lock
from crm.core.errors import Conflict, Forbidden, Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor, allows
from crm.projects.models import Project
from crm.segments.models import Segment
from crm.segments.queries import unfolded
from crm.stakeholders.policy import StakeholderPermission

STEP = "stakeholders.segment_removed"


class SegmentNameTaken(Conflict):
    """The same person has a segment of this name in the project."""

    message = _l("You already have a segment with this name. Choose another name.")
    field = "name"


class NoConditions(Invalid):
    """A segment of everybody would say nothing."""

    message = _l("Choose at least one condition.")


@dataclass(frozen=True, slots=True)
class SegmentDetails:
    """What a segment is called, its conditions as in an address, and whether others find it."""

    name: str
    where: str
    is_shared: bool = False


@command(StakeholderPermission.KEEP)
def save_segment(actor: Actor, project: Project, *, details: SegmentDetails) -> Segment:
    """
    Keep conditions under a name; segments in them are replaced by what they say now.

    :raises SegmentNameTaken: if the actor has another segment of this name
    :raises NoConditions: if nobody is left out
    :raises ConditionRefused: if the conditions cannot be used
    :raises Forbidden: if it is to be shared by somebody who only reads
    """
    lock(project)
    made = Segment(account_id=actor.account_id)
    _fill(actor, made, details)
    session().add(made)
    session().flush()
    return made


@command(StakeholderPermission.KEEP)
def change_segment(actor: Actor, segment: Segment, *, details: SegmentDetails) -> None:
    """Change a segment, share it with the project or no more; errors are as in `save_segment`."""
    # Names are one for each person and project: the project is held, as while one is made.
    lock(session().get_one(Project, segment.project_id))
    _fill(actor, segment, details)


@command(StakeholderPermission.KEEP)
def remove_segment(_actor: Actor, segment: Segment) -> int:
    """Remove a segment, and return the step by which it can come back; its people stay."""
    step = undo.begin(STEP, about={"segments": 1, "shared": segment.is_shared})
    remove_many(Segment, Segment.id == segment.id)
    return step.id


def _fill(actor: Actor, segment: Segment, details: SegmentDetails) -> None:
    shares = details.is_shared and not segment.is_shared
    if shares and not allows(actor, StakeholderPermission.EDIT):
        raise Forbidden
    meant: Group = unfolded(conditions.parse(details.where), actor)
    if not meant.parts:
        raise NoConditions
    taken = select(Segment.id).where(
        Segment.account_id == segment.account_id,
        Segment.name == details.name,
        Segment.id != (segment.id or 0),
    )
    if session().scalar(taken.limit(1)) is not None:
        raise SegmentNameTaken
    segment.name, segment.is_shared = details.name, details.is_shared
    segment.conditions = conditions.write(meant)
