"""Who was written to already: whoever was not asked gets one message only."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from crm.core.db import session
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
NOTHING: frozenset[Purpose] = frozenset()
# SQLite takes at most 32,766 values in one statement.
TOGETHER = 5_000


def written_to(
    person_ids: Collection[int], *, before: int | None = None
) -> Mapping[int, frozenset[Purpose]]:
    """
    Return which invitations and requests for consent went to these persons, or will.

    :param before: only messages that are older than this one, which is about to be sent itself
    """
    found: dict[int, frozenset[Purpose]] = {}
    ids = sorted(set(person_ids))
    for start in range(0, len(ids), TOGETHER):
        for person_id, purpose in _written(ids[start : start + TOGETHER], before):
            found[person_id] = found.get(person_id, NOTHING) | {purpose}
    return found


def standings(persons: Collection[Person], *, before: int | None = None) -> dict[int, Standing]:
    """
    Return by id what decides whether persons may be written to, with what was written to them.

    For a message about a session that they answered by their own link, add `.agreeing(…)`.

    :param before: only messages that are older than this one, which is about to be sent itself
    """
    written = written_to([person.id for person in persons], before=before)
    return {
        person_id: standing.knowing(written=written.get(person_id, NOTHING))
        for person_id, standing in contacting.standings(persons).items()
    }


def _written(ids: Sequence[int], before: int | None) -> list[tuple[int, Purpose]]:
    statement = select(OutboxMessage.person_id, OutboxMessage.purpose).where(
        OutboxMessage.person_id.in_(ids),
        OutboxMessage.purpose.in_(THE_ONE),
        OutboxMessage.state.not_in(NEVER_LEFT),
    )
    if before is not None:
        statement = statement.where(OutboxMessage.id < before)
    rows = session().execute(statement.distinct())
    return [(person_id, purpose) for person_id, purpose in rows if person_id is not None]
