"""What changed since a day: each list holds what it says, with its evidence."""

from datetime import date

from flask.testing import FlaskClient

from crm.core.db import session, unit_of_work
from crm.core.permissions import system
from crm.networks.queries import listing
from crm.networks.rules.selection import Selection
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories, pages
from tests.networks.gathering import meet

DAY = date(2021, 6, 1)


def test_ties_are_new_silent_or_kept_up(project: Project, where: str) -> None:
    kept, silent, new, other = (factories.person(f"Persoon{one}") for one in range(4))
    meet(other, kept, day=date(2021, 3, 1))
    meet(other, kept, day=date(2021, 9, 1))
    meet(other, silent, day=date(2021, 6, 1))
    meet(other, new, day=date(2021, 6, 2))

    found = listing.changed(system(project.id), project.id, Selection(), DAY).changes

    assert [{tie.one, tie.other} for tie in found.new] == [{f"p{other.id}", f"p{new.id}"}]
    assert [{tie.one, tie.other} for tie in found.silent] == [{f"p{other.id}", f"p{silent.id}"}]
    assert found.lost == ()
    assert found.newcomers == ((f"p{new.id}", date(2021, 6, 2)),)


def test_a_role_that_ended_is_a_lost_tie(
    project: Project, where: str, office: Organisation
) -> None:
    left = factories.person("Vertrokken", at=office)
    with unit_of_work(system(project.id), "tests.leave"):
        session().get_one(Person, left.id).affiliations[0].until = date(2021, 8, 1)
    factories.person("Gebleven", at=office)

    found = listing.changed(system(project.id), project.id, Selection(), DAY).changes

    assert [{tie.one, tie.other} for tie in found.lost] == [{f"p{left.id}", f"o{office.id}"}]
    assert found.silent == ()


def test_a_bridge_is_a_first_tie_into_another_helix(project: Project, where: str) -> None:
    one, two = (factories.person(f"Bewoner{n}", helix=Helix.END_USERS) for n in range(2))
    maker = factories.person("Ondernemer", helix=Helix.BUSINESS)
    meet(one, two, day=date(2021, 3, 1))
    meet(one, maker, day=date(2021, 7, 1))
    meet(one, maker, day=date(2021, 8, 1))

    (bridge,) = listing.changed(system(project.id), project.id, Selection(), DAY).changes.bridges

    assert (bridge.key, bridge.other) == (f"p{one.id}", f"p{maker.id}")
    assert (bridge.helix, bridge.first) == (Helix.BUSINESS, date(2021, 7, 1))


def test_the_page_says_what_to_do_first_and_then_what_changed(
    leader: FlaskClient, project: Project, where: str
) -> None:
    one, two = factories.person("Jansen"), factories.person("Pietersen")
    meet(one, two, day=date(2021, 9, 1))

    asked = pages.text_of(leader.get(f"{where}/changes"))
    told = leader.get(f"{where}/changes?since=2021-06-01")
    nothing = pages.text_of(leader.get(f"{where}/changes?since=2021-12-01&tie=initiative"))

    assert "Choose a day" in asked
    assert "New ties (1)" in pages.text_of(told)
    assert f"/network/people/{one.id}?with=p{two.id}" in told.text
    assert "Nothing changed since then" in nothing


def test_a_reviewer_takes_it_along_without_the_names_of_residents(
    reviewer: FlaskClient, project: Project, where: str
) -> None:
    one = factories.person("Jansen", helix=Helix.END_USERS)
    two = factories.person("Pietersen", helix=Helix.END_USERS)
    meet(one, two, day=date(2021, 9, 1))

    file = reviewer.get(f"{where}/changes.csv?since=2021-06-01").get_data(as_text=True)

    assert "New tie" in file
    assert "Jansen" not in file
    assert reviewer.get(f"{where}/changes.csv").status_code == 303
