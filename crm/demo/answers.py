"""Answers of made-up people to the session that is still to come; nobody gets a message of it."""

from datetime import timedelta

from crm.core import clock
from crm.core.db import session
from crm.demo.facts import Row, rows
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    AnswerEvent,
    Invitation,
    Need,
    NeedKind,
    Proposal,
)

APART = timedelta(minutes=40)


def give_answers(invitations: dict[str, Invitation]) -> None:
    """Let who is invited, by their key, have answered just now, each a while after the other."""
    facts = rows("answers")
    for number, row in enumerate(facts):
        _give(invitations[row["person"]], row, len(facts) - number)


def _give(invitation: Invitation, row: Row, place: int) -> None:
    # Not by the command that answers: it would write mail to people who do not exist.
    at, answer = clock.now() - APART * place, Answer(row["answer"])
    invitation.answer, invitation.answered_at = answer, at
    invitation.answered_by, invitation.answered_sequence = AnsweredBy.LINK, 0
    invitation.times_invited = 1
    if answer is Answer.WAITING:
        invitation.waiting_since, invitation.lot = at, 1
    event = AnswerEvent(invitation_id=invitation.id, at=at, by=AnsweredBy.LINK, sequence=0)
    event.before, event.after = Answer.NONE, answer
    session().add(event)
    _add_words(invitation, row)


def _add_words(invitation: Invitation, row: Row) -> None:
    for kind in NeedKind:
        if row[kind.value]:
            session().add(Need(invitation_id=invitation.id, kind=kind, words=row[kind.value]))
    if row["brings"]:
        session().add(
            Proposal(
                invitation_id=invitation.id, name=row["brings"], organisation=row["organisation"]
            )
        )
