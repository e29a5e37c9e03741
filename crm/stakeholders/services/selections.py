"""What is done with many people of a list at once: each a step that can be taken back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from crm.core import clock, undo
from crm.core.bulk_changes import Changed
from crm.core.commands import command
from crm.core.db import add_many, add_missing, among, remove_many, session, set_many
from crm.core.errors import Conflict, Invalid, NotFound
from crm.core.i18n import _l
from crm.core.periods import check_period
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Person, PersonTag, hold_to_usual_helix
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries.contacting import running_on
from crm.stakeholders.services.affiliations import AffiliationDetails, helix_for, place_of
from crm.stakeholders.services.persons import tag_words, typed_tags

TAG, UNTAG, AFFILIATE = "persons.tag", "persons.untag", "persons.affiliate"
Ids = Sequence[int]


class TagMissing(Invalid):
    """There is no word to give or to take away."""

    message = _l("Fill in a tag.")
    field = "word"


class SelectionChanged(Conflict):
    """The list was changed since it was looked at."""

    message = _l("The list has changed meanwhile. Look whether these are the people you mean.")


@command(StakeholderPermission.EDIT)
def tag_persons(_actor: Actor, _project: Project, *, person_ids: Ids, word: str) -> Changed:
    """
    Give many persons a tag, or several; who has one keeps it as it is written.

    :param word: the tags, with commas or semicolons between them
    :raises TagMissing: if there is no word in it
    :raises NotFound: if one of the persons is not in this project
    """
    tags = _tags(word)
    step = _begin(TAG, person_ids)
    rows = [
        {"person_id": one, "word": written, "word_key": key}
        for one in person_ids
        for key, written in tags.items()
    ]
    added = add_missing(PersonTag, rows, unique=("person_id", "word_key"))
    owners = _owners(among(PersonTag.id, added))
    _revise(owners)
    return _changed(step, len(owners))


@command(StakeholderPermission.EDIT)
def untag_persons(_actor: Actor, _project: Project, *, person_ids: Ids, word: str) -> Changed:
    """
    Take a tag, or several, from many persons.

    :param word: the tags, with commas or semicolons between them
    :raises TagMissing: if there is no word in it
    :raises NotFound: if one of the persons is not in this project
    """
    tags = _tags(word)
    step = _begin(UNTAG, person_ids)
    held = and_(among(PersonTag.person_id, person_ids), PersonTag.word_key.in_(tags))
    owners = _owners(held)
    _revise(owners)
    remove_many(PersonTag, held)
    return _changed(step, len(owners))


@command(StakeholderPermission.EDIT)
def affiliate_persons(
    _actor: Actor, _project: Project, *, person_ids: Ids, details: AffiliationDetails
) -> Changed:
    """
    Give many persons the same role; it is the main one of who has no other.

    Who has the same role in the same organisation today is left as they are.

    :raises OrganisationUnknown: if there is no such organisation and it should not be made
    :raises HelixMissing: if it should be made and nobody chose a helix
    :raises ReasonMissing: if the helix departs from the organisation's without a reason
    :raises EndBeforeStart: if it ends before it starts
    :raises NotFound: if one of the persons is not in this project
    """
    step = _begin(AFFILIATE, person_ids)
    place = place_of(details)
    helix = helix_for(details.helix, place)
    usual = {place.helix, place.second_helix} if place else {Helix.END_USERS}
    # Rows that are added in bulk pass by the checks of the model: they are made here, once.
    hold_to_usual_helix(helix, details.helix_reason, usual)
    check_period(details.since, details.until)
    values = {
        "organisation_id": place.id if place else None,
        "role": details.role,
        "helix": helix,
        "helix_reason": details.helix_reason,
        "since": details.since,
        "until": details.until,
    }
    have, have_this = _with_roles(person_ids, values)
    rows = [
        {**values, "person_id": one, "is_main": one not in have}
        for one in person_ids
        if one not in have_this
    ]
    return _changed(step, len(add_many(Affiliation, rows)))


def _owners(tags: ColumnElement[bool]) -> Ids:
    """Return whose tags these are, each once."""
    return list(session().scalars(select(PersonTag.person_id).where(tags).distinct()))


def _revise(person_ids: Ids) -> None:
    """Let who has the form of one of them open learn that it is old: it names all their tags."""
    set_many(Person, {one: {} for one in person_ids}, revise_all=True)


def _with_roles(person_ids: Ids, values: dict[str, Any]) -> tuple[set[int], set[int]]:
    """Return who has any role, and who has this one today."""
    roles = select(Affiliation.person_id).where(among(Affiliation.person_id, person_ids))
    same = (
        Affiliation.organisation_id.is_not_distinct_from(values["organisation_id"]),
        Affiliation.role == values["role"],
        Affiliation.helix == values["helix"],
        running_on(clock.today()),
    )
    ordered = roles.order_by(Affiliation.id)
    return set(session().scalars(ordered)), set(session().scalars(ordered.where(*same)))


def _tags(typed: str) -> dict[str, str]:
    """Return folded word → tag as it was typed."""
    found = tag_words(typed_tags(typed))
    if not found:
        raise TagMissing
    return found


def _begin(kind: str, person_ids: Ids) -> undo.Step:
    """Begin a step on persons, all of whom must be in the project in scope."""
    known = select(Person.id).where(among(Person.id, person_ids)).order_by(Person.id)
    if set(session().scalars(known)) != set(person_ids):
        raise NotFound
    return undo.begin(kind, about={"persons": len(person_ids)})


def _changed(step: undo.Step, number: int) -> Changed:
    step.about = {"persons": number}
    return Changed(number, step.id if number else None)
