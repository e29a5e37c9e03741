"""Two records of one kind with many links each, half of which say the same: for merging at size."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crm.core.db import Base, add_many, unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    AnswerEvent,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
    SessionKind,
)
from crm.initiatives.models import Initiative, Involvement
from crm.messages.models import OutboxMessage
from crm.networks.models import DeclaredTie, NameLookup, SaidBy
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Helix,
    Organisation,
    OrganisationTag,
    PersonTag,
)
from tests import factories

Rows = list[dict[str, Any]]
STARTS = datetime(2027, 3, 4, 13, tzinfo=UTC)


class Linked:
    """Makes the links, a few statements for each table."""

    def __init__(self, actor: Actor, size: int) -> None:
        self.actor, self.size = actor, size
        with unit_of_work(actor, "tests.around"):
            self.places = self._many(Organisation, self._place)
            self.gardens = self._many(Initiative, lambda n: {"name": self._word(n), "revision": 1})
            self.held = self._many(DesignSession, self._held)

    def two_people(self) -> tuple[int, int]:
        """Return two persons with as many rows in each table."""
        two = factories.person(f"Vries {self.size}").id, factories.person(f"Vries {self.size}").id
        with unit_of_work(self.actor, "tests.links"):
            for which, one in enumerate(two):
                self._link_person(one, which)
        return two

    def two_places(self) -> tuple[int, int]:
        """Return two organisations with as many rows in each table."""
        two = [factories.organisation(f"Huis {self.size} {which}").id for which in (0, 1)]
        people = [factories.person(f"Bos {which}").id for which in (0, 1)]
        with unit_of_work(self.actor, "tests.links"):
            for one, other in zip(two, people, strict=True):
                mine = {"organisation_id": one}
                self._add(Affiliation, {**mine, "person_id": other}, _role)
                self._add(OrganisationTag, mine, self._tag)
                self._add(Involvement, mine, self._part)
                self._add(DeclaredTie, mine, self._tie)
        return two[0], two[1]

    def _link_person(self, one: int, which: int) -> None:
        mine, apart = {"person_id": one}, one if which else 0
        self._add(Email, mine, lambda n: self._address(self._apart(n, apart)))
        self._add(PersonTag, mine, lambda n: self._tag(n, apart))
        self._add(Affiliation, mine, lambda n: {"organisation_id": self.places[n], **_role(n)})
        self._add(Involvement, mine, self._part)
        self._add(DeclaredTie, mine, self._tie)
        self._add(NameLookup, mine, lambda n: {"reason": self._word(n)})
        self._add(Attendance, mine, lambda n: {**self._at(n), "status": AttendanceStatus.PRESENT})
        invited = self._add(Invitation, mine, lambda n: {**self._at(n), "answer": Answer.NO})
        said = {"by": AnsweredBy.LINK, "before": Answer.NONE, "after": Answer.NO, "sequence": 0}
        self._add(AnswerEvent, said, lambda n: {"invitation_id": invited[n]})
        self._add(OutboxMessage, mine, lambda n: self._message(invited[n]))

    def _add(self, model: type[Base], mine: dict[str, Any], row: Any) -> list[int]:
        return add_many(model, [{**mine, **row(n)} for n in range(self.size)])

    def _many(self, model: type[Base], row: Any) -> list[int]:
        return self._add(model, {}, row)

    def _apart(self, n: int, apart: int) -> str:
        """Return a word that both have if it is odd, and else the one alone."""
        return self._word(n) if n % 2 else f"{apart}{self._word(n)}"

    def _word(self, n: int) -> str:
        return f"w{self.size}n{n}"

    def _place(self, n: int) -> dict[str, Any]:
        word = self._word(n)
        return {"name": word, "name_key": word, "sort_key": word, "helix": Helix.BUSINESS}

    def _held(self, n: int) -> dict[str, Any]:
        times = {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=2)}
        local = {"starts_local": "2027-03-04T14:00", "ends_local": "2027-03-04T16:00"}
        return {"title": self._word(n), "kind": SessionKind.OTHER, **times, **local, "revision": 1}

    def _at(self, n: int) -> dict[str, Any]:
        return {"design_session_id": self.held[n], "helix": Helix.BUSINESS}

    def _address(self, word: str) -> dict[str, Any]:
        return {"address": f"{word}@x.example", "address_key": f"{word}@x.example"}

    def _tag(self, n: int, apart: int = 0) -> dict[str, Any]:
        word = self._apart(n, apart)
        return {"word": word, "word_key": word}

    def _part(self, n: int) -> dict[str, Any]:
        return {"initiative_id": self.gardens[n], "role": "lid", "revision": 1}

    def _tie(self, n: int) -> dict[str, Any]:
        other = {"other_organisation_id": self.places[n]}
        return {**other, "said_by": SaidBy.TEAM, "about": self._word(n)}

    def _message(self, about: int) -> dict[str, Any]:
        to = {"address": "j@x.example", "domain": "x.example", "language": "nl"}
        sent = {"message_id": f"<{about}@x.example>", "date_header": ""}
        return {
            "dedup_key": f"t:{about}",
            "purpose": Purpose.INVITE,
            "about_id": about,
            **to,
            **sent,
        }


def _role(n: int) -> dict[str, Any]:
    return {"role": f"rol {n}", "helix": Helix.BUSINESS, "is_main": False, "revision": 1}
