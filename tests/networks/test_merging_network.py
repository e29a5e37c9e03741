"""What is kept of a network follows when two become one: places, and views around somebody."""

import pytest
from sqlalchemy import select

from crm.core import undo
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, system
from crm.core.undo import Decisions
from crm.networks.models import NetworkLayout, SavedView
from crm.projects.models import Project
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests import factories
from tests.stakeholders.merges import last_step


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("tied", "shelf", "now"),
    [
        ({"gone": [1, 2]}, {"kept": [3, 4]}, ({"kept": [1, 2]}, {})),
        ({"gone": [1, 2], "kept": [3, 4]}, {}, ({"kept": [3, 4]}, {})),
        ({"kept": [3, 4]}, {"gone": [1, 2]}, ({"kept": [3, 4]}, {})),
        ({}, {"gone": [1, 2]}, ({}, {"kept": [1, 2]})),
        ({"gone": [1, 2]}, {}, ({"kept": [1, 2]}, {})),
    ],
)
def test_who_stays_stands_where_they_or_the_other_stood(
    planner: Actor, project: Project, tied: object, shelf: object, now: tuple[object, object]
) -> None:
    kept, gone = factories.person("Een").id, factories.person("Twee").id
    keys = {"kept": f"p{kept}", "gone": f"p{gone}"}

    def placed(given: object) -> dict[str, object]:
        assert isinstance(given, dict)
        return {keys[one]: place for one, place in given.items()}

    points = {"tied": placed(tied), "shelf": placed(shelf)}
    layout = NetworkLayout(
        project_id=project.id, view="people", points=points, mark="m", version="1"
    )
    with unit_of_work(planner, "tests.layout"):
        session().add(layout)

    merging.merge_persons(planner, project, merge=Merge(kept, gone))

    found = session().scalars(select(NetworkLayout.points)).one()
    assert (found["tied"], found["shelf"]) == (placed(now[0]), placed(now[1]))


def test_a_view_around_somebody_follows_and_comes_back(planner: Actor, project: Project) -> None:
    kept, gone = (factories.organisation(one).id for one in ("Een", "Twee"))
    account = factories.account().id
    query = f"view=organisations&around=o{gone}&steps=2"
    with unit_of_work(planner, "tests.view"):
        session().add(SavedView(account_id=account, name="Om Twee", query=query))
        person = f"around=p{gone}"
        session().add(SavedView(account_id=account, name="Om iemand", query=person))
        points = {"tied": {f"o{gone}": [1, 2]}, "shelf": {}}
        layout = {"view": "organisations", "mark": "m", "version": "1"}
        session().add(NetworkLayout(project_id=project.id, points=points, **layout))

    merging.merge_organisations(planner, project, merge=Merge(kept, gone))
    between = list(session().scalars(select(SavedView.query).order_by(SavedView.id)))
    stands = session().scalars(select(NetworkLayout.points)).one()["tied"]
    with unit_of_work(planner, "tests.undo"):
        plan = undo.carry_out(last_step(), Decisions())

    assert between == [query.replace(f"o{gone}", f"o{kept}"), person]
    assert stands == {f"o{kept}": [1, 2]}
    assert plan.conflicts == ()
    after = list(session().scalars(select(SavedView.query).order_by(SavedView.id)))
    assert after == [query, person]
