"""Organisations keep their rules, whatever page they come from."""

from dataclasses import replace
from datetime import date

import pytest

from crm.core import audit
from crm.core.db import project_scope, session, unit_of_work
from crm.core.errors import Forbidden, NotFound, StaleRecord
from crm.core.permissions import Actor, Role
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Organisation
from crm.stakeholders.queries import organisations as queries
from crm.stakeholders.queries.organisations import Filter
from crm.stakeholders.services import organisations as services
from crm.stakeholders.services.organisations import (
    OrganisationDetails,
    OrganisationInUse,
    OrganisationNameMissing,
    OrganisationNameTaken,
    OrganisationUnknown,
    SameHelixTwice,
)
from crm.stakeholders.values.addresses import NotAPostcode, NotAWebsite
from tests import factories

DETAILS = OrganisationDetails("Stichting De Schakel", Helix.END_USERS)


@pytest.fixture
def leader(project: Project) -> Actor:
    return factories.leader_of(project)


@pytest.fixture
def link(leader: Actor, project: Project) -> Organisation:
    return services.add_organisation(leader, project, details=DETAILS)


def test_all_that_is_told_is_kept_in_its_usual_form(leader: Actor, project: Project) -> None:
    details = OrganisationDetails(
        "  Welzijn   Proef ",
        Helix.END_USERS,
        second_helix=Helix.GOVERNMENT,
        website="www.welzijn.example/over-ons",
        postcode="9405zz",
        town="ASSEN",
        area="Pittelo",
        tags=("Jeugd", "jéugd", " spelen ", "!"),
    )

    made = queries.organisation(services.add_organisation(leader, project, details=details).id)

    assert (made.name, made.name_key) == ("Welzijn Proef", "welzijn proef")
    assert made.website == "https://www.welzijn.example/over-ons"
    assert (made.postcode, made.town) == ("9405 ZZ", "Assen")
    assert made.area is not None
    assert made.area.name == "Pittelo"
    assert [tag.word for tag in made.tags] == ["Jeugd", "spelen"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": " ! "}, OrganisationNameMissing),
        ({"name": "stichting dé schakel"}, OrganisationNameTaken),
        ({"second_helix": Helix.END_USERS}, SameHelixTwice),
        ({"website": "javascript:alert(1)"}, NotAWebsite),
        ({"postcode": "0405 AA"}, NotAPostcode),
    ],
)
def test_what_cannot_be_is_refused(
    leader: Actor,
    project: Project,
    link: Organisation,
    change: dict[str, object],
    refusal: type[Exception],
) -> None:
    details = replace(DETAILS, **{"name": "Andere", **change})  # type: ignore[arg-type]  # as the row says

    with pytest.raises(refusal):
        services.add_organisation(leader, project, details=details)


@pytest.mark.parametrize("role", [Role.REVIEWER, None])
def test_whoever_only_reads_changes_nothing(
    leader: Actor, project: Project, link: Organisation, role: Role | None
) -> None:
    reader = Actor(account_id=99, name="Lezer", role=role, project_id=project.id)

    with pytest.raises(Forbidden):
        services.add_organisation(reader, project, details=replace(DETAILS, name="Nieuw"))
    with pytest.raises(Forbidden):
        services.remove_organisation(reader, link)


def test_the_second_of_two_editors_is_told(leader: Actor, link: Organisation) -> None:
    opened_at = link.revision
    services.edit_organisation(
        leader, link, details=replace(DETAILS, tags=("jeugd",)), revision=opened_at
    )

    with pytest.raises(StaleRecord):
        services.edit_organisation(
            leader, link, details=replace(DETAILS, kind="club"), revision=opened_at
        )

    assert [tag.word for tag in link.tags] == ["jeugd"]


def test_an_edit_writes_only_what_changed_into_the_trail(
    leader: Actor, project: Project, link: Organisation
) -> None:
    details = replace(DETAILS, kind="club", area="Lariks", tags=("jeugd",))
    before = len(session().scalars(audit.entries_of(project.id)).all())
    services.edit_organisation(leader, link, details=details, revision=link.revision)
    services.edit_organisation(leader, link, details=details, revision=link.revision)

    trail = session().scalars(audit.entries_of(project.id)).all()

    assert {(one.table, one.operation): one.fields for one in trail[:3]} == {
        ("area", "create"): ["code", "id", "name", "name_key", "year"],
        ("organisation", "change"): ["area_id", "kind"],
        ("organisation_tag", "create"): [
            "id", "organisation_id", "project_id", "word", "word_key",
        ],
    }  # fmt: skip
    assert len(trail) == before + 3


