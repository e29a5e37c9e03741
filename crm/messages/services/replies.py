"""Replies: closed once they are read, opened again, and taken as an answer."""

from crm.core import clock, inbound_mail
from crm.core.commands import command
from crm.core.db import lock
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.messages.models import Reply
from crm.messages.policy import MessagePermission


class NothingToTake(Conflict):
    """The reply answers nothing, or somebody closed it meanwhile."""

    message = _l("There is no answer in this reply that can be taken.")


@command(MessagePermission.SEND)
def close(actor: Actor, reply: Reply) -> None:
    """Note that nothing is left to do about a reply."""
    lock(reply)
    if reply.closed_at is None:
        reply.closed_at, reply.closed_by_id = clock.now(), actor.account_id


@command(MessagePermission.SEND)
def reopen(_actor: Actor, reply: Reply) -> None:
    """Put a reply among those to read again."""
    reply.closed_at = reply.closed_by_id = None


@command(MessagePermission.SEND)
def take(actor: Actor, reply: Reply) -> None:
    """
    Let what a calendar answered count after all, and close it.

    :raises NothingToTake, Conflict: if it answers nothing or is closed; if no answer can be taken
    """
    lock(reply)
    if reply.closed_at is not None or reply.proposed is None or reply.about_id is None:
        raise NothingToTake
    inbound_mail.take(actor, reply.about_id, reply.proposed)
    close(actor, reply)
