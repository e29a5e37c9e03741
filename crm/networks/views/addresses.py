"""The addresses around a network; those of its own pages keep the selection."""

from typing import Any

from flask import url_for

from crm.networks.material import id_of, is_organisation, person_key
from crm.networks.queries import Evidence
from crm.networks.selection import TieKind
from crm.projects.models import Project


class Addresses:
    """The addresses around a network, each with the same selection."""

    def __init__(self, project: Project, query: dict[str, Any]) -> None:
        self._slug = project.slug
        self.query = query

    def network(self, **more: Any) -> str:
        """Return the address of the picture, or of one of its lists."""
        return self._to("networks.network", **more)

    @property
    def picture(self) -> str:
        """The address of the data of the picture."""
        return self._to("networks.picture")

    @property
    def bare(self) -> str:
        """The address of the page without any selection."""
        return url_for("networks.network", project_slug=self._slug)

    def take_away(self, **more: Any) -> str:
        """Return the address of the page with the files."""
        return self._to("networks.take_away", **more)

    def export(self, extension: str) -> str:
        """Return the address of one of the files."""
        return self._to("networks.export", extension=extension)

    def point(self, key: str) -> str:
        """Return the address of a stakeholder's own page."""
        if is_organisation(key):
            return url_for(
                "organisations.organisation", project_slug=self._slug, organisation_id=id_of(key)
            )
        return url_for("persons.person", project_slug=self._slug, person_id=id_of(key))

    def ties(self, key: str, **more: Any) -> str:
        """Return the address of a stakeholder's ties, or with `with` of one of them."""
        if is_organisation(key):
            return self._to("networks.organisation", organisation_id=id_of(key), **more)
        return self._to("networks.person", person_id=id_of(key), **more)

    def tie(self, one: str, other: str) -> str:
        """Return the address of what made a tie."""
        return self.ties(one, **{"with": other})

    def evidence(self, found: Evidence) -> str:
        """Return the address of what made a tie: a session, an initiative, or whose role it is."""
        if found.kind is TieKind.ATTENDANCE:
            return url_for("sessions.session", project_slug=self._slug, session_id=found.id)
        if found.kind is TieKind.INITIATIVE:
            return url_for(
                "initiatives.initiative", project_slug=self._slug, initiative_id=found.id
            )
        return self.point(person_key(found.id))

    def _to(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, project_slug=self._slug, **{**self.query, **more})
