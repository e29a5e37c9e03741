"""What all workers share of a mail server: its rate, its connections, and pauses after trouble."""

from datetime import datetime
from itertools import chain

from sqlalchemy import delete, select, update

from crm.core import clock, leases
from crm.core.db import Database, add_missing, session, unit_of_work
from crm.core.permissions import system
from crm.messages.models import RelayConnection, RelayState
from crm.messages.rules import throttle
from crm.messages.rules.server import Lane
from crm.messages.rules.throttle import Bucket


def are_open(lane: Lane, owner: str) -> bool:
    """Whether a message may leave now, as far as reading tells."""
    state = session().scalar(select(RelayState).where(RelayState.relay == lane.name))
    now = clock.now()
    if state is None:
        return True
    if _is_paused(state, now):
        return False
    if not lane.is_limited:
        return True
    allowed = _bucket(state).refilled(lane.preset, now).allows(lane.preset)
    return allowed > 0 and _slot_for(lane, owner) is not None


def take(lane: Lane, owner: str, most: int) -> int:
    """Take, inside a command, as much of the rate as there is, up to `most`; hold a connection."""
    if not lane.is_limited:
        return most
    now = clock.now()
    state = _held(lane, now)
    slot = None if _is_paused(state, now) else _slot_for(lane, owner)
    if slot is None:
        return 0
    slot.lease_owner, slot.lease_until = owner, leases.ends()
    session().add(slot)
    bucket = _bucket(state).refilled(lane.preset, now)
    allowed = min(most, bucket.allows(lane.preset))
    _keep(state, bucket.taken(allowed))
    return allowed


def give_back(lane: Lane, messages: int) -> None:
    """Give back, inside a command, what was taken of the rate and not used."""
    if lane.is_limited and messages > 0:
        state = _held(lane, clock.now())
        _keep(state, _bucket(state).taken(-messages))


def give_unused_back(database: Database, lane: Lane, messages: int) -> None:
    """Give back what was taken of the rate for messages that were not sent."""
    if lane.is_limited and messages > 0:
        with database.opened(), unit_of_work(system(), "messages.give_back"):
            give_back(lane, messages)


def failed(database: Database, lane: Lane, told: str) -> datetime:
    """Leave a mail server alone for a while; return until when."""
    with database.opened(), unit_of_work(system(), "messages.relay_failed"):
        now = clock.now()
        state = _held(lane, now)
        if not _is_paused(state, now):  # several messages that fail at once are one failure
            state.failures += 1
            state.failing_since = state.failing_since or now
            state.closed_until = now + throttle.pause(state.failures)
        state.last_text = told
        return state.closed_until or now


def succeeded(database: Database, lane: Lane) -> None:
    """Forget the trouble that a mail server had."""
    trouble = (RelayState.relay == lane.name) & (RelayState.failures > 0)
    with database.opened():
        if session().scalar(select(RelayState.id).where(trouble)) is None:
            return
        with unit_of_work(system(), "messages.relay_works"):
            well = {"failures": 0, "closed_until": None, "failing_since": None, "last_text": ""}
            session().execute(update(RelayState).where(trouble).values(well))


def free(database: Database, owner: str) -> None:
    """Let others have the connection that a worker held."""
    with database.opened(), unit_of_work(system(), "messages.free_connection"):
        session().execute(delete(RelayConnection).where(RelayConnection.lease_owner == owner))


def _is_paused(state: RelayState, now: datetime) -> bool:
    """Whether it is left alone; never longer than a pause can be, whatever became of the clock."""
    until = state.closed_until
    return until is not None and now < until <= now + throttle.LONGEST_PAUSE


def _held(lane: Lane, now: datetime) -> RelayState:
    wanted = select(RelayState).where(RelayState.relay == lane.name).with_for_update()
    state = session().scalar(wanted)
    if state is not None:
        return state
    fresh = throttle.full(lane.preset, now)
    row = {"relay": lane.name, "tokens": fresh.tokens, "refilled_at": now, "day": fresh.day}
    add_missing(RelayState, [row], unique=["relay"])
    return session().scalars(wanted).one()


def _bucket(state: RelayState) -> Bucket:
    return Bucket(state.tokens, state.refilled_at, state.day, state.sent_today)


def _keep(state: RelayState, bucket: Bucket) -> None:
    state.tokens, state.refilled_at = bucket.tokens, bucket.refilled_at
    state.day, state.sent_today = bucket.day, bucket.sent_today


def _slot_for(lane: Lane, owner: str) -> RelayConnection | None:
    """Return the connection that a worker has or may take, if there is one; it may be new."""
    of_relay = select(RelayConnection).where(RelayConnection.relay == lane.name)
    slots = {slot.number: slot for slot in session().scalars(of_relay)}
    mine = (slot for slot in slots.values() if slot.lease_owner == owner)
    free = (
        slots.get(number) or RelayConnection(relay=lane.name, number=number)
        for number in range(1, lane.preset.connections + 1)
        if number not in slots or leases.has_lapsed(slots[number].lease_until)
    )
    return next(chain(mine, free), None)
