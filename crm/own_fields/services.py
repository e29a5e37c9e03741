"""Own fields: defining, changing and removing them, and giving a record its values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from crm.core import clock, undo, words
from crm.core.commands import command
from crm.core.db import among, change_many, lock, remove_many, session
from crm.core.errors import Conflict, Invalid, StaleRecord
from crm.core.i18n import _, _l, ngettext
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.own_fields import queries
from crm.own_fields.models import MOST, VALUES, OwnField, OwnOption, paired
from crm.own_fields.policy import OwnFieldPermission
from crm.own_fields.values import CHOSEN, FieldKind, NotAValue, Value, read
from crm.projects.models import Project
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission

STEP = "own_fields.removed"
KEPT = timedelta(days=30)
"""So long a field that was removed can come back with its values."""
PART = 500
FEWEST_OPTIONS, MOST_OPTIONS = 2, 50
_DELICATE = re.compile(rf"\b(?:{words.read('own_fields/delicate').pattern('words')})\b")


class LabelTaken(Conflict):
    """Another own field of the same records is called so."""

    message = _l("There is a field with this name already. Choose another name.")
    field = "label"


class TooManyFields(Invalid):
    """There are as many as there may be."""

    message = _l("There are 20 own fields already. Remove one that is not used any more.")


class OptionsMissing(Invalid):
    """Nothing can be chosen."""

    message = _l("Write at least two different options, each on a line of its own.")
    field = "options"


class TooManyOptions(Invalid):
    """More can be chosen than a list shows well."""

    message = _l("No more than 50 options fit here.")
    field = "options"


class OptionInUse(Invalid):
    """An option that somebody has was left out."""

    field = "options"


class MayBeDelicate(Invalid):
    """A word tells of what the law protects most, and nobody said that it was considered."""

    field = "is_considered"


@dataclass(frozen=True, slots=True)
class FieldDetails:
    """
    What is asked about an own field.

    :ivar options: what can be chosen, in this order
    :ivar is_considered: whether somebody said that what looks delicate may be kept
    """

    label: str
    purpose: str
    help_text: str = ""
    is_private: bool = False
    options: Sequence[str] = ()
    is_considered: bool = False


@command(OwnFieldPermission.DEFINE)
def define(
    _actor: Actor, project: Project, *, subject: Kind, kind: FieldKind, details: FieldDetails
) -> OwnField:
    """
    Add a field to the people, or the organisations, of a project.

    :raises TooManyFields: if there are twenty
    :raises DomainError: as `change` does
    """
    lock(project)
    others = queries.own_fields(subject)
    if len(others) >= MOST:
        raise TooManyFields
    place = max((other.position for other in others), default=0) + 1
    made = OwnField(subject=subject, kind=kind, position=place)
    _fill(made, details, others)
    session().add(made)
    session().flush()
    return made


@command(OwnFieldPermission.DEFINE)
def change(_actor: Actor, field: OwnField, *, details: FieldDetails, revision: int) -> None:
    """
    Change what a field is called, what it is for, who sees it, or what can be chosen.

    :raises StaleRecord: if somebody else saved it since `revision` was read
    :raises LabelTaken: if another is called so
    :raises OptionsMissing: if fewer than two can be chosen
    :raises OptionInUse: if an option is left out that a record has
    :raises MayBeDelicate: if a word is about health, belief and the like
    """
    lock(session().get_one(Project, field.project_id))
    lock(field)
    if field.revision != revision:
        raise StaleRecord(field)
    _fill(field, details, queries.own_fields(field.subject))
    field.revision += 1


@command(OwnFieldPermission.DEFINE)
def remove(_actor: Actor, field: OwnField) -> int:
    """Hide a field with its values, and return the step by which it can come back for a while."""
    lock(field)
    step = undo.begin(STEP, about={"fields": 1})
    field.removed_at = clock.now()
    return step.id


@command(OwnFieldPermission.DEFINE)
def throw_away(_actor: Actor, _project: Project, *, most: int = PART) -> int:
    """
    Throw away at most so many values of fields that were removed long ago, and return how many.

    A field of which no value is left goes itself.
    """
    ids = queries.removed_before(clock.now() - KEPT)
    for model in VALUES.values():
        if some := queries.some_values(model, ids, most):
            remove_many(model, among(model.id, some))
            return len(some)
    remove_many(OwnOption, among(OwnOption.field_id, ids))
    remove_many(OwnField, among(OwnField.id, ids))
    return 0


@command(StakeholderPermission.EDIT)
def set_values(
    _actor: Actor, record: Person | Organisation, *, given: Mapping[int, Sequence[str]]
) -> None:
    """
    Give a record these values, by the ids of their fields; other fields stay as they are.

    :raises NotAValue: naming the field, if something makes no sense there
    """
    lock(record)
    subject = Kind.PERSON if isinstance(record, Person) else Kind.ORGANISATION
    model = VALUES[subject]
    before = queries.values_of(subject, [record.id])[record.id]
    for field in queries.own_fields(subject):
        if field.id not in given:
            continue
        wanted = {value.slot: value for value in _read(field, given[field.id])}
        for kept in before[field.id]:
            value = wanted.pop(kept.slot, None)
            if value is None:
                remove_many(model, model.id == kept.id)
            elif (kept.value, kept.key) != (value.value, value.key):
                kept.value, kept.key = value.value, value.key
        for value in wanted.values():
            about = {model.owner: record.id, "field_id": field.id}
            session().add(model(**about, **value._asdict()))


def _read(field: OwnField, texts: Sequence[str]) -> list[Value]:
    try:
        values = [read(field.kind, text, field.words) for text in texts]
    except NotAValue as refusal:
        raise NotAValue(refusal.message, field=field.input_name) from refusal
    return [value for value in values if value is not None]


def delicate(details: FieldDetails) -> bool:
    """Whether a word says that the field is about what the law protects most."""
    said = fold(f"{details.label} {details.help_text} {details.purpose}")
    return bool(_DELICATE.search(said))


def _fill(field: OwnField, details: FieldDetails, others: Sequence[OwnField]) -> None:
    label = " ".join(details.label.split())
    if any(other.label_key == fold(label) for other in others if other is not field):
        raise LabelTaken
    if not details.is_considered and delicate(details):
        raise MayBeDelicate(
            _("This may be about health, belief or something else that the law protects.")
        )
    field.label, field.label_key = label, fold(label)
    field.purpose, field.help_text = details.purpose.strip(), details.help_text.strip()
    field.is_private = details.is_private
    if field.kind in CHOSEN:
        _fill_options(field, details.options)


def _fill_options(field: OwnField, given: Sequence[str]) -> None:
    words_given = [" ".join(word.split()) for word in given if fold(word)]
    if len(set(map(fold, words_given))) != len(words_given) or len(words_given) < FEWEST_OPTIONS:
        raise OptionsMissing
    if len(words_given) > MOST_OPTIONS:
        raise TooManyOptions
    stays = paired(field.options, words_given)
    left_out = {option.id for option in field.options} - {option.id for option in stays.values()}
    if users := queries.uses_of(field, left_out):
        message = ngettext(
            "%(num)s record has an option that you left out.",
            "%(num)s records have an option that you left out.",
            users,
        )
        raise OptionInUse(message)
    options = []
    for place, word in enumerate(words_given):
        option = stays.get(place) or OwnOption()
        if option.id and option.word != word:
            model = VALUES[field.subject]
            is_it = (model.field_id == field.id) & (model.key == str(option.id))
            change_many(model, is_it, {"value": word})
        option.word, option.position = word, place
        options.append(option)
    field.options = options
