"""Which line of the navigation a page stands under."""

import re

import pytest
from flask.testing import FlaskClient

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories

CURRENT = re.compile(r'href="([^"]+)" aria-current="page"')


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("", ""),
        ("persons", "persons"),
        ("persons/import", "persons"),
        ("persons/{person}/involve", "persons"),  # of the module of initiatives
        ("messages/replies", "messages"),
        ("settings", "members"),
    ],
)
def test_a_page_stands_under_one_line(
    client: FlaskClient, project: Project, page: str, line: str
) -> None:
    factories.sign_in(client, factories.member(project, Role.LEADER))
    somebody = factories.person("Dijkstra")
    answer = client.get(f"/projects/{project.slug}/{page.format(person=somebody.id)}")
    assert answer.status_code == 200
    navigation = answer.text.split("</nav>")[0]
    assert CURRENT.findall(navigation) == [f"/projects/{project.slug}/{line}"]
