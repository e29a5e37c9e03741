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
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, BulkOrder, Helix, OrderState, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services import organisations, persons
from crm.stakeholders.services.affiliations import AffiliationDetails

Row = dict[str, Any]


class _Place(NamedTuple):
    id: int | None
    helix: Helix
    second_helix: Helix | None


_NOWHERE = _Place(None, Helix.END_USERS, None)


@command(StakeholderPermission.EDIT)
def add_persons_in_bulk(
    actor: Actor, project: Project, *, new: Sequence[persons.NewPerson]
) -> list[int]:
    """
    Add many persons with their roles, and return their ids in the order given.

    The first role of each is the main one, unless another says that it is. Everything is held to
    the rules of `add_person`; one refusal stops all.

    :raises DomainError: as `add_person` does
    """
    all_details = [person.details for person in new]
    areas = {key: area.id for key, area in areas_for(typed.area for typed in all_details).items()}
    places = _places(actor, project, [role for person in new for role in person.roles])
    people = [
        {
            **persons.name_values(typed.name),
            "pseudonym": number,
            "language": persons.language_code(typed.language),
            "area_id": areas.get(fold(typed.area)),
            "is_private": typed.is_private,
            "note": typed.note,
            "created_at": clock.now(),
            "revision": 1,
        }
        for typed, number in zip(all_details, persons.free_pseudonyms(len(new)), strict=True)
    ]
    ids = add_many(Person, people)
    # Table by table, not person by person: so a statement serves thousands.
    roles = [_role_rows(key, person, places) for key, person in zip(ids, new, strict=True)]
    add_many(Affiliation, [row for rows in roles for row in rows])
    _add_details(list(zip(ids, all_details, strict=True)))
    return ids


def _add_details(by_id: Sequence[tuple[int, persons.PersonDetails]]) -> None:
    emails = [
        {"person_id": person_id, "position": position, "address": address, "address_key": key}
        for person_id, details in by_id
        for position, (key, address) in enumerate(persons.email_addresses(details.emails).items())
    ]
    add_many(models.Email, emails)
    numbers = [
        {"person_id": person_id, "position": position, "number": number, "raw": raw}
        for person_id, details in by_id
        for position, (raw, number) in enumerate(persons.phone_numbers(details.phones).items())
    ]
    add_many(models.Phone, numbers)
    tags = [
        {"person_id": person_id, "word": word, "word_key": key}
        for person_id, details in by_id
        for key, word in organisations.tag_words(details.tags).items()
    ]
    add_many(models.PersonTag, tags)


def _places(
    actor: Actor, project: Project, roles: Iterable[AffiliationDetails]
) -> dict[str, _Place]:
    # From behind, so that of all that name a new organisation the first says its helix.
    named = {fold(role.organisation): role for role in reversed(list(roles))}
    named.pop("", None)
    found = _known_places(list(named))
    missing = {key: role for key, role in named.items() if key not in found}
    details = []
    for role in missing.values():
        if not role.make_organisation:
            raise organisations.OrganisationUnknown
        if role.helix is None:
            raise organisations.HelixMissing
        details.append(organisations.OrganisationDetails(role.organisation, role.helix))
    if missing:
        organisations.add_organisations(actor, project, details=details)
        found |= _known_places(list(missing))
    return {"": _NOWHERE} | found


def _known_places(keys: Sequence[str]) -> dict[str, _Place]:
    columns = (Organisation.id, Organisation.helix, Organisation.second_helix)
    statement = select(Organisation.name_key, *columns).where(among(Organisation.name_key, keys))
    # From behind: of two with one name the oldest counts.
    rows = session().execute(statement.order_by(Organisation.id.desc()))
    return {key: _Place(place_id, helix, second) for key, place_id, helix, second in rows}


def _role_rows(person_id: int, new: persons.NewPerson, places: dict[str, _Place]) -> list[Row]:
    main = next((role for role in new.roles if role.is_main), next(iter(new.roles), None))
    rows: list[Row] = []
    for role in new.roles:
        place = places[fold(role.organisation)]
        helix = role.helix or place.helix
        # Rows that are added in bulk pass by the checks of the model.
        models.hold_to_usual_helix(helix, role.helix_reason, {place.helix, place.second_helix})
        check_period(role.since, role.until)
        row: Row = {"person_id": person_id, "organisation_id": place.id, "role": role.role}
        row |= {"helix": helix, "helix_reason": role.helix_reason, "revision": 1}
        row |= {"since": role.since, "until": role.until, "is_main": role is main}
        rows.append(row)
    return rows


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
    if bulk_order.is_under_way and not goes_on_with_step(bulk_order.step_id):
        _end(bulk_order, OrderState.STOPPED)
    if bulk_order.is_under_way:
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
    """Keep why it cannot go on, and whether it failed by a fault of ours; what was done stays."""
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
    bulk_order.handled = min(bulk_order.handled + part, bulk_order.total)
    bulk_order.changed += done.persons
    bulk_order.missing += len(turn) - len(there)
    bulk_order.moved_at = clock.now()
    # The step is begun by the change itself, so only here is it known of which order it is.
    step = undo.current()
    if step is not None:
        bulk_order.step_id = step.id
        step.about = {**step.about, "persons": bulk_order.changed, "order_id": bulk_order.id}
    if bulk_order.handled >= bulk_order.total:
        _end(bulk_order, OrderState.DONE)


def _end(bulk_order: BulkOrder, state: OrderState) -> None:
    if bulk_order.is_under_way:
        bulk_order.state, bulk_order.finished_at = state, clock.now()
        # Who was chosen is personal data, and nobody needs it any more.
        bulk_order.person_ids, bulk_order.asked = "[]", {}


def goes_on_with_step(step_id: int | None) -> bool:
    """Go on with a step, inside a command, and say whether it was not taken back meanwhile."""
    # What changes nothing has no step: there is nothing to take back.
    if step_id is None:
        return True
    step = session().get_one(undo.Step, step_id)
    # Held, so that nobody takes it back between this look and the changes that follow.
    lock(step)
    if step.is_open:
        undo.go_on(step)
    return step.is_open
