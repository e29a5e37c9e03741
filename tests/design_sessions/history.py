"""Random histories of a session: everything that can happen to it, and what always holds."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from crm.core import clock
from crm.core.db import session
from crm.core.errors import Conflict
from crm.core.mail import Content, Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    Invitation,
    SessionState,
    WaitingRule,
)
from crm.design_sessions.queries import answers, notification_log, people
from crm.design_sessions.queries.mailing import without_invitation
from crm.design_sessions.queries.notification_log import untold
from crm.design_sessions.rules.mail_checks import facts_of
from crm.design_sessions.services import answering, inviting, mailing, planning
from crm.design_sessions.services.answering import TimeChanged, WithdrawScope, lapse_offers
from crm.design_sessions.services.inviting import Said
from crm.messages.models import BatchState, MessageBatch, OutboxMessage
from crm.messages.services import batches
from crm.messages.services.batches import Sending
from tests import factories
from tests.design_sessions import mailbox
from tests.design_sessions.conftest import Plan
from tests.design_sessions.readers import Readers
from tests.design_sessions.test_answering import change
from tests.design_sessions.truths import Truths

START = datetime(2027, 4, 20, 8, tzinfo=UTC)
PEOPLE = 4
# The last one has no address.
WHO = st.integers(0, PEOPLE)
GIVEN = st.sampled_from([Answer.YES, Answer.YES, Answer.MAYBE, Answer.NO])
DAYS = st.sampled_from(["2027-05-04", "2027-05-05"])
PLACES = st.sampled_from(["Wijkcentrum", "Bibliotheek"])
CAPACITIES = st.sampled_from([None, 1, 2, 3])
MOVES = st.sampled_from([timedelta(minutes=11), timedelta(hours=7), timedelta(hours=49)])
GOING = BatchState.QUEUED
# One register holds all histories, and a key makes one batch in it.
KEYS = count(1)


class History(Truths):
    """One session with four people, and one who can only be phoned, from two weeks before it."""

    plan: Plan
    leader: Actor

    @initialize(rule=st.sampled_from(list(WaitingRule)), capacity=CAPACITIES)
    def begin(self, rule: WaitingRule, capacity: int | None) -> None:
        """Plan the session and put people on its list."""
        self.now, self.capacity = START, capacity
        self.day, self.place, self.ceiling = "2027-05-04", "Wijkcentrum", 0
        with clock.frozen(self.now):
            self.made = self.plan(capacity=capacity, day=self.day, place=self.place)
            change(self.made, waiting_rule=rule)
            mailbox.guests(self.made, self.leader, PEOPLE)
            mailbox.invited(self.leader, self.made, factories.person("Adresloos"))
            self.ids = sorted(one.id for one in people.invitations_of(self.made))
            self.by_phone = self.ids[-1]
        self.batches = list[int]()
        self.readers = Readers()
        self.send(later=False)

    def one(self, number: int) -> Invitation:
        return answers.invitation(self.ids[number])

    @rule(later=st.booleans())
    def send(self, later: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        """A planner sends the invitations that are to be sent, at once or tomorrow."""
        with clock.frozen(self.now):
            at = self.now + timedelta(days=1) if later else None
            how = Sending(str(next(KEYS)), at)
            with suppress(Conflict):
                self.batches.append(self.send_now(how))

    def send_now(self, how: Sending) -> int:
        return mailing.send(self.leader, self.made, purpose=Purpose.INVITE, how=how).id

    @precondition(lambda self: self.batches)
    @rule(does=st.sampled_from([batches.pause, batches.resume, batches.cancel]), which=st.data())
    def hold(self, does: Callable[..., object], which: st.DataObject) -> None:
        """A planner pauses a batch, lets it go on or cancels it."""
        batch = session().get_one(MessageBatch, which.draw(st.sampled_from(self.batches)))
        with clock.frozen(self.now), suppress(Conflict):
            does(self.leader, batch)

    @rule(number=WHO)
    def break_off(self, number: int) -> None:
        """A worker is killed with an invitation half out: it arrived, and nobody knows."""
        with clock.frozen(self.now):
            for message in self.due():
                if message.purpose is Purpose.INVITE and message.about_id == self.ids[number]:
                    content = mailbox.prepared(message)
                    if isinstance(content, Content):
                        self.readers.read(message, content)
                        mailbox.break_off(message)

    @rule(number=WHO, given=GIVEN, by=st.sampled_from([AnsweredBy.LINK, AnsweredBy.PLANNER]))
    def answer(self, number: int, given: Answer, by: AnsweredBy) -> None:
        """Somebody answers; where that is refused, nothing changes."""
        one = self.one(number)
        actor = self.leader if by is AnsweredBy.PLANNER else answering.link_actor(one)
        before, seen = one.answer, one.design_session.sequence
        with clock.frozen(self.now):
            try:
                answering.answer(actor, one, answer=given, by=by, seen_sequence=seen)
            except Conflict:
                session().rollback()
                assert self.one(number).answer is before or before is Answer.OFFERED
                return
            assert one.answer is given or (given, one.answer) == (Answer.YES, Answer.WAITING)
            if one.id == self.by_phone:
                self.readers.hear(one)

    @precondition(lambda self: self.made.sequence > 0)
    @rule(number=WHO)
    def answer_for_another_time(self, number: int) -> None:
        """A page from before the last change is never taken."""
        one = self.one(number)
        before, link = one.answer, AnsweredBy.LINK
        with clock.frozen(self.now):
            try:
                actor = answering.link_actor(one)
                seen = one.design_session.sequence - 1
                answering.answer(actor, one, answer=Answer.YES, by=link, seen_sequence=seen)
            except (TimeChanged, Conflict):
                session().rollback()
                assert self.one(number).answer is before
                return
        message = "an answer for another time was taken"
        raise AssertionError(message)

    @rule(day=DAYS, place=PLACES, capacity=CAPACITIES)
    def edit(self, day: str, place: str, capacity: int | None) -> None:
        """A planner moves the session or changes how many places there are."""
        self.day, self.place, self.capacity = day, place, capacity
        with clock.frozen(self.now):
            rule = self.made.waiting_rule
            self.ceiling = answers.seats(self.made).held
            mailbox.edit(self.leader, self.made, day=day, place=place, capacity=capacity)
            change(self.made, waiting_rule=rule)

    @rule(does=st.sampled_from(["cancel", "reopen", "close", "open"]))
    def arrange(self, does: str) -> None:
        """A planner cancels the session, lets it go on, closes or opens the answers."""
        does_it = {
            "cancel": planning.cancel_session,
            "reopen": planning.reopen_session,
            "close": planning.close_answers,
            "open": planning.open_answers,
        }[does]
        with clock.frozen(self.now):
            try:
                does_it(self.leader, self.made)
            except Conflict:
                session().rollback()

    @rule(number=WHO, again=st.booleans())
    def uninvite(self, number: int, again: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        """A planner takes somebody off the list, or puts them on it again."""
        with clock.frozen(self.now):
            if again:
                if self.one(number).is_gone:
                    self.readers.forget(self.ids[number])
                planning.reinvite(self.leader, self.one(number))
            elif notification_log.were_told([self.one(number)]):
                planning.uninvite(self.leader, self.one(number))

    @rule(number=WHO, scope=st.sampled_from(list(WithdrawScope)))
    def withdraw(self, number: int, scope: WithdrawScope) -> None:
        """Somebody does not want to be asked any more."""
        one = self.one(number)
        with clock.frozen(self.now):
            answering.withdraw(answering.link_actor(one), one, scope=scope)
        if scope is not WithdrawScope.SESSION:
            self.readers.objected.add(one.id)

    @rule()
    def phone(self) -> None:
        """A planner phones who cannot be written to and does not know of something yet."""
        with clock.frozen(self.now):
            for number in untold(self.made):
                one = answers.invitation(number)
                self.readers.hear(one)
                seen = one.design_session.sequence
                inviting.note_call(self.leader, one, said=Said.TOLD, seen_sequence=seen)
            assert untold(self.made) == {}

    @rule(by=MOVES)
    def wait(self, by: timedelta) -> None:
        """Time passes, the worker does what is due, and a mail server takes what may leave."""
        self.now += by
        with clock.frozen(self.now):
            lapse_offers(self.leader, self.made)
            self.deliver()

    def deliver(self) -> None:
        for message in self.due():
            content = mailbox.prepared(message)
            if isinstance(content, Content):
                self.readers.read(message, content)
            mailbox.take(message, content, self.now)

    def due(self) -> list[OutboxMessage]:
        """Return what leaves now: nothing of a batch that is paused."""
        held = {one for one in self.batches if session().get_one(MessageBatch, one).state != GOING}
        return [
            one
            for one in mailbox.queued()
            if one.about_id in self.ids and one.not_before <= self.now and one.batch_id not in held
        ]

    def teardown(self) -> None:
        """Once all is quiet, everybody knows how things are, and so does their calendar."""
        if not hasattr(self, "readers"):
            return
        self.send_what_is_left()
        self.phone()
        with clock.frozen(self.now):
            cancelled = self.made.state is SessionState.CANCELLED
            now = None if cancelled else facts_of(self.made)
            reached = notification_log.reached(self.made)
            for number in set(self.ids) - self.readers.objected:
                one = answers.invitation(number)
                self.readers.check_words(one, now, is_reached=number in reached)
                if number != self.by_phone:
                    self.readers.check_calendar(one, now)

    def send_what_is_left(self) -> None:
        """Let every batch go, send what the page offers to send, and deliver it all."""
        for batch in self.batches:
            with clock.frozen(self.now), suppress(Conflict):
                batches.resume(self.leader, session().get_one(MessageBatch, batch))
        for _time in ("what waits", "what is to be sent then"):
            self.now += timedelta(days=1)
            with clock.frozen(self.now):
                self.deliver()
            self.send(later=False)
        self.now += timedelta(minutes=11)
        with clock.frozen(self.now):
            self.deliver()
            if self.made.takes_answers() and self.now < self.made.starts_at - mailing.LATEST:
                cannot = {*self.readers.objected, self.by_phone}
                assert without_invitation(self.made) == len(self.silent() & cannot)
                assert self.silent() - cannot <= self.readers.invited

    def silent(self) -> set[int]:
        """Return who is on the list and did not answer."""
        return {one.id for one in answers.answering(self.made, [Answer.NONE])}
