"""Persons of the register that rows may mean, though no address, number or place says so."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select

from crm.core import progress
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.choices import Reason
from crm.stakeholders.importing.existing_records import KnownPerson, Match, Register
from crm.stakeholders.importing.fuzzy_matching import (
    BLOCK,
    Called,
    Lookalikes,
    called,
    called_by_keys,
)
from crm.stakeholders.models import Person, Phone
from crm.stakeholders.queries.existing_persons import each

_CALLED = (Person.id, Person.sort_key, Person.name_key, Person.first_name, Person.initials)


def find(
    register: Register,
    candidates: Sequence[Candidate],
    without: Collection[int] = (),
    *,
    told: tuple[int, int] = (0, progress.WHOLE),
) -> dict[int, KnownPerson]:
    """
    Put beside each of these rows, which nobody is known by, the person that it may mean.

    Return by id those who are new in the register by that; nothing is said of them yet.

    :param told: how much of the work at hand is done before and after, in hundredths
    """
    meant = {one.row: called(0, one.name) for one in candidates}
    owners, others = _owners(candidates, without), _others(meant.values(), without)
    added: dict[int, KnownPerson] = {}
    since, until = told
    for one in progress.told(candidates, len(candidates), since=since, until=until):
        owner = next((owners[p.number] for p in one.phones if p.number in owners), None)
        found = others.like(meant[one.row]) or (owner and (owner, Reason.SAME_PHONE))
        if found:
            register.alike[one.row] = Match(*found)
            if found[0] not in register.persons:
                added[found[0]] = register.persons[found[0]] = KnownPerson(found[0])
    return added


def _owners(candidates: Iterable[Candidate], without: Collection[int]) -> dict[str, int]:
    """Return phone number → the oldest person who has it."""
    numbers = {phone.number for one in candidates for phone in one.phones}
    statement = select(Phone.number, Phone.person_id).order_by(Phone.person_id.desc())
    found = each(statement, Phone.number, numbers)
    return {number: owner for number, owner in found if owner not in without}


def _others(meant: Iterable[Called], without: Collection[int]) -> Lookalikes:
    """Return the persons whose surnames begin as those of the rows do."""
    blocks = {one.surname[:BLOCK] for one in meant} - {""}
    beginning = func.substr(Person.sort_key, 1, BLOCK)
    everybody, found = select(*_CALLED).order_by(Person.id), Lookalikes()
    for person_id, sort_key, name_key, *written in each(everybody, beginning, blocks):
        if person_id not in without:
            found.add([called_by_keys(person_id, sort_key, name_key, (written[0], written[1]))])
    return found
