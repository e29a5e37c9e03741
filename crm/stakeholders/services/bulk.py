"""Many persons at once: added set by set, and changed part by part as one order, one step."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from crm.core import clock, jobs, undo
from crm.core.bulk_changes import BulkChange, change_called
from crm.core.commands import command
from crm.core.db import add_many, among, lock, session
from crm.core.normalisation import fold
from crm.core.periods import check_period
from crm.core.permissions import Actor
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.projects.queries import at_work
from crm.stakeholders.models import (
    Affiliation,
    BulkOrder,
    Email,
    Helix,
    OrderState,
    Organisation,
    Person,
    PersonTag,
    Phone,
    hold_to_usual_helix,
)
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.organisations import (
    HelixMissing,
    OrganisationDetails,
    OrganisationUnknown,
    add_organisations,
)
from crm.stakeholders.services.persons import (
    NewPerson,
    PersonDetails,
    email_addresses,
    free_pseudonyms,
    language_code,
    name_values,
    phone_numbers,
    tag_words,
)

SET_SIZE = 500
Row = dict[str, Any]


class _Place(NamedTuple):
    """What a role takes over from its organisation."""

    id: int | None
    helix: Helix
    second_helix: Helix | None


_NOWHERE = _Place(None, Helix.END_USERS, None)


@command(StakeholderPermission.EDIT)
def add_persons_in_bulk(actor: Actor, project: Project, *, new: Sequence[NewPerson]) -> list[int]:
    """
    Add many persons with their roles, and return their ids in the order given.

    The first role of each is the main one, unless another says that it is. Everything is held to
    the rules of `add_person`; one refusal stops all.

    :raises DomainError: as `add_person` does
    """
    areas = {"": None} | {
        key: area.id for key, area in areas_for(one.details.area for one in new).items()
    }
    places = _places(actor, project, [role for one in new for role in one.roles])
    numbers = free_pseudonyms(len(new))
    people = [
        {
            **name_values(one.details.name),
            "pseudonym": number,
            "language": language_code(one.details.language),
            "area_id": areas[fold(one.details.area)],
            "is_private": one.details.is_private,
            "note": one.details.note,
            "created_at": clock.now(),
            "revision": 1,
        }
        for one, number in zip(new, numbers, strict=True)
    ]
    ids = add_many(Person, people)
    by_id = list(zip(ids, new, strict=True))
    add_many(Affiliation, [row for key, one in by_id for row in _role_rows(key, one, places)])
    add_many(Email, [row for key, one in by_id for row in _email_rows(key, one.details)])
    add_many(Phone, [row for key, one in by_id for row in _phone_rows(key, one.details)])
    add_many(PersonTag, [row for key, one in by_id for row in _tag_rows(key, one.details)])
    return ids


def _places(
    actor: Actor, project: Project, roles: Iterable[AffiliationDetails]
) -> dict[str, _Place]:
    # From behind, so that of all that name a new organisation the first says its helix.
    named = {fold(role.organisation): role for role in reversed(list(roles))}
    named.pop("", None)
    found = _known_places(list(named))
    missing = [role for key, role in named.items() if key not in found]
    if missing:
        details = [_new_organisation(role) for role in missing]
        add_organisations(actor, project, details=details)
        found |= _known_places([fold(role.organisation) for role in missing])
    return {"": _NOWHERE} | found


def _new_organisation(role: AffiliationDetails) -> OrganisationDetails:
    if not role.make_organisation:
        raise OrganisationUnknown
    if role.helix is None:
        raise HelixMissing
    return OrganisationDetails(role.organisation, role.helix)


def _known_places(keys: Sequence[str]) -> dict[str, _Place]:
    found: dict[str, _Place] = {}
    columns = (Organisation.id, Organisation.helix, Organisation.second_helix)
    for start in range(0, len(keys), SET_SIZE):
        statement = (
            select(Organisation.name_key, *columns)
            .where(Organisation.name_key.in_(keys[start : start + SET_SIZE]))
            .order_by(Organisation.id)
        )
        for key, place_id, helix, second in session().execute(statement):
            found.setdefault(key, _Place(place_id, helix, second))
    return found


def _role_rows(person_id: int, new: NewPerson, places: dict[str, _Place]) -> list[Row]:
    main = next((one for one in new.roles if one.is_main), next(iter(new.roles), None))
    return [
        _role_row(role, places[fold(role.organisation)], person_id, is_main=role is main)
        for role in new.roles
    ]


def _role_row(role: AffiliationDetails, place: _Place, person_id: int, *, is_main: bool) -> Row:
    helix = role.helix or place.helix
    hold_to_usual_helix(helix, role.helix_reason, {place.helix, place.second_helix})
    check_period(role.since, role.until)
    return {
        "person_id": person_id,
        "organisation_id": place.id,
        "role": role.role,
        "helix": helix,
        "helix_reason": role.helix_reason,
        "since": role.since,
        "until": role.until,
        "is_main": is_main,
        "revision": 1,
    }


def _email_rows(person_id: int, details: PersonDetails) -> list[Row]:
    return [
        {"person_id": person_id, "position": position, "address": address, "address_key": key}
        for position, (key, address) in enumerate(email_addresses(details.emails).items())
    ]


def _phone_rows(person_id: int, details: PersonDetails) -> list[Row]:
    return [
        {"person_id": person_id, "position": position, "number": number, "raw": raw}
        for position, (raw, number) in enumerate(phone_numbers(details.phones).items())
    ]


def _tag_rows(person_id: int, details: PersonDetails) -> list[Row]:
    return [
        {"person_id": person_id, "word": word, "word_key": key}
        for key, word in tag_words(details.tags).items()
    ]


JOB = "stakeholders.carry_out_order"
MOST_AT_ONCE = 1_000
"""More people are changed in the background: so many take about half a second."""
PART = 250
"""So many of those are changed in one transaction: others wait a tenth or two of a second."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with whom; `asked` is what the change asks for."""

    change: BulkChange
    person_ids: Sequence[int]
    asked: Any


