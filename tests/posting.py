"""What tests of mail ask for: purposes that answer, a mail server, and a worker."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import clock, mail
from crm.core.db import Database, project_in_scope, session, unit_of_work, unscoped
from crm.core.mail import Content, Letter, MailKind, Outgoing, Purpose, Recipient, Withheld
from crm.core.permissions import system
from crm.messages.jobs.loop import Deliverer
from crm.messages.models import DeliveryEvent, DeliveryKind, MessageBatch, OutboxMessage
from crm.messages.services import outbox
from crm.projects.models import Project
from tests.smtp import Sink, serving

ALL = unscoped("the test looks at everything")
MOST_ROUNDS = 200


@dataclass
class Said:
    """What the features of a test say of every message, and what they were told."""

    answer: Callable[[Outgoing], Content | Withheld]
    prepared: list[int] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    when_accepted: Callable[[Outgoing], None] = lambda _outgoing: None

    def prepare(self, outgoing: Outgoing) -> Content | Withheld:
        """Note that it was asked, and answer."""
        self.prepared.append(outgoing.id)
        return self.answer(outgoing)

    def accept(self, outgoing: Outgoing) -> None:
        """Note that a message was accepted."""
        self.when_accepted(outgoing)
        self.accepted.append(outgoing.id)


def content(outgoing: Outgoing) -> Content:
    """Write to the address that the test put into the parameters."""
    to = Recipient(outgoing.params["to"], "Ans Proef", "nl", person_id=outgoing.person_id)
    values = {
        "first_name": "Ans",
        "session": "Speelplek",
        "answer_link": "http://127.0.0.1:8000/r/x",
        "link": "http://127.0.0.1:8000/d/x",
        "words": "Woorden",
    }
    return Content(to, values)


@pytest.fixture
def said() -> Said:
    """What the features of this test say."""
    return Said(content)


@pytest.fixture
def kinds(said: Said, monkeypatch: pytest.MonkeyPatch) -> dict[Purpose, MailKind]:
    """What features say of their purposes: invitations and reminders are bulk mail."""
    made = {
        purpose: MailKind(
            purpose,
            said.prepare,
            said.accept,
            is_bulk=purpose in {Purpose.INVITE, Purpose.REMINDER},
            resends=purpose is not Purpose.REMINDER,
        )
        for purpose in Purpose
    }
    monkeypatch.setattr(mail, "_kinds", made)
    return made


@pytest.fixture
def sink() -> Sink:
    """What arrives at the mail server of this test."""
    return Sink()


@pytest.fixture
def server(sink: Sink, app: Flask, tmp_path: Path) -> Iterator[str]:
    """A mail server that the settings name."""
    before = mail.settings()
    with serving(sink) as place:
        mail.use_settings(replace(before, server=f"smtp://{place}", sender="kring@kring.example"))
        yield place
    mail.use_settings(before)


class Post:
    """The outbox of a project and one worker, as a test uses them."""

    def __init__(self, database: Database, opened: Session) -> None:
        self.database = database
        self.opened = opened
        self.worker = self.another()

    def another(self) -> Deliverer:
        """Return one more worker."""
        return Deliverer(self.database, nullcontext, 0)

    def put(self, to: str = "ans@kring.example", **more: object) -> int:
        """Queue a message; return its id."""
        given = {"purpose": Purpose.INVITE, "dedup_key": f"to {to}", "about_id": 1, **more}
        letter = Letter(params={"to": to}, **given)  # type: ignore[arg-type]  # as the test says
        with unit_of_work(system(project_in_scope()), "tests.cause"):
            assert outbox.queue(Recipient(to, "Ans Proef", "nl"), letter)
        return self.opened.scalars(
            select(OutboxMessage.id).where(OutboxMessage.dedup_key == letter.dedup_key),
            execution_options=ALL,
        ).one()

    def work(self, worker: Deliverer | None = None) -> None:
        """Let a worker work until there is nothing to do."""
        for _round in range(MOST_ROUNDS):
            if not (worker or self.worker).round():
                return
        raise AssertionError("there is no end to this work")

    def message(self, message_id: int) -> OutboxMessage:
        """Return a message as it is now."""
        self.opened.rollback()
        self.opened.expire_all()
        return self.opened.get_one(OutboxMessage, message_id, execution_options=ALL)

    def history(self, message_id: int) -> list[DeliveryKind]:
        """Return what happened to a message, in order."""
        self.opened.rollback()
        of_message = select(DeliveryEvent.kind).where(DeliveryEvent.message_id == message_id)
        ordered = of_message.order_by(DeliveryEvent.id)
        return list(self.opened.scalars(ordered, execution_options=ALL))


@pytest.fixture
def post(app: Flask, opened: Session, kinds: dict[Purpose, MailKind]) -> Iterator[Post]:
    """An outbox and a worker; the fixture `server` gives it a mail server."""
    made = Post(app.extensions["kring_database"], opened)
    yield made
    made.worker._leave()


def batch(project: Project, **more: object) -> MessageBatch:
    """Make a batch of a project."""
    with unit_of_work(system(project.id), "tests.batch"):
        made = MessageBatch(key="random", purpose=Purpose.INVITE, not_before=clock.now(), **more)
        session().add(made)
    return made
