"""
A worker killed (`kill -9`) at ten random moments of a batch of 2,000 messages, on both databases.

Counted at the receiving end: what was lost without a mark, reminders that came twice, invitations
that came twice (at most one a kill for each connection) and whether those were the same bytes.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import databases
import mail_data
import sink
from figures import Figures
from sink import Delivery

from crm.core.mail import Purpose

PEOPLE = 1_000  # each gets an invitation and a reminder
KILLS = 10
CONNECTIONS = 1
DELAY = 0.004
PATIENCE = 900.0
POSTMAN = Path(__file__).with_name("postman.py")
FINAL = frozenset({"accepted", "uncertain"})


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of the messages of one run, at the receiving end."""

    unflagged: int
    flagged: int
    reminders_twice: int
    invitations_twice: int
    are_equal: bool


def main() -> None:
    """Kill on SQLite and on PostgreSQL, and tell what was lost or came twice."""
    figures = Figures()
    print("database     kills  lost  flagged  reminders x2  invites x2")
    for name, fresh in databases.each():
        loss = _killed(fresh())
        print(
            f"{name:<12}{KILLS:>6}{loss.unflagged:>6}{loss.flagged:>9}"
            f"{loss.reminders_twice:>14}{loss.invitations_twice:>12}"
        )
        figures.at_most(f"{name}: lost without a mark", loss.unflagged, 0, "messages")
        figures.at_most(f"{name}: reminders that came twice", loss.reminders_twice, 0, "messages")
        most = KILLS * CONNECTIONS
        figures.at_most(f"{name}: invitations twice", loss.invitations_twice, most, "messages")
        figures.at_least(f"{name}: second copies are equal", int(loss.are_equal), 1, "yes")
    figures.leave()


def _killed(url: str) -> Loss:
    with sink.running(DELAY) as taken:
        server = f"smtp://127.0.0.1:{taken.port}"
        with databases.application(url, KRING_MAIL_SERVER=server) as app, app.app_context():
            with mail_data.invited(app, PEOPLE) as (_project, planned):
                purposes = {
                    **mail_data.queue(planned, Purpose.INVITE),
                    **mail_data.queue(planned, Purpose.REMINDER),
                }
            _work(url, server, taken, lambda: mail_data.states(app))
            return _loss(taken.deliveries(), mail_data.states(app), purposes)


def _work(url: str, server: str, taken: sink.Running, states: Callable[[], dict[str, str]]) -> None:
    chance = random.Random(7)
    moments = sorted(chance.sample(range(20, 2 * PEOPLE - 20), KILLS))
    for wanted in moments:
        with _postman(url, server) as worker:
            _until(lambda: taken.count() >= wanted)  # noqa: B023 - asked before the next turn
            time.sleep(chance.random() * DELAY * 2)
            os.kill(worker.pid, signal.SIGKILL)
    with _postman(url, server):
        _until(lambda: FINAL.issuperset(states().values()))


@contextmanager
def _postman(url: str, server: str) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "KRING_DATABASE_URL": url,
        "KRING_MAIL_SERVER": server,
        "KRING_SECRET_KEY": "bench" * 8,
    }
    with subprocess.Popen([sys.executable, str(POSTMAN)], env={**os.environ, **settings}) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit("the messages did not come")
        time.sleep(0.002)


def _loss(
    deliveries: Sequence[Delivery], states: dict[str, str], purposes: dict[str, Purpose]
) -> Loss:
    times = Counter(one.message_id for one in deliveries)
    digests: dict[str, set[str]] = {}
    for one in deliveries:
        digests.setdefault(one.message_id, set()).add(one.digest)
    missing = [name for name in states if not times[name]]
    twice = [name for name, number in times.items() if number > 1]
    return Loss(
        unflagged=sum(states[name] != "uncertain" for name in missing),
        flagged=sum(state == "uncertain" for state in states.values()),
        reminders_twice=sum(purposes[name] is Purpose.REMINDER for name in twice),
        invitations_twice=sum(
            times[name] - 1 for name in twice if purposes[name] is Purpose.INVITE
        ),
        are_equal=all(len(found) == 1 for found in digests.values()),
    )


if __name__ == "__main__":
    main()
