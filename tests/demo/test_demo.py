"""What the demo holds."""

from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
from sqlalchemy import func, select

from crm.core import audit, clock, search
from crm.core.db import session
from crm.core.permissions import system
from crm.design_sessions.models import (
    Answer,
    Attendance,
    AttendanceStatus,
    DesignPhase,
    DesignSession,
    Invitation,
    Need,
    Proposal,
    SessionKind,
)
from crm.initiatives import queries as initiatives
from crm.initiatives.models import Initiative, InitiativeTrack
from crm.initiatives.queries import InitiativeFilter
from crm.messages.models import OutboxMessage
from crm.neighbourhoods.models import Area
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Email, Helix, Person, Phone
from crm.stakeholders.values import names


@pytest.fixture
def database_url(demo_url: str) -> str:
    """The demo as it was loaded; these tests only read it."""
    return demo_url


def present() -> dict[int, list[Attendance]]:
    """Return session id → who was present, read from the rows themselves."""
    statement = select(Attendance).where(Attendance.status == AttendanceStatus.PRESENT)
    found: dict[int, list[Attendance]] = {}
    for row in session().scalars(statement.order_by(Attendance.id)):
        found.setdefault(row.design_session_id, []).append(row)
    return found


def person(surname: str) -> Person:
    return session().scalars(select(Person).where(Person.surname == surname)).one()


def test_the_tracks_are_eight_and_three(loaded: Project) -> None:
    tracks = Counter(session().scalars(select(Initiative.track)))

    assert tracks == {InitiativeTrack.INITIATIVE: 8, InitiativeTrack.PILOT: 3}
    assert (loaded.slug, loaded.is_demo) == ("assen-i2i", True)


def test_attendance_gives_the_published_network(loaded: Project) -> None:
    helix: dict[int, Helix] = {}
    weight: Counter[tuple[int, int]] = Counter()
    for rows in present().values():
        helix |= {row.person_id: row.helix for row in rows}
        weight.update(combinations(sorted(row.person_id for row in rows), 2))

    external = sum(helix[one] is not helix[other] for one, other in weight)
    internal = len(weight) - external

    assert len(helix) == 33
    assert (len(weight), weight.total()) == (460, 832)
    assert (external, internal) == (342, 118)
    assert (external - internal) / (external + internal) == pytest.approx(0.486957, abs=1e-6)


def test_newman_weight_is_half_the_presence_with_company(loaded: Project) -> None:
    sizes = [len(rows) for rows in present().values()]

    weights = [size * (size - 1) / 2 / (size - 1) for size in sizes if size > 1]

    assert sum(weights) == 52.5


def test_the_helix_of_who_came_is_that_of_their_main_role(loaded: Project) -> None:
    for row in session().scalars(select(Attendance)):
        assert row.helix is row.person.helix_on(clock.today())


def test_everybody_noted_was_invited_before(loaded: Project) -> None:
    noted = set(session().execute(select(Attendance.design_session_id, Attendance.person_id)))
    invited = set(session().execute(select(Invitation.design_session_id, Invitation.person_id)))
    late = select(func.count()).select_from(Invitation).join(Invitation.design_session)

    assert noted <= invited
    assert session().scalar(late.where(Invitation.invited_at > DesignSession.starts_at)) == 0


def test_design_sessions_have_phases_and_targets(loaded: Project) -> None:
    statement = select(DesignSession).where(DesignSession.kind == SessionKind.DESIGN_SESSION)
    held = session().scalars(statement.order_by(DesignSession.starts_at)).all()

    assert [one.phase for one in held[:3]] == [
        DesignPhase.DISCOVER,
        DesignPhase.DEVELOP,
        DesignPhase.DELIVER,
    ]
    assert all(len(one.targets) == len(Helix) for one in held)
    assert all(one.place or one.link for one in held)


def test_a_session_is_coming_and_nobody_was_there_yet(loaded: Project) -> None:
    statement = select(DesignSession).where(DesignSession.starts_at > clock.now())
    coming = session().scalars(statement).one()

    assert coming.starts_at - clock.now() < timedelta(days=14)
    assert len(coming.invitations) == 14
    assert coming.attendances == []


