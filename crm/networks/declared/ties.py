"""Declared ties as a kind of tie in the network."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from crm.core.db import session
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.core.ties import Asked, Evidence, Gathering, TieSource, is_organisation, is_person
from crm.networks.models import DeclaredTie, SaidBy

DECLARED = "declared"


def _gather(asked: Asked) -> Iterable[Gathering]:
    statement = select(DeclaredTie).order_by(DeclaredTie.id)
    # Either both are asked for or neither: of a tie one end is enough.
    people, organisations = asked.ids(is_person), asked.ids(is_organisation)
    if people is not None and organisations is not None:
        statement = statement.where(
            or_(
                DeclaredTie.person_id.in_(people),
                DeclaredTie.other_person_id.in_(people),
                DeclaredTie.organisation_id.in_(organisations),
                DeclaredTie.other_organisation_id.in_(organisations),
            )
        )
    for tie in session().scalars(statement):
        yield Gathering(DECLARED, tie.id, tie.ends, since=tie.since, until=tie.until)


def _evidence(actor: Actor, _asked: Asked, ids: Sequence[int]) -> Iterable[Evidence]:
    statement = select(DeclaredTie).where(DeclaredTie.id.in_(ids)).order_by(DeclaredTie.id)
    for tie in session().scalars(statement):
        own = tie.said_by is SaidBy.THEMSELVES
        said = _("Said by one of them") if own else _("Noted by the project team")
        # Words that somebody typed may hold a name.
        about = tie.about if actor.sees_private_persons else ""
        title = f"{said}: {about}" if about else str(said)
        yield Evidence(DECLARED, tie.id, title, tie.since, tie.until)


SOURCE = TieSource(
    DECLARED, _l("Declared"), _gather, _evidence, page=("networks.declared_tie", "declared_tie_id")
)
