"""Merging: sessions, messages and what somebody wished of them; on both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from crm.consent.models import Basis, ContactBasis, ContactPurpose, Objection
from crm.core import clock
from crm.core.db import add_many, session, unit_of_work
from crm.core.permissions import Actor, system
from crm.design_sessions.models import (
    Answer,
    Attendance,
    AttendanceStatus,
    Invitation,
)
from crm.design_sessions.services import inviting
from crm.messages.models import (
    MessageState,
    OutboxMessage,
    PersonLink,
    SuppressionReason,
    SuppressionScope,
)
from crm.messages.services.suppressions import suppress
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.stakeholders.merges import merged, planned, queued


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def two(planner: Actor) -> tuple[Person, Person]:
    return (
        factories.person("Vries", first_name="Jan", email="jan@vries.example"),
        factories.person("Vries", first_name="J.", email="j@devries.example"),
    )


def test_private_and_hidden_hold_for_both(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    kept, gone = two
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with unit_of_work(planner, "tests.hide"):
        gone.is_private, gone.hidden_at, gone.hidden_source = True, at, "belde"

    found = merged(planner, project, kept, gone)

    assert (found.is_private, found.hidden_at, found.hidden_source) == (True, at, "belde")


@pytest.mark.parametrize("first", [0, 1])
def test_the_stricter_ground_is_left_and_an_objection_stays(
    planner: Actor, project: Project, two: tuple[Person, Person], first: int
) -> None:
    kept, gone = two[first], two[1 - first]
    factories.basis(two[0], ContactPurpose.NEWS, Basis.CONSENT)
    factories.basis(two[1], ContactPurpose.NEWS, Basis.WITHDRAWN)
    factories.objection(two[1])

    merged(planner, project, kept, gone)

    grounds = session().execute(select(ContactBasis.person_id, ContactBasis.basis))
    assert [tuple(row) for row in grounds] == [(kept.id, Basis.WITHDRAWN)]
    assert session().scalars(select(Objection.person_id)).all() == [kept.id]


def test_who_wanted_no_mail_at_one_address_gets_none_at_the_other(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    scope, reason = SuppressionScope.ALL, SuppressionReason.UNSUBSCRIBED
    suppress(planner, "j@devries.example", scope=scope, reason=reason)

    merged(planner, project, *two)

    found = session().execute(select(ContactBasis.purpose, ContactBasis.basis)).all()
    assert {row.purpose for row in found} == set(ContactPurpose)
    assert {row.basis for row in found} == {Basis.WITHDRAWN}


def test_of_two_invitations_to_a_session_the_last_answer_counts(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    held = planned(planner, project)
    ids = [one.id for one in two]
    inviting.invite(planner, held, person_ids=ids, helixes={})
    with unit_of_work(planner, "tests.answer"):
        mine, theirs = session().scalars(select(Invitation).order_by(Invitation.person_id))
        mine.answer, mine.answered_at = Answer.NO, clock.now() - timedelta(days=2)
        theirs.answer, theirs.answered_at = Answer.YES, clock.now() - timedelta(days=1)
        name = theirs.public_name

    merged(planner, project, *two)

    found = session().scalars(select(Invitation)).one()
    assert (found.person_id, found.answer, found.public_name) == (ids[0], Answer.YES, name)


def test_one_attendance_is_left_and_present_counts(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    held = planned(planner, project)
    statuses = (AttendanceStatus.NO_SHOW, AttendanceStatus.PRESENT)
    with unit_of_work(planner, "tests.attend"):
        for person, status in zip(two, statuses, strict=True):
            row = {"design_session_id": held.id, "person_id": person.id, "helix": Helix.BUSINESS}
            add_many(Attendance, [{**row, "status": status}])

    merged(planner, project, *two)

    found = session().execute(select(Attendance.person_id, Attendance.status)).all()
    assert [tuple(row) for row in found] == [(two[0].id, AttendanceStatus.PRESENT)]


def test_of_two_messages_of_one_batch_one_goes(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    queued(planner, project, two)

    merged(planner, project, *two)

    found = session().execute(
        select(OutboxMessage.person_id, OutboxMessage.about_id, OutboxMessage.state).order_by(
            OutboxMessage.id
        )
    )
    kept = two[0].id
    assert [tuple(row) for row in found] == [
        (kept, kept, MessageState.QUEUED),
        (kept, kept, MessageState.SUPERSEDED),
    ]


def test_what_has_gone_to_one_does_not_go_to_the_other_as_well(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    queued(planner, project, two)
    with unit_of_work(planner, "tests.sent"):
        sent = session().scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert sent is not None
        sent.state = MessageState.ACCEPTED

    merged(planner, project, *two)

    states = session().scalars(select(OutboxMessage.state).order_by(OutboxMessage.id))
    assert list(states) == [MessageState.SUPERSEDED, MessageState.ACCEPTED]


def test_a_link_to_what_is_kept_of_the_one_that_goes_ends(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    with unit_of_work(planner, "tests.link"):
        later = clock.now() + timedelta(hours=1)
        for one in two:
            row = {"person_id": one.id, "public_name": f"n{one.id}", "expires_at": later}
            add_many(PersonLink, [row])

    merged(planner, project, *two)

    mine, theirs = session().scalars(select(PersonLink).order_by(PersonLink.id))
    assert (mine.has_ended(), theirs.has_ended()) == (False, True)