@command(StakeholderPermission.EDIT)
def order(actor: Actor, project: Project, *, wanted: Wanted, part: int = PART) -> BulkOrder:
    """
    Change the first of many people, and let the others be changed in the background.

    So what makes no sense is refused at once. Who is changed stands fast from here on.

    :param part: how many are changed in one transaction
    :raises DomainError: as the change does
    """
    made = BulkOrder(
        action=wanted.change.key,
        asked=dict(wanted.change.write(wanted.asked)),
        # A fixed order: where a part ends is kept as a number of people handled.
        person_ids=json.dumps(sorted(wanted.person_ids)),
        total=len(wanted.person_ids),
        made_by_id=actor.account_id,
    )
    session().add(made)
    session().flush()
    _go_on(actor, project, made, part, wanted.asked)
    if made.is_under_way:
        payload = {"order": made.id, "part": part}
        jobs.enqueue(JOB, payload, project_id=project.id)
    return made


@command(StakeholderPermission.EDIT)
def carry_out_part(_actor: Actor, bulk_order: BulkOrder, *, project: Project, part: int) -> bool:
    """
    Change the next people, and say whether there are more.

    It acts as whoever ordered it, and may do what they may do at this moment.

    :raises Forbidden: if they may not do it any more
    :raises DomainError: as the change does, if what it needs is not there any more
    """
    lock(bulk_order)
    if bulk_order.is_under_way and _open_step(bulk_order):
        asked = change_called(bulk_order.action).read(bulk_order.asked)
        # Rights are asked anew for each part: whoever ordered it may have lost them meanwhile.
        _go_on(at_work(project, bulk_order.made_by_id), project, bulk_order, part, asked)
    return bulk_order.is_under_way


@command(StakeholderPermission.EDIT)
def stop(_actor: Actor, bulk_order: BulkOrder) -> None:
    """Change nobody more; who was changed already stays so, and can be undone."""
    lock(bulk_order)
    _end(bulk_order, OrderState.STOPPED)


@command(StakeholderPermission.EDIT)
def give_up(
    _actor: Actor, bulk_order: BulkOrder, *, state: OrderState, failed: bool = False
) -> None:
    """
    Keep why it cannot go on; what was done stays.

    :param failed: whether that is a fault of ours
    """
    lock(bulk_order)
    if bulk_order.is_under_way:
        bulk_order.failed = failed
    _end(bulk_order, state)


def _go_on(actor: Actor, project: Project, bulk_order: BulkOrder, part: int, asked: object) -> None:
    chosen = json.loads(bulk_order.person_ids)
    turn = set(chosen[bulk_order.handled : bulk_order.handled + part])
    # Somebody may have been removed or merged since they were chosen: they are counted as missing.
    there = list(session().scalars(select(Person.id).where(among(Person.id, turn))))
    change = change_called(bulk_order.action)
    done = change.carry_out(actor, project, sorted(there), asked)
    _count(bulk_order, part, done.persons, len(turn) - len(there))


def _count(bulk_order: BulkOrder, part: int, changed: int, missing: int) -> None:
    bulk_order.handled = min(bulk_order.handled + part, bulk_order.total)
    bulk_order.changed += changed
    bulk_order.missing += missing
    bulk_order.moved_at = clock.now()
    # The step is begun by the change itself, so only here is it known of which order it is.
    step = undo.current()
    if step is not None:
        bulk_order.step_id = step.id
        step.about = {**step.about, "persons": bulk_order.changed, "order_id": bulk_order.id}
    if bulk_order.handled >= bulk_order.total:
        _end(bulk_order, OrderState.DONE)


def _end(bulk_order: BulkOrder, state: OrderState) -> None:
    """End it, unless it is over; who was chosen is forgotten."""
    if bulk_order.is_under_way:
        bulk_order.state, bulk_order.finished_at = state, clock.now()
        bulk_order.person_ids, bulk_order.asked = "[]", {}


def _open_step(bulk_order: BulkOrder) -> bool:
    """Go on with its step; where somebody took that back meanwhile, end instead, and say so."""
    if bulk_order.step_id is None:
        return True
    step = session().get_one(undo.Step, bulk_order.step_id)
    # Held, so that nobody takes it back between this look and the changes of this part.
    lock(step)
    if not step.is_open:
        _end(bulk_order, OrderState.STOPPED)
        return False
    undo.go_on(step)
    return True
