"""200 people say yes to 50 places at the same moment, in 8 processes, on both databases."""

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import TypeAlias

import databases
from figures import Figures, seconds
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from crm.core.db import project_scope, session
from crm.core.mail import Purpose
from crm.core.permissions import system
from crm.design_sessions.models import Answer, AnsweredBy, AnswerEvent, Invitation
from crm.design_sessions.queries import answers
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.services import answering, inviting, planning
from crm.messages.models import OutboxMessage
from tests import factories
from tests.design_sessions.conftest import details

PEOPLE, PLACES, PROCESSES = 200, 50, 8
Job = tuple[str, int, list[int]]
Counted: TypeAlias = "Synchronized[int]"


def planned(app: Flask) -> tuple[int, list[int]]:
    """Make a session and invite everybody; return the project and the invitations."""
    with app.app_context(), app.extensions["kring_database"].opened():
        project = factories.project()
        with project_scope(project.id):
            actor = system(project.id)
            made = planning.add_session(actor, project, details=details(capacity=PLACES))
            firm = factories.organisation("Proefbedrijf")
            people = [
                factories.person(f"Proef{one}", at=firm, email=f"proef{one}@voorbeeld.example").id
                for one in range(PEOPLE)
            ]
            inviting.invite(actor, made, person_ids=people)
            return project.id, [one.id for one in people_queries.invitations_of(made)]


def press_yes(job: Job, start: Barrier, again: Counted) -> None:
    """Say yes for some of the people, one after the other, as fast as it goes."""
    url, project_id, invitations = job
    with databases.application(url) as app, app.app_context():
        start.wait()
        for number in invitations:
            while not _pressed(app, project_id, number):
                with again.get_lock():
                    again.value += 1


def _pressed(app: Flask, project_id: int, number: int) -> bool:
    """Say yes once; where the database is too busy, the page asks to press again."""
    with app.extensions["kring_database"].opened(), project_scope(project_id):
        one = answers.invitation(number)
        actor, given = answering.link_actor(one), Answer.YES
        try:
            answering.answer(actor, one, answer=given, by=AnsweredBy.LINK, seen_sequence=0)
        except OperationalError:
            return False
        return True


def all_at_once(url: str, project_id: int, invitations: list[int]) -> tuple[float, int]:
    """Let 8 processes press at the same moment; return the seconds, and how often again."""
    context = multiprocessing.get_context("spawn")
    start, again = context.Barrier(PROCESSES + 1), context.Value("i", 0)
    jobs = [(url, project_id, invitations[one::PROCESSES]) for one in range(PROCESSES)]
    running = [context.Process(target=press_yes, args=(job, start, again)) for job in jobs]
    for one in running:
        one.start()
    start.wait()
    return seconds(lambda: _join(running)), again.value


def _join(running: Sequence[BaseProcess]) -> None:
    for one in running:
        one.join()


def measure(figures: Figures, name: str, url: str) -> None:
    """Measure one database."""
    with databases.application(url) as app:
        project_id, invitations = planned(app)
        taken, again = all_at_once(url, project_id, invitations)
        with app.extensions["kring_database"].opened(), project_scope(project_id):
            standing = Counter(session().scalars(select(Invitation.answer)))
            mails = Counter(session().scalars(select(OutboxMessage.about_id)))
            purposes = Counter(session().scalars(select(OutboxMessage.purpose)))
            events = session().scalar(select(func.count(AnswerEvent.id)))
    told = f"{PEOPLE} in {PROCESSES} processes, {taken:.1f} s, {again} pressed again"
    figures.exactly(f"people with a place, {name}", standing[Answer.YES], PLACES, told)
    figures.exactly(f"people who wait, {name}", standing[Answer.WAITING], PEOPLE - PLACES)
    figures.exactly(f"events, {name}", events or 0, PEOPLE)
    figures.exactly(f"people with one mail, {name}", list(mails.values()).count(1), PEOPLE)
    confirmed = purposes[Purpose.CONFIRMATION]
    figures.exactly(f"confirmations among the mails, {name}", confirmed, PLACES)


def main() -> None:
    """Measure both databases."""
    figures = Figures()
    for name, fresh in databases.each():
        measure(figures, name, fresh())
    figures.leave()


if __name__ == "__main__":
    main()
