"""The way into a project: its short name in the address, and the actor's role in it."""

from flask import Flask

from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.projects import queries
from crm.projects.models import Project
from crm.web import gate


def init(app: Flask) -> None:
    """Let the edge find projects here."""
    gate.use_entrance(app, enter)


def enter(slug: str, actor: Actor) -> tuple[Project, Actor]:
    """
    Return the project and the actor at work in it.

    :raises NotFound: if it does not exist or the actor has no part in it; the two look alike
    """
    member = queries.membership_at(slug, actor.account_id)
    if member is None:
        raise NotFound
    return member.project, actor.in_project(member.project_id, member.role)
