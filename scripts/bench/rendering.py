"""2,000 messages with a calendar item, from values to bytes, on one thread."""

from figures import Figures, seconds

from crm.core.mail import CalendarPart, Content, Purpose, Recipient
from crm.messages.rules import mime, texts
from crm.messages.rules.examples import EXAMPLES
from crm.messages.rules.mime import Sender
from crm.messages.rules.rendering import MessageFacts, Words

MESSAGES = 2_000
MOST_SECONDS = 20.0
DATE = "Tue, 24 Nov 2026 10:00:00 +0000"
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Kring//NL
METHOD:REQUEST
BEGIN:VEVENT
UID:{number}@kring.example
SEQUENCE:1
DTSTAMP:20261124T100000Z
DTSTART;TZID=Europe/Amsterdam:20270330T090000
DTEND;TZID=Europe/Amsterdam:20270330T120000
SUMMARY:Tuin en plein: samen ontwerpen
LOCATION:Buurthuis De Schakel\\, Dorpsstraat 1
ORGANIZER;CN=Wijk Lariks:mailto:kring@kring.example
ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{number}@example.org
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def rendered() -> int:
    """Return how many bytes the messages take together."""
    words = {
        language: Words(language, *texts.ours(Purpose.CONFIRMATION, language))
        for language in texts.LANGUAGES
    }
    values = {
        language: EXAMPLES[0].values(
            Purpose.CONFIRMATION, language, project="Wijk Lariks", link="https://kring.example/r/"
        )
        for language in texts.LANGUAGES
    }
    sender = Sender("kring@kring.example", "Wijk Lariks")
    return sum(
        len(mime.compose(_facts(number), words[language], _content(number, values), sender))
        for number in range(MESSAGES)
        for language in [texts.LANGUAGES[number % 2]]
    )


def _facts(number: int) -> MessageFacts:
    leave = f"https://kring.example/u/{number:010}.bbbbbbbbbbbbbbbbbbbbbb"
    return MessageFacts(Purpose.CONFIRMATION, f"<{number}@kring.example>", DATE, leave)


def _content(number: int, values: dict[str, dict[str, str]]) -> Content:
    language = texts.LANGUAGES[number % 2]
    own = {"first_name": f"Noa {number}", "answer_link": f"https://kring.example/r/{number:010}.b"}
    return Content(
        Recipient(f"{number}@example.org", f"Noa Lindeman {number}", language),
        {**values[language], **own, "greeting": f"Beste Noa {number}"},
        ("Bert Smit", "bert@example.org"),
        CalendarPart("REQUEST", CALENDAR.format(number=number).encode()),
    )


def main() -> None:
    """Measure one run."""
    figures = Figures()
    sizes: list[int] = []
    taken = seconds(lambda: sizes.append(rendered()))
    detail = f"text, HTML and calendar, {sizes[0] // MESSAGES:,} bytes each"
    figures.at_most(f"rendering {MESSAGES:,} messages", taken, MOST_SECONDS, "seconds", detail)
    figures.leave()


if __name__ == "__main__":
    main()
