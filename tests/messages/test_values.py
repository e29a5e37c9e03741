"""Values: whatever somebody is called or types, it comes back as text and is never markup."""

import email
import email.policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import unquote
from functools import cache

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core.cleaning import clean_line, clean_lines
from crm.core.mail import CalendarPart, Content, Purpose, Recipient
from crm.messages.rules import mime, rendering, texts
from crm.messages.rules.mime import Sender
from crm.messages.rules.rendering import MessageFacts, Words
from tests.depth import examples
from tests.web import hostile

LINK = "https://kring.example/r/aaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb"
WORDS = Words(
    "nl",
    "Kom, ((voornaam)), naar ((bijeenkomst))",
    "((aanhef)),\n\n# ((bijeenkomst))\n\n- **((waar))**\n- ((wanneer))\n\n"
    "[Antwoord ((voornaam))](((antwoordlink)))\n\n((antwoordlink))\n\n((tekst))",
)
DATE = "Tue, 24 Nov 2026 10:00:00 +0000"


def composed(value: str) -> EmailMessage:
    """Return a message in which one value stands wherever a value can, read back."""
    keys = ("first_name", "greeting", "session", "where", "when", "words")
    raw = mime.compose(
        MessageFacts(Purpose.INVITE, "<abc@kring.example>", DATE, f"{LINK}/u"),
        WORDS,
        Content(
            Recipient("noa@example.org", value, "nl"),
            {**dict.fromkeys(keys, value), "answer_link": LINK},
            (value, "bert@example.org"),
            CalendarPart("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ),
        Sender("kring@kring.example", value),
    )
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert isinstance(found, EmailMessage)
    content: str = found.get_content()
    return content.replace("\r\n", "\n")


def shape(html: str) -> list[object]:
    """Return the tags of a page with what is in them, but for the lines of a long text."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    return [(one.tag, sorted(one.items())) for one in tree.iter() if one.tag != "br"]


@cache
def plain() -> tuple[set[str], list[object]]:
    """Return the headers and the shape of a message to somebody with an everyday name."""
    message = composed("Noa")
    return set(message.keys()), shape(part(message, "html"))


def name_in(message: EmailMessage) -> str:
    """Return the name in To; the standard library's newer reader adds spaces of its own to it."""
    written = email.message_from_bytes(bytes(message), policy=email.policy.compat32)["To"]
    written = written.replace("\n", "")  # folded
    name = str(make_header(decode_header(written.rpartition("<")[0].strip())))
    return name if written.startswith("=?") else unquote(name)


def without_isolates(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def check(value: str) -> None:
    message = composed(value)
    line, lines = clean_line(value), clean_lines(value)
    subject = without_isolates(message["Subject"])
    assert subject.split() == f"Kom, {line}, naar {line}".split()
    text = part(message, "plain")
    assert f"\u2068{lines}\u2069" in text or not lines
    assert f"Antwoord \u2068{line}\u2069: {LINK}" in text or not line
    assert name_in(message) == line
    html = part(message, "html")
    assert (set(message.keys()), shape(html)) == plain()
    assert hostile.faults(html) == []


@pytest.mark.parametrize("value", [*hostile.TEXTS, hostile.BROKEN, hostile.ALL_IN_ONE])
def test_a_hostile_value_comes_back_as_text(value: str) -> None:
    usable = clean_line(value)

    if usable:
        check(value[:200])


@settings(max_examples=examples(60), deadline=None)
@given(st.text(min_size=1, max_size=200).filter(clean_line))
def test_any_value_comes_back_as_text(value: str) -> None:
    check(value)


@pytest.mark.parametrize("value", ["נועה", "سارة العلي"])
def test_a_name_that_runs_leftward_is_held_together(value: str) -> None:
    message = composed(value)

    assert f"\u2068{value}\u2069" in message["Subject"]
    assert f"\u2068{value}\u2069" in part(message, "plain")
    assert f"<bdi>{value}</bdi>" in part(message, "html")


def test_a_link_that_is_none_leads_nowhere() -> None:
    words = Words("nl", "Kom", "((wanneer))\n\n[Antwoord](((antwoordlink)))")
    facts = MessageFacts(Purpose.INVITE, "", "")

    rendered = rendering.render(
        facts, words, {"when": "morgen", "answer_link": "javascript:alert(1)"}, "Kring"
    )

    assert "javascript" not in rendered.html
    assert "javascript" not in rendered.text


def test_a_template_language_in_words_stays_text() -> None:
    rendered = rendering.render(
        MessageFacts(Purpose.NEWS, "", ""),
        Words("nl", "{{191*7919}}", "{{191*7919}} {% raw %} $\n\n((tekst))"),
        {"words": "{{191*7919}}"},
        "Kring",
    )

    assert rendered.html.count("{{191*7919}}") == 3
    assert rendered.subject == "{{191*7919}}"
    assert hostile.PRODUCT not in rendered.html + rendered.text


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("purpose", Purpose)
def test_our_own_words_would_pass_as_anybodys(purpose: Purpose, language: str) -> None:
    rendering.check(purpose, Words(language, *texts.ours(purpose, language)))
