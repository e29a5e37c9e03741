"""2,000 invitations, from the press of the button until all stand in the outbox."""

from contextlib import ExitStack

import databases
import mail_data
from figures import Figures, seconds
from sqlalchemy import func, select

from crm.core.db import session
from crm.core.mail import Purpose
from crm.core.permissions import system
from crm.design_sessions.services.mailing import send
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.services.batches import Sending

PEOPLE = 2_000
MOST_SECONDS = 2.0
ROUNDS = 3


def taken(url: str) -> float:
    """Return how long one command takes: consent, letters, rows, and what is noted of each."""
    with ExitStack() as stack:
        app = stack.enter_context(databases.application(url))
        stack.enter_context(app.app_context())
        project, planned = stack.enter_context(mail_data.invited(app, PEOPLE))
        actor, how = system(project.id), Sending("bench")
        time = seconds(lambda: send(actor, planned, purpose=Purpose.INVITE, how=how))
        queued = OutboxMessage.state == MessageState.QUEUED
        if session().scalar(select(func.count(OutboxMessage.id)).where(queued)) != PEOPLE:
            raise SystemExit("not everybody has a message")
        return time


def main() -> None:
    """Measure on both databases, each time on a fresh one."""
    figures = Figures()
    for name, fresh in databases.each():
        times = sorted(taken(fresh()) for _round in range(ROUNDS))
        detail = f"the best of {ROUNDS}, the slowest {times[-1]:.2f} s"
        label = f"{name}: {PEOPLE:,} invitations into the outbox"
        figures.at_most(label, times[0], MOST_SECONDS, "seconds", detail)
    figures.leave()


if __name__ == "__main__":
    main()
