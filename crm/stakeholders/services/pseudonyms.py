"""Numbers under which private persons are shown to reviewers."""

import random
from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.db import add_missing, among, session
from crm.stakeholders.models import GivenPseudonym

SMALLEST_RANGE = 200
# So many numbers for each who comes: a free one is found at once, and its size tells next to
# nothing. Where half of what is drawn was given before, there is too little room.
ROOM = 3


def free_pseudonyms(count: int) -> list[int]:
    """
    Return `count` numbers that nobody in the project ever had; inside a command.

    They are drawn at random and derived from nothing: neither name nor order of arrival can be read
    from them. Who is away for a while, undone or merged, comes back to a number of their own.
    """
    # The highest number is found at once; counting who has one takes the longer the more there are.
    highest = session().scalar(select(func.max(GivenPseudonym.number))) or 0
    room = max(SMALLEST_RANGE, ROOM * count, highest)
    free: list[int] = []
    while lacking := count - len(free):
        drawn = random.SystemRandom().sample(range(1, room + 1), min(room, 2 * lacking + 10))
        taken = set(_of(GivenPseudonym.number, drawn))
        if len(taken) > len(drawn) / 2:
            room *= 2
        free += _given([number for number in drawn if number not in taken][:lacking])
    return free


def _given(numbers: list[int]) -> list[int]:
    """Keep numbers as given, and return those that nobody else took at the same moment."""
    rows = [{"number": number} for number in numbers]
    added = add_missing(GivenPseudonym, rows, unique=("project_id", "number"))
    if len(added) == len(numbers):
        return numbers
    return list(_of(GivenPseudonym.id, added))


def _of(column: InstrumentedAttribute[int], values: Collection[int]) -> Iterable[int]:
    found = select(GivenPseudonym.number).where(among(column, values))
    return session().scalars(found.order_by(GivenPseudonym.id))
