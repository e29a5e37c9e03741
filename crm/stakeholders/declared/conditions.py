"""The conditions on persons that the register knows by itself."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select

from crm.core import clock, conditions, fields
from crm.core.conditions import (
    Audience,
    BoundValues,
    ConditionKind,
    Day,
    OwnFilter,
    Phrase,
    Pick,
    one_of,
)
from crm.core.db import session
from crm.core.i18n import _, _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.stakeholders import models
from crm.stakeholders.models import Email, Helix, Organisation, Person, PersonTag
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.queries.persons import counts_as_private, has_helix, has_role
from crm.stakeholders.values.languages import NAMES

DAY = Day("day", _l("On (empty: today)"))
_SPACE = "-"  # between the words of a tag, which hold letters and digits alone
_LONGEST_TAG = 200


def _on(given: BoundValues) -> date:
    return given.on("day") or given.day


def _always(yes: Any, no: Any) -> Callable[[BoundValues], Phrase]:
    return lambda _given: Phrase(yes, no)


def _by_day(on_a_day: Phrase, today: Phrase) -> Callable[[BoundValues], Phrase]:
    return lambda given: on_a_day if given.text("day") else today


def _name_of(model: type[Organisation | Area]) -> Callable[[Actor, str], str | None]:
    return lambda _actor, key: session().scalar(select(model.name).where(model.id == int(key)))


def _organisation_key(name: str) -> str | None:
    found = organisations.organisation_named(name)
    return str(found.id) if found else None


def _areas(_actor: Actor) -> list[tuple[str, str]]:
    lived_in = select(Person.area_id).where(Person.area_id.is_not(None))
    statement = select(Area.id, Area.name).where(Area.id.in_(lived_in))
    rows = session().execute(statement.order_by(Area.name_key, Area.id))
    return [(str(key), name) for key, name in rows]


def _tag_word(actor: Actor, key: str) -> str | None:
    """Return a tag as written; for who sees no private persons, on somebody with a name."""
    statement = select(PersonTag.word).where(PersonTag.word_key == key.replace(_SPACE, " "))
    if not actor.sees_private_persons:
        statement = statement.join(Person, Person.id == PersonTag.person_id)
        statement = statement.where(~counts_as_private(clock.today()))
    word = session().scalar(statement.order_by(PersonTag.id).limit(1))
    if word is None and not actor.sees_private_persons:
        return str(_("(one that you do not see)"))
    return word or key.replace(_SPACE, " ")


def of_fields() -> list[ConditionKind]:
    """Return a condition for each field of persons that can be one."""
    # A text in a column of the record has no key by which it is looked for.
    return [
        _of_field(one)
        for one in fields.of(Person, fields.Where.FILTER)
        if one.kind.control in {"choice", "tick"} or isinstance(one.store, fields.Values)
    ]


def _of_field(one: fields.Field) -> ConditionKind:
    kind, store = one.kind, one.store
    # Percent signs in a label would be taken for what is filled in.
    label = str(one.label).replace("%", "%%")
    if kind.control == "tick":
        yes, no = _l("%(field)s: yes", field=label), _l("%(field)s: no", field=label)
        holds = store.holding(True)  # noqa: FBT003 - the value that is looked for
        return ConditionKind(
            one.name, one.label, lambda _given: holds, _always(yes, no), told=one.audience
        )

    def offered(actor: Actor) -> list[tuple[str, str]]:
        # What only somebody under a pseudonym has is no choice for who sees no more of them.
        words = kind.words() or (store.in_use() if actor.sees_private_persons else {})
        return [(key.replace(" ", _SPACE), word) for key, word in words.items()]

    def key_of(text: str) -> str:
        return text if kind.words() else text.replace(_SPACE, " ")

    def read(text: str) -> str | None:
        if kind.words():
            return text if text in kind.words() else None
        return fold(text).replace(" ", _SPACE)[:_LONGEST_TAG].strip(_SPACE) or None

    def words(actor: Actor, key: str) -> str:
        return dict(offered(actor)).get(key, key_of(key))

    found = {"field": label, "value": "%(value)s"}
    return ConditionKind(
        one.name,
        one.label,
        holds=lambda given: store.holding(kind.of(key_of(given.text("value")))),
        says=_always(
            _l("%(field)s is %(value)s", **found), _l("%(field)s is not %(value)s", **found)
        ),
        parameters=(Pick("value", one.label, offered, words, read=read),),
        told=one.audience,
        own_filter=OwnFilter(one.name, one.label),
    )


CONDITIONS = (
    ConditionKind(
        "helix",
        _l("Helix"),
        holds=lambda given: has_helix(Helix(given.text("helix")), _on(given), of_all=given.of_all),
        says=_by_day(
            Phrase(_l("helix is %(helix)s on %(day)s"), _l("helix is not %(helix)s on %(day)s")),
            Phrase(_l("helix is %(helix)s today"), _l("helix is not %(helix)s today")),
        ),
        parameters=(one_of("helix", _l("Helix"), Helix), DAY),
        told=Audience.EVERYBODY,
    ),
    ConditionKind(
        "organisation",
        _l("Organisation"),
        holds=lambda given: has_role(
            models.Affiliation.running_on(_on(given)),
            models.Affiliation.organisation_id == given.number("organisation"),
            of_all=given.of_all,
        ),
        says=_by_day(
            Phrase(
                _l("has a role at %(organisation)s on %(day)s"),
                _l("has no role at %(organisation)s on %(day)s"),
            ),
            Phrase(
                _l("has a role at %(organisation)s today"),
                _l("has no role at %(organisation)s today"),
            ),
        ),
        parameters=(
            conditions.Named(
                "organisation", _l("Organisation"), _organisation_key, _name_of(Organisation)
            ),
            DAY,
        ),
        told=Audience.EVERYBODY,
    ),
    ConditionKind(
        "neighbourhood",
        _l("Neighbourhood"),
        # Never unknown: who has no neighbourhood is not in this one either.
        holds=lambda given: and_(
            Person.area_id.is_not(None), Person.area_id == given.number("area")
        ),
        says=_always(_l("neighbourhood is %(area)s"), _l("neighbourhood is not %(area)s")),
        parameters=(Pick("area", _l("Neighbourhood"), _areas, _name_of(Area)),),
        told=Audience.EVERYBODY,
    ),
    ConditionKind(
        "tag",
        _l("Tag"),
        holds=lambda given: Person.id.in_(
            select(PersonTag.person_id).where(
                PersonTag.word_key == given.text("tag").replace(_SPACE, " ")
            )
        ),
        says=_always(_l("has the tag “%(tag)s”"), _l("does not have the tag “%(tag)s”")),
        parameters=(
            Pick(
                "tag",
                _l("Tag"),
                lambda actor: [
                    (key.replace(" ", _SPACE), word) for key, word in persons.tags_in_use(actor)
                ],
                _tag_word,
                read=lambda text: (
                    fold(text).replace(" ", _SPACE)[:_LONGEST_TAG].strip(_SPACE) or None
                ),
            ),
        ),
        told=Audience.NAMED,
    ),
    ConditionKind(
        "private",
        _l("Private person"),
        holds=lambda given: counts_as_private(given.day),
        says=_always(_l("is a private person"), _l("is not a private person")),
        told=Audience.EVERYBODY,
    ),
    ConditionKind(
        "language",
        _l("Language"),
        holds=lambda given: Person.language == given.text("language"),
        says=_always(_l("language is %(language)s"), _l("language is not %(language)s")),
        parameters=(
            Pick(
                "language",
                _l("Language"),
                offered=lambda _actor: list(NAMES.items()),
                read=lambda text: text if text in NAMES else None,
            ),
        ),
    ),
    ConditionKind(
        "added",
        _l("In the register since"),
        # A day begins where the installation is, not where Greenwich is.
        holds=lambda given: (
            Person.created_at >= datetime.combine(_on(given), time(), ZoneInfo(clock.zone()))
        ),
        says=_always(_l("was added on %(day)s or later"), _l("was added before %(day)s")),
        parameters=(Day("day", _l("Day"), is_required=True),),
    ),
    ConditionKind(
        "email",
        _l("E-mail address"),
        # Most have one: looking at each person of a page takes less than gathering everybody.
        holds=lambda _given: select(Email.id).where(Email.person_id == Person.id).exists(),
        says=_always(_l("has an e-mail address"), _l("has no e-mail address")),
    ),
)
