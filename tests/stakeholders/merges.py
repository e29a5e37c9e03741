"""Two persons that are one, merged and looked at: for the tests of merging."""

from datetime import datetime, timedelta

from sqlalchemy import select

from crm.core import undo
from crm.core.db import Base, session, unit_of_work
from crm.core.mail import Letter, Purpose, Recipient
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    DesignSession,
    SessionKind,
)
from crm.design_sessions.services import planning
from crm.design_sessions.services.planning import LocalTime, SessionDetails
from crm.messages.services import batches, outbox
from crm.messages.services.batches import NewBatch
from crm.projects.models import Project
from crm.stakeholders.models import (
    Person,
)
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge


def planned(planner: Actor, project: Project) -> DesignSession:
    day = datetime.fromisoformat("2027-03-04T14:00")
    details = SessionDetails(
        "Ontwerpbijeenkomst",
        SessionKind.DESIGN_SESSION,
        LocalTime(day),
        LocalTime(day + timedelta(hours=2)),
    )
    return planning.add_session(planner, project, details=details)


def merged(planner: Actor, project: Project, kept: Person, gone: Person, **more: object) -> Person:
    merge = Merge(kept.id, gone.id, **more)  # type: ignore[arg-type]  # as the test says
    return merging.merge_persons(planner, project, merge=merge)


def last_step() -> undo.Step:
    return session().scalars(select(undo.Step).order_by(undo.Step.id.desc()).limit(1)).one()


def rows(model: type[Base]) -> list[tuple[object, ...]]:
    columns = [one for one in model.__table__.columns if one.name not in {"revision", "mime"}]
    statement = select(*(getattr(model, one.name) for one in columns)).order_by(model.id)
    return [tuple(row) for row in session().execute(statement)]


def queued(planner: Actor, project: Project, people: tuple[Person, ...]) -> None:
    new = NewBatch("een", Purpose.NEWS, "Nieuws")
    batch = batches.make(planner, project, new=new)
    with unit_of_work(planner, "tests.queue"):
        for one in people:
            to = Recipient(one.emails[0].address, "Jan", "nl", person_id=one.id)
            letter = Letter(Purpose.NEWS, f"news:{one.id}", batch_id=batch.id, about_id=one.id)
            outbox.queue(to, letter)
