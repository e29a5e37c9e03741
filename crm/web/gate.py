"""The edge of a request: database session, who is acting, which project, and the way out."""

from collections.abc import Callable
from typing import Any, Protocol, cast

from flask import Flask, current_app, g, request
from werkzeug.routing import IntegerConverter, Map

from crm.core import access, permissions
from crm.core.db import Database, session
from crm.core.db.scope import enter_project as hold_to_project
from crm.core.permissions import NOBODY, Actor

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class IdConverter(IntegerConverter):
    """A whole number in an address that fits an id; a larger one is no page, on both databases."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class Workspace(Protocol):
    """What the edge must know of a project."""

    id: int
    slug: str
    name: str


ActorLoader = Callable[[], Actor]
Entrance = Callable[[str, Actor], tuple[Workspace, Actor]]


def init(app: Flask) -> None:
    """Open a session around each request; reads stay reads."""
    app.url_map.converters["int"] = IdConverter
    app.before_request(_open)
    app.teardown_request(_close)


def database() -> Database:
    """Return the database of the application in use."""
    return cast("Database", current_app.extensions["kring_database"])


def use_actor_loader(app: Flask, load: ActorLoader) -> None:
    """Let `load` say who is acting."""
    app.extensions["kring_actor"] = load


def use_entrance(app: Flask, enter: Entrance) -> None:
    """Let `enter` find a project by its short name and the actor's role in it."""
    app.extensions["kring_entrance"] = enter


def current_actor() -> Actor:
    """Return who is acting in this request; loaded at the first question."""
    if "actor" not in g:
        load = cast("ActorLoader | None", current_app.extensions.get("kring_actor"))
        g.actor = load() if load else NOBODY
    return cast("Actor", g.actor)


def enter_project(slug: str) -> Workspace:
    """
    Bring this request into a project: every further question is held to it.

    :raises NotFound: if there is no such project or the actor has no part in it
    """
    enter = cast("Entrance", current_app.extensions["kring_entrance"])
    project, actor = enter(slug, current_actor())
    hold_to_project(project.id)
    g.actor, g.project = actor, project
    return project


def current_project() -> Workspace | None:
    """Return the project of this request, if it is in one."""
    return cast("Workspace | None", g.get("project"))


def write_access_log() -> None:
    """Write which personal data this request has read, before they are shown."""
    access.write(database(), current_actor())


def may(permission: permissions.Permission, subject: object = None) -> bool:
    """Whether the actor of this request holds `permission`; for templates."""
    return permissions.allows(current_actor(), permission, subject)


def _open() -> None:
    opened = database().opened()
    g.database_session = opened
    opened.__enter__()
    session().info["reading"] = request.method in SAFE


def _close(error: BaseException | None) -> None:
    opened: Any = g.pop("database_session", None)
    if opened is not None:
        opened.__exit__(type(error) if error else None, error, None)
