"""Many persons at once: added set by set, and changed part by part as one order, one step."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from crm.core import clock, fields, undo
from crm.core.bulk_changes import BulkChange, change_called
from crm.core.commands import command
from crm.core.db import add_many, among, session
from crm.core.normalisation import fold
from crm.core.periods import check_period
from crm.core.permissions import Actor
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services import organisations, persons
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.tasks import services as tasks
from crm.tasks.models import LongTask, TaskState

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
    more = {key: typed.more for key, typed in zip(ids, all_details, strict=True)}
    fields.write_many(Person, more)
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
def order(actor: Actor, _project: Project, *, wanted: Wanted, part: int = PART) -> LongTask:
    """
    Change the first of many people, and let the others be changed in the background.

    So what makes no sense is refused at once. Who is changed stands fast from here on.

    :param part: how many are changed at once
    :raises DomainError: as the change does
    """
    made = tasks.start(
        actor,
        JOB,
        about={"action": wanted.change.key, "missing": 0},
        asked=wanted.change.write(wanted.asked),
        # A fixed order: where a part ends is kept as a number of people handled.
        chosen=json.dumps(sorted(wanted.person_ids)),
        total=len(wanted.person_ids),
    )
    # With what is asked as it stands here: the first part may make an organisation.
    tasks.go_on(actor, made, (part, wanted.asked))
    return made


@command(StakeholderPermission.EDIT)
def carry_out_part(actor: Actor, made: LongTask, *, prepared: tuple[int, Any]) -> int:
    """
    Change the next people, and return how many had their turn.

    :param prepared: how many that are, and what is asked of the change
    :raises DomainError: as the change does, if what it needs is not there any more
    """
    most, asked = prepared
    turn = set(json.loads(made.chosen)[made.done : made.done + most])
    # Somebody may have been removed or merged since they were chosen: they are counted as missing.
    there = list(session().scalars(select(Person.id).where(among(Person.id, turn))))
    project = session().get_one(Project, made.project_id)
    change = change_called(made.about["action"])
    done = change.carry_out(actor, project, sorted(there), asked)
    made.changed += done.persons
    missing = made.about["missing"] + len(turn) - len(there)
    made.about = {**made.about, "missing": missing}
    step = undo.current()
    if step is not None:
        step.about = {**step.about, "persons": made.changed, "order_id": made.id}
    return min(most, made.total - made.done)


@command(StakeholderPermission.EDIT)
def stop(_actor: Actor, made: LongTask) -> None:
    """Change nobody more; who was changed already stays so, and can be undone."""
    tasks.end(made, TaskState.STOPPED)
