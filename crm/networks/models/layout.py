"""Where the points of a network stand, kept so that they stay there."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from crm.core.db import Audited, Base, ProjectScoped
from crm.core.errors import Conflict
from crm.core.i18n import _l


class NothingToPutBack(Conflict):
    """The places before are not kept: they were put back already, or never given up."""

    message = _l("There are no earlier places to put back.")


class NetworkLayout(Base, ProjectScoped, Audited):
    """
    The places of all points of one view of a project's network, as `layout` writes them.

    `before` holds those that were given up when somebody had it laid out anew. `mark` is that of
    the network they were made for, `version` that of the project: while it is the same, nothing
    has to be looked at. Only that somebody had it laid out anew stands in the trail.
    """

    __tablename__ = "network_layout"
    __table_args__ = (UniqueConstraint("project_id", "view"),)
    __not_audited__ = frozenset({"points", "before", "mark", "version"})

    view: Mapped[str]
    points: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any] | None]
    mark: Mapped[str]
    version: Mapped[str]
    laid_out_at: Mapped[datetime | None]

    def put(self, points: dict[str, Any], *, mark: str, version: str) -> None:
        """Keep these places, made for the network and the project with these marks."""
        self.points, self.mark, self.version = points, mark, version

    def lay_out(self, points: dict[str, Any], *, mark: str, version: str, at: datetime) -> None:
        """Keep places that do not continue those before, which can be put back."""
        self.before, self.laid_out_at = {**self.points, "mark": self.mark}, at
        self.put(points, mark=mark, version=version)

    def put_back(self, at: datetime) -> None:
        """
        Go back to the places before; whoever came since then finds a place as a newcomer.

        :raises NothingToPutBack: if they are not kept
        """
        if self.before is None:
            raise NothingToPutBack
        self.points, self.mark, self.version = self.before, self.before["mark"], ""
        self.before, self.laid_out_at = None, at
