"""Asking people by mail with whom they work."""

from collections.abc import Sequence

from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import add_missing, among, change_many
from crm.core.mail import Purpose, Recipient
from crm.core.permissions import Actor
from crm.messages.models import MessageBatch
from crm.messages.queries import reach
from crm.messages.queries.reach import People
from crm.messages.services import batches, sending, writing
from crm.messages.services.batches import NewBatch
from crm.messages.services.sending import Sending
from crm.networks.models import LINK_LASTS, DeclaringLink
from crm.networks.policy import NetworkPermission
from crm.networks.queries import declared_ties
from crm.projects.models import Project


@command(NetworkPermission.DECLARE)
def ask_ties(actor: Actor, project: Project, *, people: People, how: Sending) -> MessageBatch:
    """
    Ask those of `people` who may be written to with whom they work; once for each key.

    A link that they have already stays, and works for as long as a new one.

    :raises InThePast, NobodyToSendTo, PossiblyTwice, LanguageLacking: see `sending`
    """
    known = batches.begun(actor, project, key=how.key)
    if known is not None:
        return known
    to = reach.recipients(people, declared_ties.question())
    sending.hold(project, to, how)
    pinned = sending.pinned(Purpose.TIES, (one.language for one in to))
    _give_links(to, how)
    new = NewBatch(how.key, Purpose.TIES, "", how.not_before, pinned)
    batch = batches.make(actor, project, new=new)
    writing.queue(batch, to, {})
    return batch


def _give_links(to: Sequence[Recipient], how: Sending) -> None:
    ids = [one.person_id for one in to if one.person_id is not None]
    start = how.not_before or clock.now()
    until = {"expires_at": start + LINK_LASTS}
    rows = [
        {
            "person_id": one,
            "token_hash": tokens.hashed(tokens.new()),
            "made_at": start,
            "missed": "",
            **until,
        }
        for one in ids
    ]
    add_missing(DeclaringLink, rows, unique=["person_id"])
    change_many(DeclaringLink, among(DeclaringLink.person_id, ids), until)
