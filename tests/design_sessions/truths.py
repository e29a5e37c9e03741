"""What always holds of a session, whatever happened to it."""

from collections import Counter
from datetime import datetime

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import select

from crm.core import clock
from crm.core.db import session
from crm.design_sessions.models import Answer, AnswerEvent, DesignSession
from crm.design_sessions.queries import answers, sessions
from crm.design_sessions.queries.notification_log import untold
from crm.design_sessions.rules.mail_checks import TOLD
from tests.design_sessions import mailbox
from tests.design_sessions.readers import Readers


class Truths(RuleBasedStateMachine):
    """
    A session with people, and what they have read of it.

    :ivar ids: of the invitations
    :ivar by_phone: the invitation of somebody without an address
    :ivar ceiling: how many places are held above the capacity since there are fewer
    """

    made: DesignSession
    now: datetime
    ids: list[int]
    by_phone: int
    readers: Readers
    capacity: int | None
    ceiling: int

    @invariant()
    def no_more_places_are_held_than_there_are(self) -> None:
        """Unless there are fewer places than before: then nobody is dropped, nobody added."""
        with clock.frozen(self.now):
            seats = answers.seats(self.made)
        self.ceiling = min(self.ceiling, seats.held)
        if self.capacity is not None:
            assert seats.held <= max(self.capacity, self.ceiling)

    @invariant()
    def a_free_place_is_offered(self) -> None:
        """While answers are taken, nobody waits for a place that is free."""
        with clock.frozen(self.now):
            waiting = answers.answering(self.made, [Answer.WAITING])
            if waiting and self.made.takes_answers():
                assert answers.seats(self.made).is_full

    @invariant()
    def only_yes_is_coming(self) -> None:
        """Neither who waits nor who said maybe counts as coming."""
        standing = Counter(one.answer for one in answers.all_invitations(self.made))
        assert sessions.balance_of(self.made).accepted == standing[Answer.YES]

    @invariant()
    def each_person_has_one_outcome(self) -> None:
        """The answers of somebody are one line of events that ends where they stand."""
        for number in self.ids:
            statement = select(AnswerEvent).where(AnswerEvent.invitation_id == number)
            last = Answer.NONE
            for event in session().scalars(statement.order_by(AnswerEvent.id)):
                assert event.before is last
                last = event.after
            assert answers.invitation(number).answer is last

    @invariant()
    def who_does_not_know_and_cannot_be_written_to_is_to_be_phoned(self) -> None:
        """Nobody is phoned about what they know, and nobody who would come in vain is forgotten."""
        with clock.frozen(self.now):
            one = answers.invitation(self.by_phone)
            in_vain = one.answer in TOLD and self.readers.is_behind(one)
            if not self.made.has_begun():
                assert (self.by_phone in untold(self.made)) or not in_vain
                assert self.by_phone not in untold(self.made) or not self.readers.is_right(one)

    @invariant()
    def at_most_one_message_of_a_kind_waits(self) -> None:
        """Nobody gets two messages of one event; nobody who objected has one waiting."""
        waiting = Counter(
            (one.about_id, one.purpose) for one in mailbox.queued() if one.about_id in self.ids
        )
        assert all(number == 1 for number in waiting.values())
        assert not {about for about, _purpose in waiting} & self.readers.objected
