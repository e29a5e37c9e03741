"""Composing: what a message holds, and that no value is ever read as markup."""

import email
import email.policy
from email.message import EmailMessage

import pytest

from crm.core.mail import CalendarPart, Content, Purpose, Recipient
from crm.messages.rules import mime, rendering, texts
from crm.messages.rules.mime import Sender
from crm.messages.rules.rendering import MessageFacts, Words

LINK = "https://kring.example/r/aaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb"
LEAVE = "https://kring.example/u/aaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb/" + "c" * 60
VALUES = {
    "first_name": "Noa",
    "greeting": "Beste Noa Lindeman",
    "session": "Tuin en plein",
    "when": "dinsdag 30 maart 2027, 09.00 – 12.00 uur (Nederlandse tijd)",
    "where": "Buurthuis De Schakel",
    "old_when": "maandag 29 maart 2027",
    "answer_link": LINK,
    "link": LINK,
    "words": "Neem je buren mee.",
    "title": "Nieuws uit de wijk",
    "offer_until": "vrijdag 26 maart 2027, 17.00 uur",
    "sender": "Bert Smit",
}
CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def built_in(purpose: Purpose, language: str = "nl") -> Words:
    return Words(language, *texts.ours(purpose, language))


def composed(
    purpose: Purpose = Purpose.INVITE,
    *,
    words: Words | None = None,
    values: dict[str, str] | None = None,
    name: str = "Noa Lindeman",
    unsubscribe_url: str = "",
    calendar: CalendarPart | None = None,
) -> bytes:
    return mime.compose(
        MessageFacts(
            purpose, "<abc@kring.example>", "Tue, 24 Nov 2026 10:00:00 +0000", unsubscribe_url
        ),
        words or built_in(purpose),
        Content(
            Recipient("noa@example.org", name, "nl"),
            VALUES | (values or {}),
            ("Bert Smit", "bert@example.org"),
            calendar,
        ),
        Sender("kring@kring.example", "Wijk Lariks"),
    )


def read(raw: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert isinstance(found, EmailMessage)
    content: str = found.get_content()
    return content


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("purpose", Purpose)
def test_each_purpose_has_words_of_our_own(purpose: Purpose, language: str) -> None:
    message = read(composed(purpose, words=built_in(purpose, language)))

    assert message["Content-Language"] == language
    assert "((" not in message["Subject"] + part(message, "plain") + part(message, "html")


def test_who_is_taken_off_a_list_does_not_read_that_the_session_is_off() -> None:
    outcome = "Je staat niet meer op de lijst van “Keukentafel”."

    message = read(composed(Purpose.CANCELLATION, values={"outcome": outcome}))

    assert message["Subject"] == outcome


def test_the_headers_say_who_to_whom_and_that_no_machine_need_answer() -> None:
    message = read(composed())

    assert message["From"] == "Wijk Lariks <kring@kring.example>"
    assert message["To"] == "Noa Lindeman <noa@example.org>"
    assert message["Reply-To"] == "Bert Smit <bert@example.org>"
    assert message["Message-ID"] == "<abc@kring.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["Precedence"] is None
    assert message["List-Unsubscribe"] is None


def test_a_long_link_to_unsubscribe_stands_in_one_line_as_it_is() -> None:
    raw = composed(unsubscribe_url=LEAVE)

    assert len(LEAVE) > 78
    assert f"\r\nList-Unsubscribe: <{LEAVE}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_a_calendar_stands_beside_the_words_and_as_a_file() -> None:
    message = read(composed(calendar=CalendarPart("REQUEST", CALENDAR)))

    kinds = [one.get_content_type() for one in message.walk()]
    beside = next(one for one in message.walk() if one.get_content_type() == "text/calendar")
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert beside.get_param("method") == "REQUEST"
    assert beside.get_payload(decode=True) == CALENDAR


def test_a_line_with_nothing_to_say_is_left_out() -> None:
    message = read(composed(values={"where": "", "words": ""}))

    text = part(message, "plain")
    assert "Wanneer: dinsdag 30 maart 2027" in text
    assert "Waar" not in text
    assert "Antwoord graag voor" not in text


def test_a_message_without_its_link_is_not_made() -> None:
    with pytest.raises(rendering.Incomplete):
        composed(values={"answer_link": ""})