def test_some_of_them_answered_and_nobody_was_written_to(loaded: Project) -> None:
    statement = select(Invitation).join(Invitation.design_session)
    coming = session().scalars(statement.where(DesignSession.starts_at > clock.now())).all()

    assert Counter(one.answer for one in coming) == {
        Answer.YES: 6, Answer.MAYBE: 2, Answer.NO: 1, Answer.WAITING: 1, Answer.NONE: 4,
    }  # fmt: skip
    assert session().scalar(select(func.count()).select_from(OutboxMessage)) == 0
    assert session().scalar(select(func.count()).select_from(Need)) == 3
    assert session().scalar(select(func.count()).select_from(Proposal)) == 1


def test_each_initiative_has_two_to_five_stakeholders_of_more_helixes(loaded: Project) -> None:
    kinds = set()
    for one in initiatives.every(InitiativeFilter()):
        involved = initiatives.participants(system(loaded.id), one)
        kinds |= {"person" if each.involvement.person_id else "organisation" for each in involved}

        assert 2 <= len(involved) <= 5
        assert len({each.helix for each in involved}) >= 2
        assert all(each.involvement.role and each.involvement.since for each in involved)
    assert kinds == {"person", "organisation"}


def test_one_person_stands_in_two_helixes_today(loaded: Project) -> None:
    statement = select(Affiliation).order_by(Affiliation.id)
    running: dict[int, set[Helix]] = {}
    for role in session().scalars(statement):
        if role.runs_on(clock.today()):
            running.setdefault(role.person_id, set()).add(role.helix)

    (both,) = [number for number, helixes in running.items() if len(helixes) > 1]

    assert both == person("Amrani").id
    assert person("Amrani").helix_on(clock.today()) is Helix.GOVERNMENT


def test_one_role_ended_in_2021(loaded: Project) -> None:
    ended = session().scalars(select(Affiliation).where(Affiliation.until.is_not(None))).one()

    assert ended.until is not None
    assert ended.until.year == 2021
    assert ended.person is person("Soumokil")
    assert not ended.runs_on(clock.today())


def test_one_resident_speaks_for_herself_and_was_at_no_session(loaded: Project) -> None:
    (role,) = session().scalars(select(Affiliation).where(Affiliation.organisation_id.is_(None)))
    attended = select(func.count()).select_from(Attendance)

    assert role.helix is Helix.END_USERS
    assert session().scalar(attended.where(Attendance.person_id == role.person_id)) == 0


def test_hard_names_are_written_as_they_should_be(loaded: Project) -> None:
    shown = {
        each.surname: names.full_name(each.name_parts) for each in session().scalars(select(Person))
    }
    alone = session().scalars(select(Person).where(Person.surname == "")).one()

    assert shown["Veen"] == "Jolanda van der Veen"
    assert shown["IJzerman"] == "Tjeerd IJzerman"
    assert shown["Vries"] == "Ria de Vries"
    assert shown["Ancona"] == "Fleur d'Ancona"
    assert names.full_name(alone.name_parts) == "Kai"


def test_areas_are_the_ten_districts_with_code_and_year(loaded: Project) -> None:
    areas = session().scalars(select(Area)).all()

    assert len(areas) == 10
    assert {area.year for area in areas} == {2020}
    assert all(area.code.startswith("WK0106") for area in areas)


def test_no_real_address_or_number_is_in_it(loaded: Project) -> None:
    numbers = session().scalars(select(Phone.number)).all()
    addresses = session().scalars(select(Email.address)).all()

    assert (len(numbers), len(addresses)) == (33, 34)
    assert all(number.startswith("+3159200") for number in numbers)
    assert all(address.endswith(".example") for address in addresses)


def test_everything_can_be_found_and_the_trail_is_whole(loaded: Project) -> None:
    assert search.found("person", "jol veen") == [person("Veen").id]
    assert len(search.found("organisation", "gemeente assen")) == 3
    assert len(search.found("initiative", "pump track")) == 1
    assert audit.broken_entry(loaded.id) is None
    assert audit.broken_entry(0) is None
