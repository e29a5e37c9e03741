"""Many persons at once, set by set: for an import and for the demo."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_many, session
from crm.core.normalisation import fold
from crm.core.periods import check_period
from crm.core.permissions import Actor
from crm.neighbourhoods.services import areas_for
from crm.projects.models import Project
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Helix,
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
    language_code,
    name_values,
    phone_numbers,
    tag_words,
)
from crm.stakeholders.services.pseudonyms import free_pseudonyms

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
