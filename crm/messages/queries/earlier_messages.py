"""Who was written to already: whoever was not asked gets one message only."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select

from crm.core.db import among, session
from crm.core.mail import Purpose
from crm.messages.models import MessageState, OutboxMessage
from crm.stakeholders.consent import THE_ONE, Standing
from crm.stakeholders.models import Person
from crm.stakeholders.queries import contacting

# These never reached anybody; all others did, may have, or still will.
NEVER_LEFT = (
    MessageState.WITHHELD,
    MessageState.CANCELLED,
    MessageState.SUPERSEDED,
    MessageState.EXPIRED,
    MessageState.REJECTED,
    MessageState.FAILED,
)


def firsts(person_ids: Collection[int]) -> Mapping[int, Mapping[Purpose, int]]:
    """
    Return which invitations and requests for consent went to these persons, or will.

    Each is there with the id of the first message: a later one knows of it.
    """
    found: dict[int, dict[Purpose, int]] = {}
    for person_id, purpose, first in _written(sorted(set(person_ids))):
        found.setdefault(person_id, {})[purpose] = first
    return found


def standings(persons: Collection[Person], *, before: int | None = None) -> dict[int, Standing]:
    """
    Return by id what decides whether persons may be written to, with what was written to them.

    For a message about a session that they answered, add `.agreeing(…)`.

    :param before: only messages that are older than this one, which is about to be sent itself
    """
    written = firsts([person.id for person in persons])
    return {
        person_id: standing.knowing(written=older(written.get(person_id, {}), before))
        for person_id, standing in contacting.standings(persons).items()
    }


def older(first: Mapping[Purpose, int], before: int | None) -> frozenset[Purpose]:
    """Return the purposes of which something was written before a message, or at all."""
    return frozenset(one for one, number in first.items() if before is None or number < before)


def had(purposes: Collection[Purpose]) -> ColumnElement[bool]:
    """Return the condition for persons to whom a message of these purposes went, or will."""
    return (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.person_id == Person.id,
            OutboxMessage.purpose.in_(purposes),
            OutboxMessage.state.not_in(NEVER_LEFT),
        )
        .exists()
    )


def _written(ids: Sequence[int]) -> list[tuple[int, Purpose, int]]:
    """Return person, purpose and the first message of that purpose, for those that may be there."""
    statement = (
        select(OutboxMessage.person_id, OutboxMessage.purpose, func.min(OutboxMessage.id))
        .where(
            among(OutboxMessage.person_id, ids),
            OutboxMessage.purpose.in_(THE_ONE),
            OutboxMessage.state.not_in(NEVER_LEFT),
        )
        .group_by(OutboxMessage.person_id, OutboxMessage.purpose)
    )
    rows = session().execute(statement)
    return [(person, purpose, first) for person, purpose, first in rows if person is not None]
