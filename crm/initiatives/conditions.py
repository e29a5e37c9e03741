"""The condition on persons that initiatives add: who takes part in them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from crm.core.conditions import Audience, BoundValues, ConditionKind, Phrase, Pick
from crm.core.db import session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.initiatives import queries
from crm.initiatives.models import Initiative, Involvement
from crm.stakeholders.models import Person


def _initiatives(_actor: Actor) -> Iterable[tuple[str, str]]:
    return [(str(key), name) for key, name in queries.choices()]


def _name(_actor: Actor, key: str) -> str | None:
    return session().scalar(select(Initiative.name).where(Initiative.id == int(key)))


def _involved(given: BoundValues) -> ColumnElement[bool]:
    initiative = given.number("initiative")
    if initiative is None:
        return select(Involvement.id).where(Involvement.person_id == Person.id).exists()
    found = select(Involvement.person_id).where(Involvement.person_id.is_not(None))
    return Person.id.in_(found.where(Involvement.initiative_id == initiative))


def _in_words(given: BoundValues) -> Phrase:
    if given.text("initiative"):
        return Phrase(
            _l("takes or took part in %(initiative)s"), _l("never took part in %(initiative)s")
        )
    return Phrase(_l("takes or took part in an initiative"), _l("never took part in an initiative"))


CONDITIONS = (
    ConditionKind(
        "involved",
        _l("Takes part in an initiative"),
        holds=_involved,
        says=_in_words,
        parameters=(
            Pick(
                "initiative",
                _l("Initiative (empty: any)"),
                _initiatives,
                _name,
                is_required=False,
            ),
        ),
        told=Audience.EVERYBODY,
    ),
)
