"""Noticing: what people must know of a session stands among the messages, as a batch."""

from collections.abc import Mapping
from dataclasses import replace

from crm.core.db import session
from crm.core.mail import Letter
from crm.design_sessions.models import DesignSession, Invitation, SessionBatch
from crm.design_sessions.queries.mailing import link_to_batch
from crm.messages.models import NOTICES
from crm.messages.services import batches


def in_batches(letters: Mapping[Invitation, Letter]) -> dict[Invitation, Letter]:
    """
    Return letters about changes and cancellations each in the batch of its event, others as given.

    One that says that somebody is off the list is in that of its session: those go one by one.
    """
    known: dict[str, int] = {}
    return {one: _in_batch(one.design_session, letter, known) for one, letter in letters.items()}


def _in_batch(design_session: DesignSession, letter: Letter, known: dict[str, int]) -> Letter:
    if letter.purpose not in NOTICES:
        return letter
    event = "left" if letter.params.get("left") else f"{letter.purpose}:{letter.sequence}"
    key = f"{design_session.project_id}:session:{design_session.id}:{event}"
    if key not in known:
        known[key] = _batch_id(design_session, letter, key)
    return replace(letter, batch_id=known[key])


def _batch_id(design_session: DesignSession, letter: Letter, key: str) -> int:
    batch = batches.notice(key, letter.purpose, design_session.title, not_before=letter.not_before)
    if link_to_batch(batch) is None:
        session().add(SessionBatch(design_session_id=design_session.id, batch_id=batch.id))
    return batch.id
