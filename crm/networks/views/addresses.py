"""The addresses around a network; those of its own pages keep the selection."""

from typing import Any

from flask import url_for

from crm.core import ties
from crm.core.ties import Evidence, id_of, is_meeting, is_organisation
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
        if is_meeting(key):
            return self._meeting(key)
        return url_for("persons.person", project_slug=self._slug, person_id=id_of(key))

    def ties(self, key: str, **more: Any) -> str:
        """Return the address of a stakeholder's ties, or with `with` of one of them."""
        if is_organisation(key):
            return self._to("networks.organisation", organisation_id=id_of(key), **more)
        if is_meeting(key):
            return self._meeting(key)
        return self._to("networks.person", person_id=id_of(key), **more)

    def tie(self, one: str, other: str) -> str:
        """Return the address of what made a tie."""
        return self.ties(one, **{"with": other})

    def evidence(self, found: Evidence) -> str:
        """Return the address of the record behind a piece of evidence."""
        endpoint, argument = ties.source(found.kind).page
        record: dict[str, Any] = {argument: found.id}
        return url_for(endpoint, project_slug=self._slug, **record)

    def _meeting(self, key: str) -> str:
        kind = next(kind for kind, letter in ties.meetings().items() if key.startswith(letter))
        return self.evidence(Evidence(kind, id_of(key), ""))

    def _to(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, project_slug=self._slug, **{**self.query, **more})
