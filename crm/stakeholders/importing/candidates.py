"""One row of a list as it was understood: who might come into the register."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.round_trip import kind_of
from crm.stakeholders.importing.row_messages import Message, Problem
from crm.stakeholders.models import Helix, Kind
from crm.stakeholders.names import NameParts
from crm.stakeholders.phones import PhoneReading


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A person, an organisation or both, as row `row` of the file gives them.

    Values are clean and in their usual form; what was doubtful is left out and stands, as it was
    typed, in the messages.

    :ivar record: the number by which Kring knows whom the row is about, in a list that came back
    :ivar code: how the cells left, and `typed` how they came back
    :ivar record_id: the person whom the number means, once that was looked up
    :ivar organisation_id: the organisation that it means
    """

    row: int
    name: NameParts = field(default_factory=NameParts)
    organisation: str = ""
    role: str = ""
    helix: Helix | None = None
    kind: str = ""
    second_helix: Helix | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[PhoneReading, ...] = ()
    street: str = ""
    postcode: str = ""
    town: str = ""
    area: str = ""
    website: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    consent_on: date | None = None
    note: str = ""
    messages: tuple[Message, ...] = ()
    record: str = ""
    code: str = ""
    typed: Mapping[Field, str] = field(default_factory=dict)
    record_id: int | None = None
    organisation_id: int | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether an error keeps this row out."""
        return any(message.is_error for message in self.messages)

    @property
    def is_person(self) -> bool:
        """Whether the row names a person; else it is about an organisation only."""
        if self.record:
            return kind_of(self.record) is Kind.PERSON
        return not self.name.is_empty

    @property
    def is_returned(self) -> bool:
        """Whether the row is one that left Kring, of whom or what is still here."""
        return self.record_id is not None or self.organisation_id is not None

    def saying(self, problem: Problem, field: Field | None = None, raw: str = "") -> "Candidate":
        """Return the same row with one thing more to say about it."""
        said = Message(self.row, problem, field, raw)
        return replace(self, messages=(*self.messages, said))

    def leaving_out(self, problem: Problem, field: Field, texts: Iterable[str]) -> "Candidate":
        """Return the same row; it says which texts of a field have no place here, if any."""
        text = ", ".join(filter(None, texts))
        return self.saying(problem, field, text) if text else self

    @property
    def doubtful(self) -> dict[Field, str]:
        """The texts that could not be used as they were typed, by field."""
        warnings = [message for message in self.messages if not message.is_error]
        return {message.field: message.raw for message in warnings if message.field is not None}
