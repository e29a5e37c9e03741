"""Somebody answers while they are merged: nobody waits for the other for ever; on both engines."""

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm.exc import ObjectDeletedError

from crm.core.db import Database, project_scope, session
from crm.core.permissions import Actor, system
from crm.design_sessions.models import Answer, AnsweredBy, Invitation
from crm.design_sessions.services import answering, inviting
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests import factories
from tests.stakeholders.merges import planned

pytestmark = pytest.mark.both_engines("locks")

TIMES = 2


def test_who_answers_is_heard_or_told_that_the_link_has_ended(app: Flask, project: Project) -> None:
    actor, ended = factories.leader_of(project), list[str]()
    database: Database = app.extensions["kring_database"]
    for number in range(TIMES):
        held = planned(actor, project)
        firm = factories.organisation(f"Bedrijf {number}")
        people = [factories.person("Vries", at=firm, email=f"{n}@x.example").id for n in (0, 1)]
        inviting.invite(actor, held, person_ids=people, helixes={})
        ids = list(session().scalars(select(Invitation.id).order_by(Invitation.id.desc()).limit(2)))
        project_id = project.id
        session().rollback()
        start = Barrier(3)

        def work(
            invitation_id: int | None, two: tuple[int, int], start: Barrier, project_id: int
        ) -> None:
            with app.app_context(), database.opened(), project_scope(project_id):
                found = projects.project(project_id)
                one = session().get_one(Invitation, invitation_id) if invitation_id else None
                sequence = one.design_session.sequence if one else 0
                start.wait()
                try:
                    if one is None:
                        merging.merge_persons(system(project_id), found, merge=Merge(*two))
                    else:
                        answering.answer(
                            Actor(None, "", project_id=project_id), one, answer=Answer.YES,
                            by=AnsweredBy.LINK, seen_sequence=sequence,
                        )  # fmt: skip
                    ended.append("merged" if one is None else "answered")
                except ObjectDeletedError:
                    ended.append("ended")

        two = people[0], people[1]
        threads = [Thread(target=work, args=(one, two, start, project_id)) for one in (None, *ids)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    session().rollback()
    assert len(ended) == 3 * TIMES
    assert ended.count("merged") == TIMES
    assert ended.count("answered") >= TIMES
    assert len(session().scalars(select(Invitation.id)).all()) == TIMES
