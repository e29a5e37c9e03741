"""Replies: the table of what a mail server says and what it means."""

from datetime import timedelta

import pytest

from crm.messages.rules import server_replies
from crm.messages.rules.server_replies import Reply, Stage, Verdict

TABLE = [
    # The server is away, or wants us to slow down: no message is counted as tried.
    (Stage.CONNECT, 0, "", Verdict.AWAY),
    (Stage.CONNECT, 454, "4.7.0 TLS not available", Verdict.AWAY),
    (Stage.CONNECT, 535, "5.7.8 bad credentials", Verdict.AWAY),
    (Stage.CONNECT, 554, "no service here", Verdict.AWAY),
    (Stage.SENDER, 421, "4.3.2 closing", Verdict.AWAY),
    (Stage.RECIPIENT, 421, "4.7.0 too many", Verdict.AWAY),
    (Stage.DATA, 421, "", Verdict.AWAY),
    (Stage.DATA, 432, "4.3.2 concurrent connections limit exceeded", Verdict.AWAY),
    (Stage.SENDER, 450, "4.7.1 slow down", Verdict.AWAY),
    (Stage.SENDER, 451, "4.7.500 server busy", Verdict.AWAY),
    (Stage.SENDER, 454, "4.7.1 throttled", Verdict.AWAY),
    (Stage.SENDER, 452, "4.3.1 insufficient system storage", Verdict.AWAY),
    (Stage.RECIPIENT, 452, "4.3.1 insufficient system storage", Verdict.AWAY),
    (Stage.SENDER, 0, "", Verdict.AWAY),
    # This recipient later.
    (Stage.RECIPIENT, 0, "", Verdict.LATER),
    (Stage.DATA, 0, "", Verdict.LATER),
    (Stage.RECIPIENT, 450, "", Verdict.LATER),
    (Stage.RECIPIENT, 451, "4.7.1 greylisted", Verdict.LATER),
    (Stage.RECIPIENT, 452, "4.2.2 mailbox full", Verdict.LATER),
    (Stage.DATA, 451, "4.7.1 try again", Verdict.LATER),
    (Stage.DATA, 452, "4.2.2 over quota", Verdict.LATER),
    # No such mailbox.
    (Stage.RECIPIENT, 550, "5.1.1 user unknown", Verdict.NO_MAILBOX),
    (Stage.RECIPIENT, 551, "5.1.6 moved", Verdict.NO_MAILBOX),
    (Stage.RECIPIENT, 553, "5.1.3 bad address", Verdict.NO_MAILBOX),
    (Stage.DATA, 550, "5.1.1 user unknown", Verdict.NO_MAILBOX),
    (Stage.RECIPIENT, 556, "5.1.10 null MX", Verdict.NO_MAILBOX),
    # The mailbox is there, or nobody says it is not.
    (Stage.RECIPIENT, 552, "5.2.2 mailbox full", Verdict.REFUSED),
    (Stage.RECIPIENT, 550, "5.2.1 mailbox disabled", Verdict.REFUSED),
    (Stage.RECIPIENT, 550, "5.4.1 no route", Verdict.REFUSED),
    (Stage.RECIPIENT, 550, "no such user here", Verdict.REFUSED),
    # Our fault.
    (Stage.SENDER, 530, "5.7.0 authentication required", Verdict.OURS),
    (Stage.SENDER, 553, "5.1.8 sender address rejected", Verdict.OURS),
    (Stage.RECIPIENT, 553, "5.1.8 sender address rejected", Verdict.OURS),
    (Stage.RECIPIENT, 550, "5.7.1 relaying denied", Verdict.OURS),
    (Stage.RECIPIENT, 503, "5.5.1 bad sequence", Verdict.OURS),
    (Stage.DATA, 554, "", Verdict.OURS),
    (Stage.DATA, 550, "5.7.1 message looks like spam", Verdict.OURS),
    (Stage.DATA, 552, "5.3.4 message too big", Verdict.OURS),
    (Stage.DATA, 552, "", Verdict.OURS),
    (Stage.DATA, 552, "5.2.3 too big for this mailbox", Verdict.OURS),
    (Stage.DATA, 550, "", Verdict.OURS),
    # And all is well.
    (Stage.RECIPIENT, 250, "2.1.5 ok", Verdict.ACCEPTED),
    (Stage.DATA, 250, "2.0.0 queued as 4XyZ", Verdict.ACCEPTED),
]


@pytest.mark.parametrize(("stage", "code", "text", "verdict"), TABLE)
def test_a_reply_means(stage: Stage, code: int, text: str, verdict: Verdict) -> None:
    assert server_replies.judge(stage, Reply(code, text)) is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("5.1.1", Verdict.NO_MAILBOX),
        ("5.2.2", Verdict.REFUSED),
        ("5.7.1", Verdict.OURS),
        ("4.4.7", Verdict.LATER),
        ("2.0.0", Verdict.UNKNOWN),
        ("", Verdict.UNKNOWN),
    ],
)
def test_a_status_in_a_report_means(status: str, verdict: Verdict) -> None:
    assert server_replies.judge_status(status) is verdict


def test_an_enhanced_status_is_read_only_where_it_begins_the_words() -> None:
    assert Reply(550, "5.1.1 unknown").enhanced == "5.1.1"
    assert Reply(550, "mail from 5.1.1.9 refused").enhanced == ""
    assert Reply(550).subject == (0, 0)


def test_attempts_wait_longer_and_longer_and_then_there_are_enough() -> None:
    earliest = [server_replies.wait(attempts, 0.0) for attempts in range(1, 10)]
    latest = [server_replies.wait(attempts, 1.0) for attempts in range(1, 10)]

    minutes = [1, 5, 15, 30, 60, 120, 240, 480]
    assert earliest == [*(timedelta(minutes=number * 0.8) for number in minutes), None]
    assert latest == [*(timedelta(minutes=number * 1.2) for number in minutes), None]


def test_what_is_kept_of_a_reply_holds_no_address() -> None:
    reply = Reply(550, "5.1.1 <Ans.Proef@kring.example>: Recipient\r\n rejected (bo@b.example)")

    assert reply.told == "5.1.1 <…@…>: Recipient rejected (…@…)"
