"""Numbers under which private persons are shown to reviewers."""

import random

from sqlalchemy import func, select

from crm.core.db import session
from crm.stakeholders.models import Person

SMALLEST_RANGE = 200
# Three numbers for each person: a free one is found at once, and its size tells next to nothing.
ROOM = 3
SET_SIZE = 500


def free_pseudonyms(count: int) -> list[int]:
    """
    Return `count` numbers that nobody in the project in scope has, drawn at random.

    They are derived from nothing: neither name nor order of arrival can be read from them.
    """
    persons = session().scalar(select(func.count()).select_from(Person)) or 0
    numbers = range(1, max(SMALLEST_RANGE, ROOM * (persons + count)) + 1)
    free: list[int] = []
    while len(free) < count:
        drawn = random.SystemRandom().sample(numbers, min(len(numbers), 2 * count + 10))
        taken = {*_taken(drawn), *free}
        free += [number for number in drawn if number not in taken]
    return free[:count]


def _taken(numbers: list[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(numbers), SET_SIZE):
        part = numbers[start : start + SET_SIZE]
        found.update(session().scalars(select(Person.pseudonym).where(Person.pseudonym.in_(part))))
    return found
