"""Merge with another: whoever knows that two are one finds the other by name."""

import pytest

from crm.core.db import add_many, unit_of_work
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Kind, LikelyPair
from tests import factories
from tests.pages import Enter

pytestmark = pytest.mark.engine("sqlite")


@pytest.mark.parametrize("kind", ["persons", "organisations"])
def test_the_other_one_is_found_by_name_and_leads_to_both_beside_each_other(
    enter: Enter, project: Project, kind: str
) -> None:
    make = factories.person if kind == "persons" else factories.organisation
    kept, other, stranger = (make(name).id for name in ("Vermeer", "Vermeerlo", "Anders"))
    base = f"/projects/{project.slug}/{kind}"
    leader = enter(Role.LEADER)

    page = leader.get(f"{base}/{kept}").text
    found = leader.get(f"{base}/{kept}/merge?q=verme").text
    none = leader.get(f"{base}/{kept}/merge?q=zzz").text

    assert f'href="{base}/{kept}/merge"' in page
    assert f'href="{base}/{kept}/merge/{other}"' in found
    assert f"/merge/{kept}" not in found
    assert f"/merge/{stranger}" not in found
    assert "/merge/" not in none
    assert leader.get(f"{base}/{kept}/merge/{other}").status_code == 200


def test_who_looks_like_the_one_that_stays_is_offered_at_once(
    enter: Enter, project: Project
) -> None:
    kept, other = factories.person("Vries").id, factories.person("Fries").id
    with unit_of_work(system(project.id), "tests.pair"):
        pair = {"person_id": other, "other_person_id": kept, "score": 75, "reasons": ["near_name"]}
        add_many(LikelyPair, [{"kind": Kind.PERSON, **pair}])

    page = enter(Role.LEADER).get(f"/projects/{project.slug}/persons/{kept}/merge").text

    assert f"/persons/{kept}/merge/{other}" in page


def test_a_prefix_is_proposed_with_its_surname_only(enter: Enter, project: Project) -> None:
    kept, gone, same = (factories.person(name) for name in ("Akkerman", "Berg", "Akkerman"))
    with unit_of_work(system(project.id), "tests.prefix"):
        gone.prefix = same.prefix = "van den"
    base, leader = f"/projects/{project.slug}/persons/{kept.id}/merge", enter(Role.LEADER)
    ids = gone.id, same.id

    other, own = (leader.get(f"{base}/{one}").text for one in ids)

    assert 'name="prefix" value="kept" checked' in " ".join(other.split())
    assert 'name="prefix" value="gone" checked' in " ".join(own.split())
