"""What follows in the background: old lists are thrown away, and pairs that look alike found."""

from collections.abc import Mapping
from typing import Any

from crm.core.db import project_scope
from crm.core.permissions import system
from crm.projects import queries as projects
from crm.stakeholders.models import Kind
from crm.stakeholders.queries.pairs import is_waiting
from crm.stakeholders.services.blocks import fill_blocks
from crm.stakeholders.services.imports import clear_old_imports
from crm.stakeholders.services.pairs import find_pairs

SET_SIZE = 500


def clear_imports(_payload: Mapping[str, Any]) -> None:
    """Throw away the lists of imports that began more than seven days ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_imports(system(project.id), project)


def find_likely_pairs(_payload: Mapping[str, Any]) -> None:
    """Compare whoever is new or has changed with those in their blocks, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            for kind in Kind:
                while is_waiting(kind) and find_pairs(system(project.id), project, kind=kind):
                    pass  # each set in a transaction of its own, so that nobody waits for all


def fill_likeness(_payload: Mapping[str, Any]) -> None:
    """Put into blocks who was in the register before there were any, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            for kind in Kind:
                while fill_blocks(system(project.id), project, kind=kind, most=SET_SIZE):
                    pass  # as above
