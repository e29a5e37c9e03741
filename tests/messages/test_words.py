"""Markdown in words, as HTML and as text; and days and hours in words."""

from datetime import UTC, datetime

import pytest

from crm.core.mail import Purpose
from crm.messages.rules import rendering, times
from crm.messages.rules.rendering import MessageFacts, Rendered, Words
from crm.messages.views.templates import differences

LINK = "https://kring.example/r/aaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbb"


def rendered(body: str, **values: str) -> Rendered:
    given = {"when": "dinsdag", "answer_link": LINK, **values}
    facts = MessageFacts(Purpose.INVITE, "", "")
    return rendering.render(facts, Words("nl", "Kom", body), given, "Wijk Lariks")


def text_of(body: str, **values: str) -> str:
    return rendered(body, **values).text.partition("\n\n-- \n")[0]


def test_text_says_links_lists_and_headings_in_plain_signs() -> None:
    body = (
        "# Welkom\n\nLees [het plan](https://kring.example/plan).\n\n"
        "- een\n- *twee*\n\n3. drie\n4. vier\n\n> gezegd\n\n---\n\nDag **allemaal**\nen tot dan"
    )

    assert text_of(body) == (
        "Welkom\n\nLees het plan: https://kring.example/plan.\n\n"
        "- een\n- twee\n\n3. drie\n4. vier\n\n> gezegd\n\n----\n\nDag allemaal\nen tot dan"
    )


def test_a_link_whose_words_are_its_address_is_said_once() -> None:
    assert text_of("<https://kring.example/plan>") == "https://kring.example/plan"


def test_a_line_that_is_one_link_to_a_value_is_a_button() -> None:
    button = rendered("[Antwoord](((antwoordlink)))").html
    inside = rendered("Kom, [antwoord](((antwoordlink)))").html

    assert f'<a href="{LINK}" style="display:inline-block' in button
    assert f'<a href="{LINK}">antwoord</a>' in inside


def test_an_address_by_itself_can_be_pressed() -> None:
    html = rendered("Ga naar ((antwoordlink))").html

    assert f'Ga naar <a href="{LINK}">{LINK}</a>' in html


@pytest.mark.parametrize(
    "body",
    [
        "![x](https://a.example/x.png)",
        "<img src=x>",
        "<script>alert(1)</script>",
        "`code`",
        "    ingesprongen",
        "&lt;b&gt;",
    ],
)
def test_what_is_no_simple_mark_is_text(body: str) -> None:
    html = rendered(body).html

    assert all(tag not in html for tag in ("<img", "<script", "<code", "<pre", "<b>"))


def test_a_line_with_a_link_stays_whatever_else_is_missing() -> None:
    body = "Antwoord voor ((uiterlijk)): ((antwoordlink))\n\nVoor ((uiterlijk))"

    assert text_of(body) == f"Antwoord voor : {LINK}"


def test_words_under_a_line_that_fell_away_stay_where_they_are() -> None:
    assert text_of("((waar))\nPlek: ((waar))\nTijd: ((wanneer))") == "Tijd: dinsdag"


def test_placeholders_are_read_whatever_their_capitals_and_spaces() -> None:
    assert text_of("(( Wanneer ))") == "dinsdag"


def test_deep_nesting_takes_no_time() -> None:
    body = "[" * 5000 + "x" + "](https://a.example)" * 2000 + "\n" + ">" * 5000 + "*" * 5000

    assert "x" in rendered(body).text


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("nl", "Europe/Amsterdam", "dinsdag 30 maart 2027, 09.00 – 12.00 uur (Nederlandse tijd)"),
        ("en", "Europe/Amsterdam", "Tuesday 30 March 2027, 09:00 – 12:00 (Dutch time)"),
        ("nl", "Europe/London", "dinsdag 30 maart 2027, 08.00 – 11.00 uur (tijd in Londen)"),
        (
            "de",
            "Europe/Berlin",
            "Dienstag, 30. März 2027, 09:00 – 12:00 (Deutschland (Berlin) (Ortszeit))",
        ),
    ],
)
def test_when_is_said_in_words_of_the_language_and_the_clock_there(
    language: str, zone: str, words: str
) -> None:
    starts, ends = datetime(2027, 3, 30, 7, tzinfo=UTC), datetime(2027, 3, 30, 10, tzinfo=UTC)

    assert times.words_for_when(starts, ends, zone, language) == words


def test_when_names_both_days_of_a_night() -> None:
    starts, ends = map(datetime.fromisoformat, ("2027-03-30T20:00", "2027-03-31T01:00"))

    said = times.words_for_when(starts, ends, "Europe/Amsterdam", "nl")

    assert said == (
        "dinsdag 30 maart 2027, 20.00 uur – woensdag 31 maart 2027, 01.00 uur (Nederlandse tijd)"
    )


@pytest.mark.parametrize("language", ["xx", "", "not a language", "zh-Hant"])
def test_an_unknown_language_still_says_when(language: str) -> None:
    moment = datetime(2027, 3, 30, 7, tzinfo=UTC)

    assert "2027" in times.words_for_moment(moment, "Europe/Amsterdam", language)


def test_differences_name_what_went_and_what_came() -> None:
    found = differences("een\ntwee\ndrie", "een\nTWEE\n\ndrie")

    assert [(line.is_added, line.text) for line in found] == [(False, "twee"), (True, "TWEE")]
