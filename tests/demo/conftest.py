"""The demo, loaded."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from crm import demo
from crm.core.db import project_scope
from crm.core.permissions import system
from crm.projects.models import Project


@pytest.fixture
def loaded(opened: Session) -> Iterator[Project]:
    """The demo, in scope."""
    project = demo.load(system())
    with project_scope(project.id):
        yield project
