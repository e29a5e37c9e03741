"""Ways out: files where no server takes mail, and what all workers share of a mail server."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest

from crm.core import clock, mail
from crm.core.db import session, unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import system
from crm.messages.jobs import claiming
from crm.messages.models import DeliveryKind, MessageState
from crm.messages.rules.server import Lane, lanes
from crm.messages.rules.throttle import Preset
from crm.projects.models import Project
from tests.posting import Post
from tests.smtp import Sink

pytestmark = [pytest.mark.usefixtures("project"), pytest.mark.both_engines("locks")]

PRESET = Preset(connections=3, per_minute=33, per_domain=2)


@pytest.fixture
def limited(server: str) -> Lane:
    """A mail server that allows three connections and two at once to a domain."""
    return replace(lanes()[0], preset=PRESET)


def claimed(post: Post, owner: str, lane: Lane, most: int = 1) -> list[int]:
    return [one.id for one in claiming.claim(post.database, owner, lane, most)]


def test_without_a_server_messages_become_files(post: Post) -> None:
    message_id = post.put()

    post.work()

    message = post.message(message_id)
    (file,) = mail.settings().folder.iterdir()
    assert message.state is MessageState.FILED
    assert post.history(message_id) == [DeliveryKind.FILED]
    assert file.name == f"{message.public_name}.eml"
    assert message_from_bytes(file.read_bytes())["Message-ID"] == message.message_id


def test_mail_of_the_demo_becomes_files_though_there_is_a_server(
    post: Post, sink: Sink, server: str, project: Project
) -> None:
    with unit_of_work(system(project.id), "tests.demo"):
        session().get_one(Project, project.id).is_demo = True
    message_id = post.put()

    post.work()

    assert post.message(message_id).state is MessageState.FILED
    assert sink.arrived == []
    assert len(list(mail.settings().folder.iterdir())) == 1


def test_no_more_leave_than_the_server_allows_and_the_rest_follows(
    post: Post, sink: Sink, server: str
) -> None:
    mail.use_settings(replace(mail.settings(), throttle="microsoft365"))
    for number in range(8):
        post.put(f"p{number}@kring.example")
    now, sent = clock.now(), []

    for seconds in (0, 3, 60):
        with clock.frozen(now + timedelta(seconds=seconds)):
            post.work()
        sent.append(len(sink.arrived))

    assert sent == [3, 4, 7]


def test_an_answer_goes_before_what_waits_for_the_throttle(
    post: Post, sink: Sink, server: str
) -> None:
    mail.use_settings(replace(mail.settings(), throttle="microsoft365"))
    for number in range(8):
        post.put(f"p{number}@kring.example", priority=mail.Priority.INVITE)
    now = clock.now()
    with clock.frozen(now):
        post.work()
    post.put("answer@kring.example", purpose=Purpose.CONFIRMATION, priority=mail.Priority.ANSWER)

    with clock.frozen(now + timedelta(minutes=1)):
        post.work()

    assert sink.recipients[3] == "answer@kring.example"


def test_no_more_workers_connect_than_the_server_allows(post: Post, limited: Lane) -> None:
    for number in range(6):
        post.put(f"p{number}@d{number}.example")
    now = clock.now()

    with clock.frozen(now):
        first = [claimed(post, owner, limited) for owner in ("one", "two", "three", "four")]
    with clock.frozen(now + timedelta(minutes=6)):
        later = claimed(post, "four", limited)

    assert [len(ids) for ids in first] == [1, 1, 1, 0]
    assert len(later) == 1


def test_no_more_than_two_write_to_one_domain_at_once(post: Post, limited: Lane) -> None:
    ids = [post.put(f"p{number}@kring.example") for number in range(3)]
    other = post.put("bo@elsewhere.example")

    taken = [claimed(post, owner, limited) for owner in ("one", "two", "three")]

    assert taken == [[ids[0]], [ids[1]], [other]]


def test_without_limits_everybody_may_write_to_one_domain(post: Post, server: str) -> None:
    ids = [post.put(f"p{number}@kring.example") for number in range(3)]

    taken = [claimed(post, owner, lanes()[0]) for owner in ("one", "two", "three")]

    assert taken == [[one] for one in ids]


def test_messages_that_are_not_sent_give_their_place_back(
    post: Post, sink: Sink, server: str
) -> None:
    mail.use_settings(replace(mail.settings(), throttle="microsoft365"))
    late = clock.now() - timedelta(minutes=1)
    for number in range(3):
        post.put(f"late{number}@kring.example", send_not_after=late)
    for number in range(3):
        post.put(f"p{number}@kring.example")

    with clock.frozen(clock.now()):
        post.work()

    assert len(sink.arrived) == 3
