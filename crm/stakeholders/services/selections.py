"""What is done with many people of a list at once: each a step that can be taken back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from crm.core import clock, fields, undo
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
from crm.stakeholders.rules.fields import typed_tags
from crm.stakeholders.services.affiliations import AffiliationDetails, helix_for
from crm.stakeholders.services.organisations import picked_organisation, tag_words

TAG, UNTAG, AFFILIATE = "persons.tag", "persons.untag", "persons.affiliate"
SET = "persons.set"
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
        {"person_id": person_id, "word": written, "word_key": key}
        for person_id in person_ids
        for key, written in tags.items()
    ]
    added = add_missing(PersonTag, rows, unique=("person_id", "word_key"))
    return _changed(step, _revised_owners(among(PersonTag.id, added)))


@command(StakeholderPermission.EDIT)
def untag_persons(_actor: Actor, _project: Project, *, person_ids: Ids, word: str) -> Changed:
    """Take a tag, or several, from many persons; words and errors are as in `tag_persons`."""
    tags = _tags(word)
    step = _begin(UNTAG, person_ids)
    held = and_(among(PersonTag.person_id, person_ids), PersonTag.word_key.in_(tags))
    # Whose they are is asked first: rows that are gone tell it no more.
    number = _revised_owners(held)
    remove_many(PersonTag, held)
    return _changed(step, number)


@command(StakeholderPermission.EDIT)
def affiliate_persons(
    _actor: Actor, _project: Project, *, person_ids: Ids, details: AffiliationDetails
) -> Changed:
    """
    Give many persons the same role; it is the main one of who has no other.

    Who has the same role in the same organisation today is left as they are.

    :raises DomainError: as `add_affiliation` does
    :raises NotFound: if one of the persons is not in this project
    """
    step = _begin(AFFILIATE, person_ids)
    make = details.make_organisation
    place = picked_organisation(details.organisation, make=make, helix=details.helix)
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
    roles = select(Affiliation.person_id).where(among(Affiliation.person_id, person_ids))
    same = (
        # An organisation that is none equals none here, which `=` of SQL denies.
        Affiliation.organisation_id.is_not_distinct_from(values["organisation_id"]),
        Affiliation.role == details.role,
        Affiliation.helix == helix,
        Affiliation.running_on(clock.today()),
    )
    ordered = roles.order_by(Affiliation.id)
    have, have_this = (set(session().scalars(ordered.where(*held))) for held in ((), same))
    rows = [
        {**values, "person_id": person_id, "is_main": person_id not in have}
        for person_id in person_ids
        if person_id not in have_this
    ]
    return _changed(step, len(add_many(Affiliation, rows)))


@command(StakeholderPermission.EDIT)
def set_values(
    _actor: Actor, _project: Project, *, person_ids: Ids, name: str, value: Any
) -> Changed:
    """
    Give many persons a value of a field, or take it away where that is empty.

    :raises NotFound: if there is no field with this name, or one of the persons is not in this
        project
    """
    found = [one for one in fields.of(Person, fields.Where.BULK) if one.name == name]
    if not found:
        raise NotFound
    step = _begin(SET, person_ids)
    changed = found[0].store.put(dict.fromkeys(person_ids, value))
    set_many(Person, {key: {} for key in changed}, revise_all=True)
    return _changed(step, len(changed))


def _revised_owners(tags: ColumnElement[bool]) -> int:
    """Raise the revision of the owners of these tags, and return how many they are."""
    owners = list(session().scalars(select(PersonTag.person_id).where(tags).distinct()))
    # Who has the form of one open learns that it is old: it names all tags.
    set_many(Person, {owner: {} for owner in owners}, revise_all=True)
    return len(owners)


def _tags(typed: str) -> dict[str, str]:
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
