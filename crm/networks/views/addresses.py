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
    """
    The addresses around a network, each with the same selection.

    :param hidden: keys of people who do not want to be shown: the way to them asks why
    """

    def __init__(
        self, project: Project, query: dict[str, Any], hidden: Collection[str] = ()
    ) -> None:
        self._hidden = hidden
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

    @property
    def lay_out_anew(self) -> str:
        """The address that lays the picture out anew."""
        return self._to("networks.lay_out_anew")

    @property
    def put_back(self) -> str:
        """The address that puts the points back to where they stood before."""
        return self._to("networks.put_back")

    @property
    def declared(self) -> str:
        """The address of the ties that somebody declared."""
        return url_for("networks.declared_ties", project_slug=self._slug)

    def declare(self, key: str) -> str:
        """Return the address at which a tie of a stakeholder is declared."""
        if is_organisation(key):
            endpoint, argument = "networks.declare_of_organisation", "organisation_id"
        else:
            endpoint, argument = "networks.declare_of_person", "person_id"
        record: dict[str, Any] = {argument: id_of(key)}
        return url_for(endpoint, project_slug=self._slug, **record)

    def take_away(self, **more: Any) -> str:
        """Return the address of the page with the files."""
        return self._to("networks.take_away", **more)

    def saved_views(self) -> str:
        """Return the address of the saved views, which offers to save this one."""
        return self._to("networks.saved_views")

    @property
    def own_views(self) -> str:
        """The address that saves a view."""
        return url_for("networks.save_view", project_slug=self._slug)

    def edit_view(self, view: SavedView) -> str:
        """Return the address at which a saved view gets another name."""
        return self._of_view("networks.edit_view", view)

    def remove_view(self, view: SavedView) -> str:
        """Return the address that removes a saved view."""
        return self._of_view("networks.remove_view", view)

    def links(self, view: SavedView) -> str:
        """Return the address that makes a link to a saved view."""
        return self._of_view("networks.make_link", view)

    def end_link(self, link: ShareLink) -> str:
        """Return the address that ends a link."""
        return url_for("networks.end_link", project_slug=self._slug, share_link_id=link.id)

    def saved(self, view: SavedView) -> str:
        """Return the address of a saved view."""
        return f"{self.bare}?{view.query}" if view.query else self.bare

    def list_file(self, name: str, **more: Any) -> str:
        """Return the address of a list as a file: ties or points, _csv or _excel."""
        return self._to(f"networks.{name}", **more)

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
        endpoint = "networks.ask_for_name" if key in self._hidden else PERSON_PAGE
        return url_for(endpoint, project_slug=self._slug, person_id=id_of(key))

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

    def figures(self, **more: Any) -> str:
        """Return the address of the figures."""
        return self._to("networks.figures", **more)

    def communities(self, **more: Any) -> str:
        """Return the address of the communities, as a picture and as lists."""
        return self._to("networks.communities", **more)

    def communities_picture(self) -> str:
        """Return the address of the data of the picture of the communities."""
        return self._to("networks.communities_picture")

    def figures_progress(self, **more: Any) -> str:
        """Return the address of how far the figures are."""
        return self._to("networks.figures_progress", **more)

    def work_out_figures(self, **more: Any) -> str:
        """Return the address that lets the figures be worked out."""
        return self._to("networks.work_out_figures", **more)

    def figures_csv(self, **more: Any) -> str:
        """Return the address of the figures of every point as a file."""
        return self._to("networks.figures_csv", **more)

    def changes(self, **more: Any) -> str:
        """Return the address of what changed since a day."""
        return self._to("networks.changes", **more)

    def changes_csv(self, **more: Any) -> str:
        """Return the address of the file of what changed."""
        return self._to("networks.changes_csv", **more)

    def compare(self, **more: Any) -> str:
        """Return the address of two networks beside each other."""
        return self._to("networks.compare", **more)

    def evidence(self, found: Evidence) -> str:
        """Return the address of the record behind a piece of evidence."""
        endpoint, argument = ties.source(found.kind).page
        if endpoint == PERSON_PAGE:
            return self.point(person_key(found.id))
        record: dict[str, Any] = {argument: found.id}
        return url_for(endpoint, project_slug=self._slug, **record)

    def _meeting(self, key: str) -> str:
        kind = next(kind for kind, letter in ties.meetings().items() if key.startswith(letter))
        return self.evidence(Evidence(kind, id_of(key), ""))

    def _of_view(self, endpoint: str, view: SavedView) -> str:
        return url_for(endpoint, project_slug=self._slug, saved_view_id=view.id)

    def _to(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, project_slug=self._slug, **{**self.query, **more})
