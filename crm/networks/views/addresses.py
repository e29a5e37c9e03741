"""The addresses around a network; those of its own pages keep the selection."""

from collections.abc import Collection
from typing import Any

from flask import url_for

from crm.core import ties
from crm.core.ties import Evidence, id_of, is_meeting, is_organisation, person_key
from crm.networks.models import SavedView, ShareLink
from crm.projects.models import Project

PERSON_PAGE = "persons.person"


class Addresses:
    """The addresses around a network, each with the same selection; those in `hidden` ask why."""

    def __init__(
        self, project: Project, query: dict[str, Any], hidden: Collection[str] = ()
    ) -> None:
        self._hidden = hidden
        self._slug = project.slug
        self.query = query

    def to(self, name: str, /, **more: Any) -> str:
        """Return the address of a page of the network, which keeps the selection."""
        # What is given beside it wins: a link to another month takes all else along.
        asked = {**self.query, **more}
        return url_for(f"networks.{name}", project_slug=self._slug, **asked)

    def network(self, **more: Any) -> str:
        """Return the address of the picture, or of one of its lists."""
        return self.to("network", **more)

    def figures(self, **more: Any) -> str:
        """Return the address of the figures."""
        return self.to("figures", **more)

    def communities(self, **more: Any) -> str:
        """Return the address of the communities, as a picture and as lists."""
        return self.to("communities", **more)

    @property
    def picture(self) -> str:
        """The address of the data of the picture."""
        return self.to("picture")

    @property
    def bare(self) -> str:
        """The address of the page without any selection."""
        return url_for("networks.network", project_slug=self._slug)

    @property
    def declared(self) -> str:
        """The address of the ties that somebody declared."""
        return url_for("networks.declared_ties", project_slug=self._slug)

    def declare(self, key: str) -> str:
        """Return the address at which a tie of a stakeholder is declared."""
        kind = "organisation" if is_organisation(key) else "person"
        record: dict[str, Any] = {f"{kind}_id": id_of(key)}
        return url_for(f"networks.declare_of_{kind}", project_slug=self._slug, **record)

    @property
    def own_views(self) -> str:
        """The address that saves a view."""
        return url_for("networks.save_view", project_slug=self._slug)

    def of_view(self, name: str, view: SavedView) -> str:
        """Return the address of a page about a saved view, by its name."""
        return url_for(f"networks.{name}", project_slug=self._slug, saved_view_id=view.id)

    def saved(self, view: SavedView) -> str:
        """Return the address of a saved view."""
        return f"{self.bare}?{view.query}" if view.query else self.bare

    def end_link(self, link: ShareLink) -> str:
        """Return the address that ends a link."""
        return url_for("networks.end_link", project_slug=self._slug, share_link_id=link.id)

    def point(self, key: str) -> str:
        """Return the address of a stakeholder's own page."""
        if is_meeting(key):
            return self._meeting(key)
        number, slug = id_of(key), self._slug
        if is_organisation(key):
            return url_for("organisations.organisation", project_slug=slug, organisation_id=number)
        endpoint = "networks.ask_for_name" if key in self._hidden else PERSON_PAGE
        return url_for(endpoint, project_slug=slug, person_id=number)

    def ties(self, key: str, **more: Any) -> str:
        """Return the address of a stakeholder's ties, or with `with` of one of them."""
        if is_meeting(key):
            return self._meeting(key)
        if is_organisation(key):
            return self.to("organisation", organisation_id=id_of(key), **more)
        return self.to("person", person_id=id_of(key), **more)

    def tie(self, one: str, other: str) -> str:
        """Return the address of what made a tie."""
        return self.ties(one, **{"with": other})

    def evidence(self, found: Evidence) -> str:
        """Return the address of the record behind a piece of evidence."""
        endpoint, argument = ties.source(found.kind).page
        # Through the door of points: a person may be hidden.
        if endpoint == PERSON_PAGE:
            return self.point(person_key(found.id))
        record: dict[str, Any] = {argument: found.id}
        return url_for(endpoint, project_slug=self._slug, **record)

    def _meeting(self, key: str) -> str:
        # A meeting has no page of its ties: what it is stands on its own page.
        kind = next(kind for kind, letter in ties.meetings().items() if key.startswith(letter))
        return self.evidence(Evidence(kind, id_of(key), ""))
