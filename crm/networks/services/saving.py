"""Saved views: keeping one, renaming and sharing it, and removing it."""

from dataclasses import dataclass

from sqlalchemy import select

from crm.core.commands import command
from crm.core.db import session
from crm.core.db.locks import lock
from crm.core.errors import Conflict, Forbidden
from crm.core.i18n import _l
from crm.core.permissions import Actor, allows
from crm.networks.models import SavedView
from crm.networks.policy import NetworkPermission
from crm.projects.models import Project


class NameTaken(Conflict):
    """The same person has a view of this name in the project."""

    message = _l("You already have a view with this name. Choose another name.")
    field = "name"


@dataclass(frozen=True, slots=True)
class ViewDetails:
    """What a view is called, and whether everybody in the project finds it."""

    name: str
    is_shared: bool = False


@command(NetworkPermission.KEEP)
def save_view(actor: Actor, project: Project, *, details: ViewDetails, query: str) -> SavedView:
    """
    Keep a way to look at the network.

    :param query: the part of the address that asks it
    :raises NameTaken: if the actor has another view of this name
    :raises Forbidden: if it is to be shared by somebody who only reads
    """
    lock(project)
    made = SavedView(account_id=actor.account_id, query=query)
    _fill(actor, made, details)
    session().add(made)
    session().flush()
    return made


@command(NetworkPermission.KEEP)
def change_view(actor: Actor, view: SavedView, *, details: ViewDetails) -> None:
    """
    Rename a view, share it with the project, or share it no more.

    :raises NameTaken: if who made it has another view of this name
    :raises Forbidden: if somebody who only reads shares it
    """
    lock(session().get_one(Project, view.project_id))
    _fill(actor, view, details)


@command(NetworkPermission.KEEP)
def remove_view(_actor: Actor, view: SavedView) -> None:
    """Remove a view; the links to it end with it."""
    session().delete(view)


def _fill(actor: Actor, view: SavedView, details: ViewDetails) -> None:
    if details.is_shared and not view.is_shared and not allows(actor, NetworkPermission.SHARE):
        raise Forbidden
    taken = select(SavedView.id).where(
        SavedView.account_id == view.account_id,
        SavedView.name == details.name,
        SavedView.id != (view.id or 0),
    )
    if session().scalar(taken.limit(1)) is not None:
        raise NameTaken
    view.name, view.is_shared = details.name, details.is_shared
