"""Needs: what somebody who comes needs, kept with their consent and not for long."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from crm.core import clock
from crm.core.commands import command
from crm.core.db import among, ids_of, remove_many, session
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession, Invitation, Need, NeedKind
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.services.refusals import NotInvited
from crm.projects.models import Project

KEPT_AFTER = timedelta(days=14)
LONGEST = 1000


class NotAgreed(Invalid):
    """Needs tell something of somebody's health or belief, so they are kept with consent only."""

    message = _l("Tick that we may keep this until 14 days after the session.")
    field = "agreed"


class NeedEmpty(Invalid):
    """Nothing was written."""

    message = _l("Write what you need.")
    field = "words"


@command(SessionPermission.ANSWER)
def note_needs(
    _actor: Actor, invitation: Invitation, *, kind: NeedKind, words: str, agreed: bool
) -> None:
    """
    Keep what somebody needs, in place of what they wrote before.

    :raises NotAgreed: without their consent
    :raises NeedEmpty: if nothing was written
    :raises NotInvited: if the person is not on the list any more
    """
    answers.lock_invitation(invitation)
    if invitation.is_gone:
        raise NotInvited
    if not agreed:
        raise NotAgreed
    text = words.strip()[:LONGEST]
    if not text:
        raise NeedEmpty
    known = session().scalar(select(Need).where(_of(invitation), Need.kind == kind))
    if known is None:
        session().add(Need(invitation_id=invitation.id, kind=kind, words=text))
    else:
        known.words, known.agreed_at = text, clock.now()


@command(SessionPermission.ANSWER)
def remove_need(_actor: Actor, invitation: Invitation, *, kind: NeedKind) -> None:
    """Remove what somebody wrote about one kind of need."""
    remove_many(Need, _of(invitation) & (Need.kind == kind))


def forget_needs(invitations: Collection[Invitation]) -> None:
    """Remove what people need who do not come; inside a command."""
    remove_many(Need, among(Need.invitation_id, ids_of(invitations)))


@command(SessionPermission.ARRANGE)
def remove_old_needs(_actor: Actor, _project: Project) -> int:
    """Remove the needs for sessions that ended 14 days ago; return how many."""
    ended = (
        select(Invitation.id)
        .join(Invitation.design_session)
        .where(DesignSession.ends_at <= clock.now() - KEPT_AFTER)
    )
    return len(remove_many(Need, Need.invitation_id.in_(ended)))


def _of(invitation: Invitation) -> ColumnElement[bool]:
    return Need.invitation_id == invitation.id
