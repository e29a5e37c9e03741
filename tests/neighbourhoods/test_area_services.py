"""Areas keep their rules: names, codes with a year, and one installation for all projects."""

import pytest

from crm.core.db import project_scope, session, unit_of_work
from crm.core.errors import Forbidden, NotFound, StaleRecord
from crm.core.permissions import Actor, Role
from crm.neighbourhoods import queries, services
from crm.neighbourhoods.models import (
    AreaKnown,
    AreaNameMissing,
    NotACode,
    YearMissing,
    YearUnlikely,
)
from crm.neighbourhoods.services import AreaDetails
from crm.projects.models import Project
from tests import factories

ADMINISTRATOR = Actor(account_id=98, name="Bep Beheer", is_administrator=True)


@pytest.fixture
def leader(project: Project) -> Actor:
    return factories.leader_of(project)


def test_an_area_is_kept_in_its_usual_form(leader: Actor, project: Project) -> None:
    made = services.add(
        leader, project, details=AreaDetails("  Assen   Oost ", "bu 0106 0101", 2023)
    )

    assert (made.name, made.code, made.year) == ("Assen Oost", "BU01060101", 2023)
    assert queries.area_named("ASSEN oost") is made


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        (AreaDetails(" - "), AreaNameMissing),
        (AreaDetails("Oost", "BU0106", 2023), NotACode),
        (AreaDetails("Oost", "WK010601"), YearMissing),
        (AreaDetails("Oost", "WK010601", 1066), YearUnlikely),
        (AreaDetails("lariks"), AreaKnown),
    ],
)
def test_what_is_no_area_is_refused(
    leader: Actor, project: Project, details: AreaDetails, refusal: type[Exception]
) -> None:
    services.add(leader, project, details=AreaDetails("Lariks"))

    with pytest.raises(refusal):
        services.add(leader, project, details=details)


def test_one_name_may_have_a_code_for_each_year(leader: Actor, project: Project) -> None:
    for year in (2020, None, 2023):
        details = AreaDetails("Lariks", "BU01060201" if year else "", year)
        services.add(leader, project, details=details)

    newest = queries.area_named("lariks")

    assert newest is not None
    assert newest.year == 2023
    assert queries.names() == ["Lariks"]


@pytest.mark.parametrize("role", [Role.PLANNER, Role.REVIEWER, None])
def test_only_leaders_add_areas(project: Project, role: Role | None) -> None:
    other = Actor(account_id=99, name="Ander", role=role, project_id=project.id)

    with pytest.raises(Forbidden):
        services.add(other, project, details=AreaDetails("Lariks"))


@pytest.mark.parametrize("role", list(Role))
def test_no_role_in_a_project_changes_an_area(leader: Actor, project: Project, role: Role) -> None:
    area = services.add(leader, project, details=AreaDetails("Lariks"))
    other = Actor(account_id=99, name="Ander", role=role, project_id=project.id)

    with pytest.raises(Forbidden):
        services.edit(other, area, details=AreaDetails("Oost"), revision=area.revision)


def test_the_second_of_two_editors_is_told(leader: Actor, project: Project) -> None:
    area = services.add(leader, project, details=AreaDetails("Lariks"))
    seen = area.revision
    services.edit(ADMINISTRATOR, area, details=AreaDetails("Lariks-Oost"), revision=seen)

    with pytest.raises(StaleRecord):
        services.edit(ADMINISTRATOR, area, details=AreaDetails("Lariks-West"), revision=seen)

    assert area.name == "Lariks-Oost"


def test_an_area_may_be_saved_again_as_it_is(leader: Actor, project: Project) -> None:
    area = services.add(leader, project, details=AreaDetails("Lariks"))

    services.edit(ADMINISTRATOR, area, details=AreaDetails("LARIKS"), revision=area.revision)

    assert area.name == "LARIKS"


def test_typed_areas_are_found_or_made_in_a_few_statements(leader: Actor, project: Project) -> None:
    known = services.add(leader, project, details=AreaDetails("Lariks"))

    with unit_of_work(leader, "tests.areas"):
        found = services.areas_for(["LARIKS", "Pittelo", "pittelo ", "", "!"])
        again = services.area_for("pittelo")
        none = services.area_for("  ")

    assert found["lariks"] is known
    assert found["pittelo"] is again
    assert set(found) == {"lariks", "pittelo"}
    assert none is None


def test_a_project_sees_the_areas_it_uses(leader: Actor, project: Project) -> None:
    used = services.add(leader, project, details=AreaDetails("Lariks"))
    unused = services.add(leader, project, details=AreaDetails("Pittelo"))
    office = factories.organisation()
    with unit_of_work(leader, "tests.area"):
        office.area_id = used.id
        session().add(office)
    other = factories.project("Ander")

    assert queries.in_use(project) == [used]
    lines = {line.area: sum(line.counts) for line in queries.areas_of(project)}
    assert lines == {used: 1, unused: 0}
    with project_scope(other.id):
        assert queries.in_use(other) == []


def test_an_area_that_is_not_there_is_not_found(project: Project) -> None:
    with pytest.raises(NotFound):
        queries.area(999_999)