def test_an_organisation_may_be_written_differently_but_not_as_another(
    leader: Actor, project: Project, link: Organisation
) -> None:
    factories.organisation("Andere")

    services.edit_organisation(
        leader, link, details=replace(DETAILS, name="STICHTING de Schakel"), revision=link.revision
    )

    assert link.name == "STICHTING de Schakel"
    with pytest.raises(OrganisationNameTaken):
        services.edit_organisation(
            leader, link, details=replace(DETAILS, name="ANDERE"), revision=link.revision
        )


def test_an_organisation_that_nothing_names_goes_with_its_tags(
    leader: Actor, link: Organisation
) -> None:
    services.set_tags(leader, link, words=["jeugd"])

    services.remove_organisation(leader, link, reason="dubbel")

    assert queries.organisation_named(DETAILS.name) is None
    assert queries.tags_in_use() == []


def test_an_organisation_with_a_role_that_ended_stays(leader: Actor, link: Organisation) -> None:
    human = factories.person()
    with unit_of_work(leader, "tests.role"):
        role = Affiliation(
            person_id=human.id,
            organisation_id=link.id,
            helix=Helix.BUSINESS,
            until=date(2021, 12, 31),
        )
        session().add(role)

    with pytest.raises(OrganisationInUse):
        services.remove_organisation(leader, link)

    assert session().get(Affiliation, role.id) is not None
    assert queries.organisation(link.id) is link


def test_another_project_does_not_have_it(leader: Actor, link: Organisation) -> None:
    organisation_id = link.id

    with project_scope(factories.project("Ander").id):
        assert queries.organisation_named(DETAILS.name) is None
        with pytest.raises(NotFound):
            queries.organisation(organisation_id)


def test_picking_by_name_finds_makes_or_refuses(leader: Actor, link: Organisation) -> None:
    with unit_of_work(leader, "tests.pick"):
        found = services.picked_organisation(
            "STICHTING  de schakel", make=False, helix=Helix.BUSINESS
        )
        made = services.picked_organisation("Nieuw", make=True, helix=Helix.RESEARCH)
        none = services.picked_organisation("  ", make=True, helix=Helix.RESEARCH)

    assert found is link
    assert made is not None
    assert (made.name, made.helix) == ("Nieuw", Helix.RESEARCH)
    assert none is None
    with pytest.raises(OrganisationUnknown):
        services.picked_organisation("Onbekend", make=False, helix=Helix.BUSINESS)


def test_many_are_added_at_once_and_known_ones_stay(
    leader: Actor, project: Project, link: Organisation
) -> None:
    rows = [
        OrganisationDetails("Café Oost", Helix.BUSINESS, area="Lariks", tags=("horeca",)),
        OrganisationDetails("stichting de schakel", Helix.BUSINESS),
        OrganisationDetails("CAFE OOST", Helix.RESEARCH),
    ]

    ids = services.add_organisations(leader, project, details=rows)

    cafe = queries.organisation(ids[0])
    assert ids == [cafe.id, link.id, cafe.id]
    assert (cafe.name, cafe.helix, [tag.word for tag in cafe.tags]) == (
        "Café Oost", Helix.BUSINESS, ["horeca"],
    )  # fmt: skip
    assert cafe.area is not None
    assert session().scalars(queries.by_name(Filter(area_id=cafe.area_id))).all() == [cafe]


def test_the_list_is_narrowed_by_helix_area_and_tag(leader: Actor, project: Project) -> None:
    one = OrganisationDetails(
        "Beta", Helix.BUSINESS, second_helix=Helix.RESEARCH, area="Lariks", tags=("Zorg",)
    )
    services.add_organisations(
        leader, project, details=[one, OrganisationDetails("alfa", Helix.GOVERNMENT)]
    )

    def names(**asked: object) -> list[str]:
        chosen = Filter(**asked)  # type: ignore[arg-type]  # as the test says
        return [found.name for found in session().scalars(queries.by_name(chosen))]

    assert names() == ["alfa", "Beta"]
    assert names(helix=Helix.RESEARCH) == names(helix=Helix.BUSINESS) == ["Beta"]
    assert names(tag="zorg") == ["Beta"]
    assert names(tag="anders") == []
    assert names(search="BET") == ["Beta"]
    assert [name for _id, name in queries.options("al")] == ["alfa"]
    assert [name for _id, name in queries.options()] == ["alfa", "Beta"]
