"""Who took part in the same initiative at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, or_, select

from crm.core.db import session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.ties import (
    Asked,
    Evidence,
    Gathering,
    TieShare,
    TieSource,
    is_organisation,
    is_person,
    organisation_key,
    person_key,
)
from crm.initiatives.models import Initiative, Involvement

INITIATIVE = "initiative"


@dataclass(slots=True)
class _Found:
    since: date | None
    until: date | None
    parts: list[TieShare] = field(default_factory=list)


def _gather(asked: Asked) -> Iterable[Gathering]:
    found: dict[int, _Found] = {}
    for number, begins, ends, person_id, organisation_id, since, until in session().execute(
        _statement(asked)
    ):
        key = _key(person_id, organisation_id)
        found.setdefault(number, _Found(begins, ends)).parts.append(TieShare(key, since, until))
    for number, one in found.items():
        yield Gathering(INITIATIVE, number, (), tuple(one.parts), one.since, one.until)


Found = Select[int, date | None, date | None, int | None, int | None, date | None, date | None]


def _statement(asked: Asked) -> Found:
    statement = (
        select(
            Initiative.id, Initiative.since, Initiative.until,
            Involvement.person_id, Involvement.organisation_id,
            Involvement.since, Involvement.until,
        )
        .join(Involvement, Involvement.initiative_id == Initiative.id)
        .order_by(Initiative.id, Involvement.id)
    )  # fmt: skip
    if asked.among is None:
        return statement
    people, organisations = asked.ids(is_person), asked.ids(is_organisation)
    with_them = select(Involvement.initiative_id).where(
        or_(
            Involvement.person_id.in_(people or ()),
            Involvement.organisation_id.in_(organisations or ()),
        )
    )
    return statement.where(Initiative.id.in_(with_them))


def _key(person_id: int | None, organisation_id: int | None) -> str:
    # One of the two is there: the table holds it.
    return (
        person_key(person_id) if person_id is not None else organisation_key(organisation_id or 0)
    )


def _evidence(_actor: Actor, _asked: Asked, ids: Sequence[int]) -> Iterable[Evidence]:
    statement = (
        select(Initiative.id, Initiative.name, Initiative.since, Initiative.until)
        .where(Initiative.id.in_(ids))
        .order_by(Initiative.id)
    )
    for row in session().execute(statement):
        yield Evidence(INITIATIVE, *row)


SOURCE = TieSource(
    INITIATIVE,
    _l("Shared initiative"),
    _gather,
    _evidence,
    page=("initiatives.initiative", "initiative_id"),
)
