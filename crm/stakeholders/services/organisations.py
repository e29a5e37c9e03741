"""Changes of organisations: adding, editing, removing, tags, and making one while picking it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import fields as attributes
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from crm.core import clock, fields, search
from crm.core.commands import command
from crm.core.db import add_many, session
from crm.core.errors import Conflict, Invalid, StaleRecord
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.events import AreaRenamed
from crm.neighbourhoods.services import area_for, areas_for
from crm.projects.models import Project
from crm.stakeholders import models
from crm.stakeholders.models import Helix, Organisation, OrganisationTag, Person, PersonTag
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import organisations as queries
from crm.stakeholders.rules.fields import ORGANISATION
from crm.stakeholders.values import addresses

LONGEST_TAG = 60
Tag = TypeVar("Tag", PersonTag, OrganisationTag)


class OrganisationNameMissing(Invalid):
    """An organisation needs a name with at least one letter or digit."""

    message = _l("Fill in the name of the organisation.")
    field = "name"


class OrganisationNameTaken(Conflict):
    """Another organisation of the project has this name; people pick organisations by name."""

    message = _l(
        "There is already an organisation with this name. Add a place or a department to the name."
    )
    field = "name"


class SameHelixTwice(Invalid):
    """The second helix is the usual one."""

    message = _l("The second helix must differ from the usual one.")
    field = "second_helix"


class OrganisationInUse(Conflict):
    """Roles or involvements name the organisation; removing it would lose them."""

    message = _l("This organisation is in use and cannot be removed.")


class OrganisationUnknown(Invalid):
    """No organisation has the name that was typed to pick one."""

    message = _l(
        "No organisation has this name. Choose another, or tick “make this organisation” and "
        "choose its helix."
    )
    field = "organisation"


class HelixMissing(Invalid):
    """An organisation that is made with a role takes its usual helix from it."""

    message = _l("Choose a helix: it becomes the usual one of the new organisation.")
    field = "helix"


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """What is asked about an organisation; the area by its name, tags as they were typed."""

    name: str
    helix: Helix
    second_helix: Helix | None = None
    kind: str = ""
    website: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    area: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)  # values of other fields, by their names


@command(StakeholderPermission.EDIT)
def add_organisation(
    actor: Actor, _project: Project, *, details: OrganisationDetails
) -> Organisation:
    """Add an organisation to the project, or raise `OrganisationNameTaken`."""
    values = _values(details)
    if queries.organisation_named(values["name_key"]) is not None:
        raise OrganisationNameTaken
    organisation = Organisation(**values, area=area_for(details.area))
    session().add(organisation)
    session().flush()
    fields.write(organisation, details.more)
    set_tags(actor, organisation, words=details.tags)
    return organisation


@command(StakeholderPermission.EDIT)
def add_organisations(
    _actor: Actor, _project: Project, *, details: Sequence[OrganisationDetails]
) -> list[int]:
    """
    Add those that the project does not know by name, set by set; return all ids in the order given.

    One that is known, or stands in `details` twice, keeps what it has.
    """
    # From behind, so that of two with one name the first counts.
    by_key = {fold(typed.name): typed for typed in reversed(details)}
    ids = queries.ids_by_key(by_key)
    new = [typed for key, typed in by_key.items() if key not in ids]
    areas = areas_for(typed.area for typed in new)
    area_ids = {key: area.id for key, area in areas.items()}
    rows = [{**_values(typed), "area_id": area_ids.get(fold(typed.area))} for typed in new]
    added = add_many(Organisation, rows)
    ids.update(zip((row["name_key"] for row in rows), added, strict=True))
    tags = [
        {"organisation_id": organisation_id, "word": word, "word_key": key}
        for organisation_id, typed in zip(added, new, strict=True)
        for key, word in tag_words(typed.tags).items()
    ]
    add_many(OrganisationTag, tags)
    fields.write_many(
        Organisation, {key: typed.more for key, typed in zip(added, new, strict=True)}
    )
    return [ids[fold(typed.name)] for typed in details]


@command(StakeholderPermission.EDIT)
def edit_organisation(
    actor: Actor, organisation: Organisation, *, details: OrganisationDetails, revision: int
) -> None:
    """
    Change what is kept of an organisation; roles there keep the helix that they have.

    :raises StaleRecord: if `revision` is not the one that it has, as somebody else saved it since
    :raises OrganisationNameTaken: if another has this name
    """
    if revision != organisation.revision:
        raise StaleRecord(organisation)
    values = _values(details)
    if values["name_key"] != organisation.name_key:
        if queries.organisation_named(values["name_key"]) is not None:
            raise OrganisationNameTaken
        # People are found by the name of where they work as well.
        here = models.Affiliation.organisation_id == organisation.id
        people = select(models.Affiliation.person_id).where(here)
        _index_anew(Person, Person.id.in_(people))
    if organisation.area is None or organisation.area.name_key != fold(details.area):
        values["area"] = area_for(details.area)
    for key, value in values.items():
        setattr(organisation, key, value)
    fields.write(organisation, details.more)
    set_tags(actor, organisation, words=details.tags)


@command(StakeholderPermission.EDIT)
def set_tags(_actor: Actor, organisation: Organisation, *, words: Iterable[str]) -> None:
    """Give an organisation exactly these tags; words that differ in case or accents are one."""
    tags = retagged(OrganisationTag, organisation.tags, words)
    if tags != organisation.tags:
        organisation.tags = tags
        # Tags are part of what two people may edit at once, though they stand in another table.
        organisation.revision += 1


@command(StakeholderPermission.EDIT)
def remove_organisation(_actor: Actor, organisation: Organisation, *, reason: str = "") -> None:  # noqa: ARG001 - kept in the audit trail by the command
    """Remove an organisation, or raise `OrganisationInUse` where anything else names it."""
    # The lock keeps anybody from giving somebody a role here between the count and the removal.
    lock = select(Organisation.id).where(Organisation.id == organisation.id).with_for_update()
    session().execute(lock)
    if queries.rows_that_refer(organisation):
        raise OrganisationInUse
    session().delete(organisation)


def details_of(organisation: Organisation, given: Mapping[str, Any]) -> OrganisationDetails:
    """Return what is kept of an organisation, with other values of some fields by their names."""
    named = {one.name for one in attributes(OrganisationDetails)}
    detailed = (one for one in ORGANISATION if one.name in named)
    return OrganisationDetails(
        **{**fields.as_asked(detailed, organisation, clock.today()), **given}
    )


def index_area_anew(fact: AreaRenamed) -> None:
    """React to another name of an area: people and organisations are found by it as well."""
    _index_anew(Person, Person.area_id == fact.area_id)
    _index_anew(Organisation, Organisation.area_id == fact.area_id)


def picked_organisation(name: str, *, make: bool, helix: Helix | None) -> Organisation | None:
    """
    Return the organisation that somebody picked by typing its name, inside a command.

    Nothing typed is none. A new one is only made where `make` says so, with `helix` as its usual.

    :raises OrganisationUnknown: if none has this name and it should not be made
    :raises HelixMissing: if it should be made and nobody chose a helix
    """
    if not name.strip():
        return None
    known = queries.organisation_named(name)
    if known is not None:
        return known
    if not make or not fold(name):
        raise OrganisationUnknown
    if helix is None:
        raise HelixMissing
    made = Organisation(**_values(OrganisationDetails(name, helix)))
    session().add(made)
    session().flush()
    return made


def _values(details: OrganisationDetails) -> dict[str, Any]:
    name = " ".join(details.name.split())
    key = fold(name)
    if not key:
        raise OrganisationNameMissing
    if details.second_helix is details.helix:
        raise SameHelixTwice
    return {
        "name": name,
        "name_key": key,
        "sort_key": key,
        "helix": details.helix,
        "second_helix": details.second_helix,
        "kind": " ".join(details.kind.split()),
        "website": addresses.website(details.website),
        "street": " ".join(details.street.split()),
        "postcode": addresses.postcode(details.postcode),
        "town": addresses.town(details.town),
        "note": details.note.strip(),
    }


def _index_anew(model: type[Person | Organisation], which: ColumnElement[bool]) -> None:
    # Their own rows do not change, so the index would not hear of it.
    ids = session().scalars(select(model.id).where(which).order_by(model.id))
    search.touch(model.__tablename__, ids)


def tag_words(words: Iterable[str]) -> dict[str, str]:
    """Return folded word → tag as it was typed, each once."""
    found: dict[str, str] = {}
    for word in (" ".join(word.split())[:LONGEST_TAG] for word in words):
        if fold(word):
            found.setdefault(fold(word), word)
    return found


def retagged(model: type[Tag], tags: Sequence[Tag], words: Iterable[str]) -> list[Tag]:
    """Return the tags of a record that is to have these words: rows that fit are kept."""
    wanted = tag_words(words)
    # Kept rows keep their ids and their spelling, so that the trail tells only what changed.
    kept = [tag for tag in tags if tag.word_key in wanted]
    new = wanted.keys() - {tag.word_key for tag in kept}
    return kept + [model(word=wanted[key], word_key=key) for key in wanted if key in new]
