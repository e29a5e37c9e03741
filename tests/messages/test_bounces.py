"""What comes back: reports of delivery are believed by their proof, and each is handled once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import clock, mail
from crm.core.mail import Reason
from crm.messages.jobs import housekeeping, mailbox
from crm.messages.models import (
    DeliveryEvent,
    DeliveryKind,
    InboundKind,
    InboundMessage,
    MessageState,
    OutboxMessage,
    SuppressionScope,
)
from crm.messages.queries import suppressions
from tests import imap
from tests.imap import Mailbox
from tests.posting import ALL, Post
from tests.smtp import Sink

pytestmark = pytest.mark.usefixtures("server", "project")

ANS = "ans@kring.example"
REPORT = """\
Return-Path: <>
Message-ID: <{message_id}>
To: {to}
From: MAILER-DAEMON@elsewhere.example
Subject: Undelivered mail
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain

It did not arrive. 5.7.1 is not what this is about.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.elsewhere.example

Final-Recipient: rfc822; ans@kring.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 something

--grens--
"""
AWAY = """\
Message-ID: <away@elsewhere.example>
To: {to}
Auto-Submitted: auto-replied
Subject: I am away

Until Monday.
"""


@pytest.fixture
def box(server: str) -> Iterator[Mailbox]:
    """A mailbox for what comes back."""
    made = Mailbox()
    with imap.serving(made) as address:
        settings = replace(
            mail.settings(), bounce_address="bounce@kring.example", bounce_mailbox=address
        )
        mail.use_settings(settings)
        yield made


@pytest.fixture
def sent(post: Post, box: Mailbox, sink: Sink) -> tuple[int, str]:
    """A message that was accepted, and the address that it would come back to."""
    message_id = post.put(ANS)
    post.work()
    return message_id, sink.arrived[0].sender


def report(to: str, *, action: str = "failed", status: str = "5.1.1", number: int = 1) -> bytes:
    name = f"{number}@elsewhere.example"
    text = REPORT.format(to=to, action=action, status=status, message_id=name)
    return text.replace("\n", "\r\n").encode()


def test_who_gets_what_comes_back_names_the_message(post: Post, sent: tuple[int, str]) -> None:
    message_id, sender = sent
    name = post.message(message_id).public_name

    assert sender.startswith(f"bounce+{name}.")
    assert sender.endswith("@kring.example")
    assert len(sender) == len("bounce+1234567890.12345678@kring.example")


@pytest.mark.parametrize("written", [str, str.lower])
def test_an_address_that_does_not_exist_is_written_to_no_more(
    post: Post, box: Mailbox, sent: tuple[int, str], written: type[str]
) -> None:
    message_id, sender = sent
    box.messages.append(report(written(sender)))

    housekeeping.read_mailbox({})

    message = post.message(message_id)
    assert (message.state, message.reason) == (MessageState.BOUNCED, Reason.ADDRESS_FAILS)
    assert post.history(message_id) == [DeliveryKind.ACCEPTED, DeliveryKind.BOUNCED]
    assert suppressions.reasons_by_scope([ANS]) == {
        ANS: {SuppressionScope.ALL: Reason.ADDRESS_FAILS}
    }
    assert box.unseen == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("5.2.2", MessageState.BOUNCED),
        ("4.4.7", MessageState.BOUNCED),
        ("5.7.1", MessageState.FAILED),
    ],
)
def test_another_reason_does_not_silence_the_address(
    post: Post, box: Mailbox, sent: tuple[int, str], status: str, state: MessageState
) -> None:
    message_id, sender = sent
    box.messages.append(report(sender, status=status))

    housekeeping.read_mailbox({})

    assert post.message(message_id).state is state
    assert suppressions.reasons_by_scope([ANS]) == {}


def two(to: str, *parts: tuple[str, str, str]) -> bytes:
    """Return a report about several recipients: address, action and status of each."""
    whole = report(to).decode()
    before, mark, rest = whole.partition("Final-Recipient:")
    _one, end, after = rest.partition("\r\n--grens--")
    blocks = [
        f"{mark} rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        for address, action, status in parts
    ]
    return (before + "\r\n".join(blocks) + end + after).encode()


OTHER = "elders@elsewhere.example"


@pytest.mark.parametrize(
    ("parts", "state", "events"),
    [
        # Ours stands second, and it is ours that counts.
        ([(OTHER, "delivered", "2.0.0"), (ANS, "failed", "5.1.1")], "bounced", ["bounced"]),
        ([(OTHER, "failed", "5.1.1"), (ANS, "delayed", "4.4.1")], "accepted", ["delayed"]),
        ([(OTHER, "failed", "5.1.1"), (ANS.upper(), "relayed", "2.0.0")], "accepted", []),
        ([(ANS, "delayed", "4.4.1"), (ANS, "failed", "5.2.2")], "bounced", ["delayed", "bounced"]),
        # An address that leads to several: none is named, and each is read.
        (
            [(OTHER, "delayed", "4.4.1"), ("b@elsewhere.example", "failed", "5.2.2")],
            "bounced",
            ["delayed", "bounced"],
        ),
    ],
)
def test_a_report_about_two_recipients_is_read_whole(
    post: Post,
    box: Mailbox,
    sent: tuple[int, str],
    parts: list[tuple[str, str, str]],
    state: str,
    events: list[str],
) -> None:
    message_id, sender = sent
    box.messages.append(two(sender, *parts))

    housekeeping.read_mailbox({})

    assert post.message(message_id).state == state
    assert post.history(message_id) == ["accepted", *events]


def test_a_delay_is_only_noted(post: Post, box: Mailbox, sent: tuple[int, str]) -> None:
    message_id, sender = sent
    box.messages.append(report(sender, action="delayed", status="4.4.1"))

    housekeeping.read_mailbox({})

    assert post.message(message_id).state is MessageState.ACCEPTED
    assert post.history(message_id) == [DeliveryKind.ACCEPTED, DeliveryKind.DELAYED]


def test_each_report_is_handled_once(post: Post, box: Mailbox, sent: tuple[int, str]) -> None:
    message_id, sender = sent
    box.messages += [report(sender), report(sender)]

    housekeeping.read_mailbox({})
    box.seen.clear()
    housekeeping.read_mailbox({})

    assert post.history(message_id) == [DeliveryKind.ACCEPTED, DeliveryKind.BOUNCED]


def test_what_was_made_up_changes_nothing(
    post: Post, box: Mailbox, sent: tuple[int, str], opened: Session
) -> None:
    message_id, sender = sent
    forged = sender.replace(sender.partition(".")[2][:8], "00000000")
    box.messages += [report(forged), report("bounce@kring.example", number=2)]

    housekeeping.read_mailbox({})

    assert post.message(message_id).state is MessageState.ACCEPTED
    kept = opened.scalars(select(InboundMessage).order_by(InboundMessage.id)).all()
    assert [(one.kind, one.outbox_message_id) for one in kept] == [(InboundKind.BOUNCE, None)] * 2


def test_automatic_replies_and_other_mail_change_nothing(
    post: Post, box: Mailbox, sent: tuple[int, str], opened: Session
) -> None:
    message_id, sender = sent
    strange = b"\xff\x00 Content-Type: multipart/report; report-type\r\n\r\n\xfe"
    box.messages += [AWAY.format(to=sender).encode(), strange]

    housekeeping.read_mailbox({})

    assert post.message(message_id).state is MessageState.ACCEPTED
    kept = opened.scalars(select(InboundMessage.kind).order_by(InboundMessage.id)).all()
    assert kept == [InboundKind.AUTO_REPLY, InboundKind.OTHER]


def test_a_mailbox_that_refuses_us_says_why(box: Mailbox) -> None:
    address = mail.settings().bounce_mailbox.replace("geheim", "verkeerd")

    with pytest.raises(mailbox.Unreachable, match="wrong password"):
        mailbox.count(address)


def test_without_a_mailbox_nothing_is_read(server: str) -> None:
    housekeeping.read_mailbox({})


def test_words_are_forgotten_after_a_month_and_the_rest_after_two_years(
    post: Post, sent: tuple[int, str], opened: Session
) -> None:
    message_id, _sender = sent
    kept = []

    for days in (29, 31, 729, 731):
        with clock.frozen(clock.now() + timedelta(days=days)):
            housekeeping.forget({})
        opened.rollback()
        opened.expire_all()
        message = opened.get(OutboxMessage, message_id, execution_options=ALL)
        kept.append((message is not None, message is not None and message.mime is not None))

    assert kept == [(True, True), (True, False), (True, False), (False, False)]
    assert opened.scalars(select(DeliveryEvent), execution_options=ALL).all() == []
