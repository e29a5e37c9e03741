"""Known records that may be meant by what somebody types about a new one."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.core.permissions import Actor
from crm.stakeholders.forms.organisations import NewOrganisationForm
from crm.stakeholders.forms.persons import NewPersonForm
from crm.stakeholders.likeness import Why
from crm.stakeholders.models import Helix
from crm.stakeholders.queries import duplicates as queries
from crm.stakeholders.services import duplicates
from crm.stakeholders.visibility import shown_as


@dataclass(frozen=True, slots=True)
class ShownTwin:
    """
    A known record beside what was typed.

    :param place: the organisation of a person, or the town of an organisation
    """

    id: int
    name: str
    place: str
    helix: Helix
    reasons: Sequence[Why]
    is_person: bool


def shown_people(actor: Actor, form: NewPersonForm) -> list[ShownTwin]:
    """Return the persons who may be meant, as this actor may see them."""
    found = duplicates.twins_of_person(form.typed())
    people = queries.persons_by_id([one.id for one in found]) if found else {}
    eyes = shown_as(actor)
    shown = []
    for one in found:
        person = people[one.id]
        role = eyes.main_role(person)
        place, brief = role.organisation if role else "", eyes.brief(person)
        reasons = one.likeness.reasons
        shown.append(ShownTwin(one.id, brief.name, place, brief.helix, reasons, is_person=True))
    return shown


def shown_organisations(form: NewOrganisationForm) -> list[ShownTwin]:
    """Return the organisations that may be meant."""
    found = duplicates.twins_of_organisation(form.typed())
    places = queries.organisations_by_id([one.id for one in found]) if found else {}
    return [
        ShownTwin(
            one.id,
            places[one.id].name,
            places[one.id].town,
            places[one.id].helix,
            one.likeness.reasons,
            is_person=False,
        )
        for one in found
    ]
