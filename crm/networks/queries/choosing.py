"""Whom a selection leaves in: who carries a tag and takes part in an initiative."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from crm.core import clock, conditions
from crm.core.audit import version_of
from crm.core.db import session
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.core.ties import organisation_key, person_key
from crm.initiatives import queries as initiatives
from crm.initiatives.models import Involvement
from crm.neighbourhoods import queries as neighbourhoods
from crm.networks.memory import Memory
from crm.networks.selection import Selection
from crm.projects.models import Project
from crm.stakeholders.models import OrganisationTag, Person, PersonTag
from crm.stakeholders.queries import organisations, persons, segments
from crm.stakeholders.queries.persons import PersonFilter

_offers = Memory(24)


@dataclass(frozen=True, slots=True)
class Offers:
    """
    What the network can be narrowed to, each as its key and its name.

    :param tags: none for whoever may not see private persons, of whom they tell
    """

    areas: tuple[tuple[int, str], ...]
    initiatives: tuple[tuple[int, str], ...]
    tags: tuple[tuple[str, str], ...]
    segments: tuple[tuple[str, str], ...] = ()


def offers(actor: Actor, project: Project) -> Offers:
    """
    Return what the network of `project` can be narrowed to by `actor`.

    Kept until the project changes, but for areas: many projects share them.
    """
    eyes = (actor.account_id, actor.sees_private_persons, actor.sees_persons)
    kept = _offers.get((project.id, version_of(project.id), eyes), lambda: _of_project(actor))
    areas = tuple((area.id, area.name) for area in neighbourhoods.in_use(project))
    return replace(kept, areas=areas)


def _of_project(actor: Actor) -> Offers:
    return Offers(
        areas=(),
        initiatives=tuple(initiatives.choices()),
        tags=tuple(_tags(actor)) if actor.sees_private_persons else (),
        segments=tuple(segments.choices(actor)) if actor.sees_persons else (),
    )


def forget_offers() -> None:
    """Give up what is kept."""
    _offers.clear()


def _tags(actor: Actor) -> list[tuple[str, str]]:
    found = dict([*organisations.tags_in_use(), *persons.tags_in_use(actor)])
    return sorted(found.items())


def chosen(selection: Selection, belongs: Mapping[str, str]) -> frozenset[str] | None:
    """
    Return the keys of those with the tag, in the segment and in the initiative that were asked.

    None where neither was. Who `belongs` to an organisation brings it along.
    """
    sets = []
    if selection.tag:
        sets.append(_tagged(fold(selection.tag)))
    if selection.where is None:
        sets.append(set())
    elif selection.where:
        sets.append(_in_segment(selection.where, last_day(selection)))
    if selection.initiative is not None:
        sets.append(_involved(selection.initiative))
    if not sets:
        return None
    both = set.intersection(*sets)
    return frozenset(both | {belongs[key] for key in both if key in belongs})


def last_day(selection: Selection) -> date:
    """Return the day as of which one is what one is: the last of the window, or of its month."""
    window = selection.until or clock.today()
    return min(selection.end or window, window)


def _in_segment(where: str, day: date) -> set[str]:
    chosen = PersonFilter(where=conditions.parse(where))
    found = select(Person.id).where(*persons.conditions(chosen, day)).order_by(Person.id)
    return set(map(person_key, session().scalars(found)))


def _tagged(word: str) -> set[str]:
    people = select(PersonTag.person_id).where(PersonTag.word_key == word)
    organisations = select(OrganisationTag.organisation_id).where(OrganisationTag.word_key == word)
    return {
        *map(person_key, session().scalars(people.order_by(PersonTag.id))),
        *map(organisation_key, session().scalars(organisations.order_by(OrganisationTag.id))),
    }


def _involved(initiative_id: int) -> set[str]:
    statement = (
        select(Involvement.person_id, Involvement.organisation_id)
        .where(Involvement.initiative_id == initiative_id)
        .order_by(Involvement.id)
    )
    return {
        person_key(person_id) if person_id is not None else organisation_key(organisation_id or 0)
        for person_id, organisation_id in session().execute(statement)
    }
