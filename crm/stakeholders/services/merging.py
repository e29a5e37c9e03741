"""Merging two records that are one, field by field; as a step, so that it can be undone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select

from crm.core import clock, fields, merging, undo
from crm.core.commands import command
from crm.core.db import Base, add_many, among, change_many, remove_many, session
from crm.core.errors import Conflict, Invalid
from crm.core.events import announce
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders import models
from crm.stakeholders.events import MergeAsked, MergeFollowed, PersonsMerged, PersonsMerging
from crm.stakeholders.models import Affiliation, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.organisations import SameHelixTwice
from crm.stakeholders.services.persons import name_values

R = TypeVar("R", Person, Organisation)
PERSONS, ORGANISATIONS = "merge_persons", "merge_organisations"


class OneAndTheSame(Invalid):
    """A record cannot be merged with itself."""

    message = _l("These two are one and the same already. Choose another one to merge with.")


class NoLongerThere(Conflict):
    """One of two was merged or removed meanwhile, or is not of this project."""

    message = _l(
        "One of the two is not there any more: somebody merged or removed it meanwhile. "
        "Go back to the list and look again."
    )


class ChangedMeanwhile(Conflict):
    """Somebody changed one of two that would be merged since they were shown."""

    message = _l("Somebody changed one of the two meanwhile. Look at them again, then merge.")


@dataclass(frozen=True, slots=True)
class Merge:
    """Which two become one, and what is left of each."""

    kept_id: int  # the one that stays, with its number
    gone_id: int
    from_gone: frozenset[str] = frozenset()  # the fields in which the other one is right
    both: frozenset[str] = frozenset()  # the fields in which both are kept, one after the other
    # List → ids of rows of either that are not kept.
    left_out: Mapping[str, Collection[int]] = field(default_factory=dict)
    # Those of both that were looked at, or none to take them as they are.
    revisions: tuple[int, int] | None = None


@command(StakeholderPermission.EDIT)
def merge_persons(_actor: Actor, _project: Project, *, merge: Merge) -> Person:
    """
    Make one person of two, and return it; whatever named the other names this one.

    Who objects, withdrew, is private or does not want to be shown stays so.

    :raises OneAndTheSame: if both are one already
    :raises NoLongerThere: if one of them is gone, or of another project
    :raises ChangedMeanwhile: if one of them was changed since they were looked at
    """
    # What others hold before a person is held first: two who wait for each other never end.
    announce(MergeAsked(merge.kept_id, merge.gone_id))
    kept, gone = _both(Person, merge)
    undo.begin(PERSONS, about={"person_id": kept.id, "gone": gone.id})
    # Read before anything moves: whoever goes is gone by the time that it is set.
    values = _chosen(kept, gone, merge)
    # What either asked for once holds for both, whatever fields were chosen: hidden once too often
    # does less harm than shown once. The first time counts.
    hidden = [
        (person.hidden_at, person.hidden_source) for person in (kept, gone) if person.hidden_at
    ]
    values["hidden_at"], values["hidden_source"] = min(hidden, default=(None, ""))
    _leave_out(Person, merge)
    announce(PersonsMerging(merge.kept_id, merge.gone_id))
    joined = merging.move(Person, kept=merge.kept_id, gone=merge.gone_id)
    # The main role may have been one of those that say the same: then another is the main one.
    theirs = Affiliation.person_id == merge.kept_id
    roles = select(Affiliation.id, Affiliation.is_main).where(theirs).order_by(Affiliation.id)
    rows = session().execute(roles).all()
    if rows and not any(row.is_main for row in rows):
        change_many(Affiliation, Affiliation.id == rows[0].id, {"is_main": True})
    _end(kept, merge, values)
    for name, value in name_values(kept.name_parts).items():
        setattr(kept, name, value)
    session().flush()
    announce(PersonsMerged(merge.kept_id, merge.gone_id, joined))
    announce(MergeFollowed(merge.kept_id))
    return kept


@command(StakeholderPermission.EDIT)
def merge_organisations(_actor: Actor, _project: Project, *, merge: Merge) -> Organisation:
    """
    Make one organisation of two, and return it; whatever named the other names this one.

    A role keeps its helix; where that departs from the usual ones now, it says where it came from.

    :raises DomainError: as `merge_persons` does
    :raises SameHelixTwice: if the second helix would be the usual one
    """
    kept, gone = _both(Organisation, merge)
    undo.begin(ORGANISATIONS, about={"organisation_id": kept.id, "gone": gone.id})
    values, names = _chosen(kept, gone, merge), (kept.name, gone.name)
    # Chosen from two records, each of which kept this rule, the two may still be one.
    if values["helix"] is values["second_helix"]:
        raise SameHelixTwice
    for key in ("name_key", "sort_key"):
        values[key] = getattr(gone if "name" in merge.from_gone else kept, key)
    usual = [helix for helix in (values["helix"], values["second_helix"]) if helix is not None]
    # Before the roles move: as yet they tell of which of the two they are.
    for place, name in zip((merge.kept_id, merge.gone_id), names, strict=True):
        lacking = (Affiliation.organisation_id == place) & (Affiliation.helix_reason == "")
        reason = _("This was the helix of %(organisation)s before a merge.", organisation=name)
        departs = lacking & Affiliation.helix.not_in(usual)
        change_many(Affiliation, departs, {"helix_reason": str(reason)})
    _leave_out(Organisation, merge)
    merging.move(Organisation, kept=merge.kept_id, gone=merge.gone_id)
    _end(kept, merge, values)
    session().flush()
    return kept


def _both(model: type[R], merge: Merge) -> tuple[R, R]:
    """Return both, held in the order of their ids, so that two merges at once cannot cross."""
    if merge.kept_id == merge.gone_id:
        raise OneAndTheSame
    statement = (
        select(model)
        .where(model.id.in_((merge.kept_id, merge.gone_id)))
        .order_by(model.id)
        .with_for_update()
        # What was loaded for the page may be older than what is held now.
        .execution_options(populate_existing=True)
    )
    found = {record.id: record for record in session().scalars(statement)}
    if len(found) < 2:  # noqa: PLR2004 - both
        raise NoLongerThere
    kept, gone = found[merge.kept_id], found[merge.gone_id]
    if merge.revisions not in {None, (kept.revision, gone.revision)}:
        raise ChangedMeanwhile
    return kept, gone


def _chosen(kept: R, gone: R, merge: Merge) -> dict[str, Any]:
    """Return what the one that stays gets, by the name of each store."""
    values: dict[str, Any] = {}
    for one in asked_of(type(kept)):
        name, held = one.store.name, one.store.values((kept, gone), clock.today())
        # A column holds the id of another record, not the record.
        ours, theirs = (getattr(record, name, held[record.id]) for record in (kept, gone))
        if one.merge is fields.Merge.STRICTER:
            values[name] = ours or theirs
        elif name in merge.both:
            # Two notes that say the same are kept once.
            values[name] = "\n\n".join(dict.fromkeys(filter(None, (ours, theirs))))
        else:
            values[name] = theirs if name in merge.from_gone else ours
    return values


def asked_of(model: type[Base]) -> list[fields.Field]:
    """Return the fields of which two records that are one have one value, whoever chooses it."""
    stores = (fields.Column, fields.Values)
    held = (one for one in fields.of(model) if isinstance(one.store, stores))
    return [one for one in held if one.merge is not fields.Merge.OURS]


def _leave_out(model: type[Person | Organisation], merge: Merge) -> None:
    """Remove the rows of lists that were not ticked, as far as they belong to either."""
    for one in fields.of(model):
        ids, store = merge.left_out.get(one.name), one.store
        if ids and isinstance(store, fields.Rows):
            listed: Any = store.model
            owner = getattr(listed, f"{model.__tablename__}_id")
            owners = among(owner, [merge.kept_id, merge.gone_id])
            remove_many(listed, owners & among(listed.id, ids))


def _end(kept: Person | Organisation, merge: Merge, values: Mapping[str, Any]) -> None:
    """Remove the one that goes, remember where its address leads, and give the other its values."""
    model = type(kept)
    column = f"{model.__tablename__}_id"
    row = {"old_id": merge.gone_id, column: merge.kept_id, "merged_at": clock.now()}
    add_many(models.FormerRecord, [row])
    remove_many(model, model.id == merge.gone_id)
    for one in asked_of(model):
        if isinstance(one.store, fields.Values):
            one.store.put({merge.kept_id: values[one.store.name]})
    for name in values.keys() & model.__table__.columns.keys():
        setattr(kept, name, values[name])
    # Who has the old form open would else save it over the addresses and tags that came.
    kept.revision += 1
