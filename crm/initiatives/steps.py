"""How initiatives are told where undoing a step is about to change them."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from crm.core.db import among, session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.undo import RowWords
from crm.initiatives.models import Initiative, Involvement


def _initiatives(_actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    found = select(Initiative.id, Initiative.name).where(among(Initiative.id, ids))
    return {row.id: row.name for row in session().execute(found)}


TOLD = (
    RowWords(
        Initiative,
        _l("Initiatives"),
        fields={
            "name": _l("Name"),
            "track": _l("Track"),
            "status": _l("Status"),
            "description": _l("Description"),
            "area_id": _l("Neighbourhood"),
            "since": _l("From"),
            "until": _l("Until"),
        },
        unseen=("created_at",),
        names=_initiatives,
        endpoint="initiatives.initiative",
        argument="initiative_id",
    ),
    RowWords(
        Involvement,
        _l("Involvement in initiatives"),
        fields={
            "person_id": _l("Person"),
            "organisation_id": _l("Organisation"),
            "role": _l("Role in it"),
            "since": _l("From"),
            "until": _l("Until"),
        },
        owner="initiative_id",
    ),
)
