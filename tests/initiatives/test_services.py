"""Initiatives and involvement keep their rules, whatever page they come from."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from crm.core import audit, clock
from crm.core.db import project_scope, session
from crm.core.errors import Forbidden, NotFound, StaleRecord
from crm.core.pagination import page_of
from crm.core.periods import EndBeforeStart
from crm.core.permissions import Actor, Role, system
from crm.initiatives import queries, services
from crm.initiatives.models import (
    AlreadyInvolved,
    Initiative,
    InitiativeNameMissing,
    InitiativeStatus,
    InitiativeTrack,
    StakeholderMissing,
    StillInvolved,
)
from crm.initiatives.queries import InitiativeFilter
from crm.initiatives.services import InitiativeDetails, InvolvementDetails, Stakeholder
from crm.neighbourhoods import services as neighbourhoods
from crm.neighbourhoods.services import AreaDetails
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories


@pytest.fixture
def leader(project: Project) -> Actor:
    return factories.leader_of(project)


@pytest.fixture
def garden(leader: Actor, project: Project) -> Initiative:
    return factories.initiative(leader, project, "Moestuin", area="Pittelo")


def names(**asked: object) -> list[str]:
    chosen = InitiativeFilter(**asked)  # type: ignore[arg-type]  # as the test says
    return [found.name for found in page_of(queries.by_name(chosen), 1).items]


def somebody() -> Stakeholder:
    return Stakeholder(person_id=factories.person(helix=Helix.END_USERS).id)


def test_an_initiative_is_found_by_words_track_status_and_area(
    leader: Actor, project: Project, garden: Initiative
) -> None:
    factories.initiative(
        leader, project, "Rondje Park", track=InitiativeTrack.PILOT, description="met skaters"
    )
    factories.initiative(leader, project, "Ruilkast", status=InitiativeStatus.REALISED)

    assert names() == ["Moestuin", "Rondje Park", "Ruilkast"]
    assert names(search="SKAT rond") == ["Rondje Park"]
    assert names(search="pittélo") == ["Moestuin"]
    assert names(search="!!") == []
    assert names(track=InitiativeTrack.PILOT) == ["Rondje Park"]
    assert names(status=InitiativeStatus.REALISED) == ["Ruilkast"]
    assert names(area_id=garden.area_id) == ["Moestuin"]


def test_an_area_that_is_known_is_used_again(
    leader: Actor, project: Project, garden: Initiative
) -> None:
    second = factories.initiative(leader, project, "Leugenbank", area="  pittelo ")

    assert second.area_id == garden.area_id
    assert [area.name for area in queries.areas_in_use()] == ["Pittelo"]


def test_a_renamed_area_is_found_by_its_new_name(garden: Initiative) -> None:
    area = garden.area
    assert area is not None
    details = AreaDetails("Pittelo Zuid")

    neighbourhoods.edit(system(), area, details=details, revision=area.revision)

    assert names(search="zuid") == ["Moestuin"]


@pytest.mark.parametrize("name", ["", "   "])
def test_an_initiative_needs_a_name(leader: Actor, project: Project, name: str) -> None:
    with pytest.raises(InitiativeNameMissing):
        factories.initiative(leader, project, name)


def test_an_initiative_cannot_end_before_it_starts(leader: Actor, project: Project) -> None:
    with pytest.raises(EndBeforeStart):
        factories.initiative(
            leader, project, "Terug", since=date(2022, 5, 1), until=date(2022, 4, 30)
        )


def test_the_second_of_two_editors_is_told(leader: Actor, garden: Initiative) -> None:
    opened_at = garden.revision
    first, second = InitiativeDetails("Eerste"), InitiativeDetails("Tweede")
    services.edit(leader, garden, details=first, revision=opened_at)

    with pytest.raises(StaleRecord):
        services.edit(leader, garden, details=second, revision=opened_at)

    assert garden.name == "Eerste"


def test_an_edit_is_one_line_in_the_trail(leader: Actor, garden: Initiative) -> None:
    details = InitiativeDetails("Moestuin", area="Lariks")
    services.edit(leader, garden, details=details, revision=garden.revision)

    trail = session().scalars(audit.entries_of(garden.project_id)).all()

    assert [(entry.table, entry.operation, entry.fields) for entry in trail[:2]] == [
        ("initiative", "change", ["area_id"]),
        ("area", "create", ["code", "id", "name", "name_key", "year"]),
    ]


def test_one_involvement_is_seen_from_both_sides(leader: Actor, garden: Initiative) -> None:
    office = factories.organisation("Gemeente Proef")
    services.involve(
        leader,
        garden,
        stakeholder=Stakeholder(organisation_id=office.id),
        part=InvolvementDetails("facilitator"),
    )

    (from_there,) = queries.involvement_of_organisation(office.id)
    (from_here,) = queries.involved_in(garden)

    assert from_here is from_there
    assert (from_here.role, from_here.organisation) == ("facilitator", office)


def test_an_involvement_is_of_one_stakeholder(leader: Actor, garden: Initiative) -> None:
    office, human = factories.organisation(), factories.person(helix=Helix.RESEARCH)

    for stakeholder in (Stakeholder(), Stakeholder(human.id, office.id)):
        with pytest.raises(StakeholderMissing):
            services.involve(leader, garden, stakeholder=stakeholder, part=InvolvementDetails())


def test_a_role_is_not_given_twice_for_the_same_days(leader: Actor, garden: Initiative) -> None:
    who = somebody()
    earlier = InvolvementDetails("trekker", until=date(2021, 12, 31))
    services.involve(leader, garden, stakeholder=who, part=earlier)
    services.involve(
        leader, garden, stakeholder=who, part=InvolvementDetails("trekker", date(2022, 1, 1))
    )
    services.involve(
        leader, garden, stakeholder=who, part=InvolvementDetails("buur", date(2022, 1, 1))
    )

    with pytest.raises(AlreadyInvolved):
        services.involve(
            leader, garden, stakeholder=who, part=InvolvementDetails("Trekker", date(2023, 1, 1))
        )


def test_an_involvement_can_be_saved_again_as_it_is(leader: Actor, garden: Initiative) -> None:
    kept = services.involve(leader, garden, stakeholder=somebody(), part=InvolvementDetails("buur"))

    services.edit_involvement(leader, kept, part=InvolvementDetails("buur"), revision=kept.revision)

    assert [one.role for one in queries.involved_in(garden)] == ["buur"]


def test_the_second_editor_of_an_involvement_is_told(leader: Actor, garden: Initiative) -> None:
    kept = services.involve(leader, garden, stakeholder=somebody(), part=InvolvementDetails("buur"))
    opened_at = kept.revision
    services.edit_involvement(leader, kept, part=InvolvementDetails("trekker"), revision=opened_at)

    with pytest.raises(StaleRecord):
        services.edit_involvement(leader, kept, part=InvolvementDetails("gast"), revision=opened_at)


def test_an_involvement_ends_today_unless_it_is_to_begin(leader: Actor, garden: Initiative) -> None:
    running = services.involve(
        leader, garden, stakeholder=somebody(), part=InvolvementDetails("buur")
    )
    to_come = InvolvementDetails("buur", since=date(2999, 1, 1))
    later = services.involve(leader, garden, stakeholder=somebody(), part=to_come)

    services.end_involvement(leader, running)

    assert running.until == clock.today()
    with pytest.raises(EndBeforeStart):
        services.end_involvement(leader, later)


def test_an_initiative_with_stakeholders_is_not_removed(leader: Actor, garden: Initiative) -> None:
    kept = services.involve(leader, garden, stakeholder=somebody(), part=InvolvementDetails())
    with pytest.raises(StillInvolved):
        services.remove(leader, garden)

    services.remove_involvement(leader, kept)
    services.remove(leader, garden)

    assert names() == []
    assert names(search="moestuin") == []


def test_everybody_is_counted_once(leader: Actor, project: Project, garden: Initiative) -> None:
    empty = factories.initiative(leader, project, "Leeg")
    who = somebody()
    services.involve(leader, garden, stakeholder=who, part=InvolvementDetails("buur"))
    services.involve(leader, garden, stakeholder=who, part=InvolvementDetails("trekker"))

    counts = queries.involved_counts([garden, empty])

    assert counts[garden.id] == queries.Involved(persons=1, organisations=0)
    assert counts[empty.id] == queries.Involved()


def test_stakeholders_of_another_project_are_not_there(
    opened: Session, leader: Actor, garden: Initiative
) -> None:
    other = factories.project()
    with project_scope(other.id):
        strangers = (
            Stakeholder(person_id=factories.person().id),
            Stakeholder(organisation_id=factories.organisation().id),
        )

    for stranger in strangers:
        with pytest.raises(NotFound):
            services.involve(leader, garden, stakeholder=stranger, part=InvolvementDetails())


def test_initiatives_of_another_project_are_not_there(leader: Actor, garden: Initiative) -> None:
    kept = services.involve(leader, garden, stakeholder=somebody(), part=InvolvementDetails())
    kept_id, garden_id = kept.id, garden.id

    with project_scope(factories.project().id):
        assert names() == []
        assert queries.any_initiative() is False
        with pytest.raises(NotFound):
            queries.initiative(garden_id)
        with pytest.raises(NotFound):
            queries.involvement(kept_id)


def test_a_reviewer_changes_nothing(project: Project, garden: Initiative) -> None:
    reader = Actor(account_id=None, name="", role=Role.REVIEWER, project_id=project.id)

    with pytest.raises(Forbidden):
        services.remove(reader, garden)
    with pytest.raises(Forbidden):
        services.involve(reader, garden, stakeholder=Stakeholder(), part=InvolvementDetails())
