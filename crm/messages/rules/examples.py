"""Made-up recipients, to see words as somebody will read them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from crm.core.mail import Purpose
from crm.messages.rules import texts, vocabulary
from crm.messages.rules.times import words_for_moment, words_for_when
from crm.stakeholders.values import names
from crm.stakeholders.values.names import FormOfAddress, NameParts

# In the week after the clocks went forward, when a wrong hour would be seen.
_ZONE = "Europe/Amsterdam"
_STARTS = datetime(2027, 3, 30, 7, 0, tzinfo=UTC)
_ENDS = datetime(2027, 3, 30, 10, 0, tzinfo=UTC)
_BEFORE = datetime(2027, 3, 29, 7, 0, tzinfo=UTC)
_UNTIL = datetime(2027, 3, 26, 16, 0, tzinfo=UTC)
_BRIEF = ("first_name", "greeting", "session", "when")


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody who does not exist; `is_brief` leaves out what a message can do without."""

    parts: NameParts
    is_brief: bool = False
    is_formal: bool = False

    @property
    def name(self) -> str:
        """The full name."""
        return names.full_name(self.parts)

    def values(self, purpose: Purpose, language: str, *, project: str, link: str) -> dict[str, str]:
        """Return the values of a message to this example, whose links lead to `link`."""
        opening = names.salutation if self.is_formal else names.greeting
        until = words_for_moment(_UNTIL, _ZONE, language)
        values = {
            **texts.own_words("nl" if language == "nl" else "en")["example"],
            "when": words_for_when(_STARTS, _ENDS, _ZONE, language),
            "old_when": words_for_when(_BEFORE, _BEFORE.replace(hour=10), _ZONE, language),
            "deadline": until,
            "offer_until": until,
            "expires": until,
            "first_name": self.parts.first_name,
            "greeting": opening(self.parts, language),
            "project": project,
            "answer_link": link,
            "link": link,
        }
        wanted = set(vocabulary.ALLOWED[purpose])
        if self.is_brief:
            wanted &= {*_BRIEF, *vocabulary.OBLIGATORY[purpose]}
        return {key: value for key, value in values.items() if key in wanted}


# A short name, a long one with all parts in a message that lacks what it can, and one that runs
# from right to left.
EXAMPLES = (
    Example(NameParts(first_name="Noa", surname="Lindeman")),
    Example(
        NameParts(
            initials="J.",
            first_name="Jolanda",
            prefix="van der",
            surname="Veen",
            form_of_address=FormOfAddress.MADAM,
        ),
        is_brief=True,
        is_formal=True,
    ),
    Example(NameParts(first_name="سارة", surname="العلي")),
)


def example(number: int) -> Example:
    """Return one of the examples, the first one where there is none of that number."""
    return EXAMPLES[number] if 0 <= number < len(EXAMPLES) else EXAMPLES[0]
