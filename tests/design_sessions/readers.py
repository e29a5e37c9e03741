"""What people of a session have read of it, and what stands in their calendars."""

from dataclasses import dataclass, field

from crm.core.mail import CalendarPart, Content, Purpose
from crm.design_sessions.models import Answer, Invitation, SessionState
from crm.design_sessions.queries import answers
from crm.design_sessions.rules.mail_checks import TOLD, Facts, facts_of, read
from crm.messages.models import OutboxMessage

# What a message says beyond the answer it was about: nothing follows it but for a new event.
ENDED = (Answer.NO, Answer.REVOKED, Answer.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """What somebody's calendar holds of the session."""

    sequence: int
    method: str
    facts: Facts


@dataclass
class Readers:
    """
    Who read what, by the id of the invitation.

    :ivar known: when and where they know the session to be; nothing: it does not take place
    :ivar invited: who read an invitation since they were put on the list
    """

    known: dict[int, Facts | None] = field(default_factory=dict)
    calendar: dict[int, CalendarItem] = field(default_factory=dict)
    invited: set[int] = field(default_factory=set)
    objected: set[int] = field(default_factory=set)

    def forget(self, number: int) -> None:
        """Let somebody be as if they had not heard of it: they are put on the list again."""
        self.known.pop(number, None)
        self.invited.discard(number)

    def read(self, message: OutboxMessage, content: Content) -> None:
        """Note what somebody reads: it is news, and it is so."""
        number, one = message.about_id or 0, answers.invitation(message.about_id or 0)
        assert number not in self.objected
        if message.purpose is Purpose.INVITE:
            # Once more with equal bytes, where nobody knew whether it had arrived: that is one.
            assert number not in self.invited or message.data_started_at is not None
            self.invited.add(number)
        if message.purpose is Purpose.CANCELLATION:
            self.known[number] = None
        else:
            now = facts_of(one.design_session)
            if message.purpose is Purpose.CHANGE and "reopened" not in message.params:
                assert read(message.params["old"]) != now
            self.known[number] = now
        if content.calendar is not None:
            self.take_over(number, content.calendar, facts_of(one.design_session))

    def take_over(self, number: int, part: CalendarPart, facts: Facts) -> None:
        """Do what a calendar does: what is new has a higher SEQUENCE than all before."""
        item = CalendarItem(int(part.data.split(b"SEQUENCE:")[1].split()[0]), part.method, facts)
        last = self.calendar.get(number)
        if last is not None:
            says_the_same = (last.method, last.facts) == (item.method, item.facts)
            assert item.sequence > last.sequence or (
                says_the_same and item.sequence == last.sequence
            )
        self.calendar[number] = item

    def hear(self, one: Invitation) -> None:
        """Note what somebody hears on the phone: how things are."""
        self.known[one.id] = _now(one)
        if one.is_gone:
            self.forget(one.id)

    def is_behind(self, one: Invitation) -> bool:
        """Whether somebody knows of the session, and not how things are."""
        return one.id in self.known and not self.is_right(one)

    def is_right(self, one: Invitation) -> bool:
        """Whether somebody knows how things are."""
        return one.id in self.known and self.known[one.id] == _now(one) and not one.is_gone

    def check_words(self, one: Invitation, now: Facts | None, *, is_reached: bool) -> None:
        """Hold that somebody knows how things are."""
        if one.answer in TOLD and is_reached and one.id in self.known:
            assert self.known[one.id] == now

    def check_calendar(self, one: Invitation, now: Facts | None) -> None:
        """Hold that a calendar says how things are."""
        item = self.calendar.get(one.id)
        stands = item is not None and item.method == "REQUEST"
        if one.answer is Answer.YES and now is not None:
            assert item is not None
            assert stands
            assert item.facts == now
        if one.answer in ENDED or now is None:
            assert not stands


def _now(one: Invitation) -> Facts | None:
    held = one.design_session
    return None if held.state is SessionState.CANCELLED else facts_of(held)
