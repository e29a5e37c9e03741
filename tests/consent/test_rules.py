"""Whom one may write to: the table against the rule as it is told in words."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from crm.consent import rules
from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Asking, Ground, Standing
from crm.core.mail import Purpose, Reason
from crm.stakeholders.models import Objected

THEN = datetime(2026, 11, 2, 9, tzinfo=UTC)
WORK, SESSION, PANEL, NEWS = ContactPurpose
NOBODY_WROTE: frozenset[Purpose] = frozenset()


def standing(
    *, contact: bool = False, written: frozenset[Purpose] = NOBODY_WROTE, **noted: Basis
) -> Standing:
    grounds = {ContactPurpose(name): Ground(basis) for name, basis in noted.items()}
    return Standing(1, contact, grounds).knowing(written=written)


def objecting(stands: Standing) -> Standing:
    return Standing(1, stands.is_contact, stands.noted, Objected("a call", THEN), NOBODY_WROTE)


def test_the_table_answers_each_basis_and_purpose_once() -> None:
    rows = [(rule.basis, purpose) for rule in rules.TABLE for purpose in rule.purposes]

    assert sorted(rows, key=str) == sorted(product([None, *Basis], ContactPurpose), key=str)


def test_officials_are_written_to_for_the_work_and_sessions_without_being_asked() -> None:
    official = standing(contact=True)

    refused = {one: rules.refusal(official, one, Asking.FOLLOW_UP) for one in ContactPurpose}

    no = Reason.NOT_ALLOWED
    assert refused == {WORK: None, SESSION: None, PANEL: no, NEWS: no}


def test_a_resident_who_was_not_asked_gets_one_message_and_no_other() -> None:
    resident = standing()
    invited = standing(written=frozenset({Purpose.INVITE}))

    assert rules.refusal(resident, SESSION, Asking.FIRST) is None
    assert rules.refusal(resident, PANEL, Asking.CONSENT_REQUEST) is None
    assert rules.refusal(invited, SESSION, Asking.FIRST) is Reason.ONCE_ONLY
    assert rules.refusal(invited, PANEL, Asking.CONSENT_REQUEST) is Reason.ONCE_ONLY
    assert rules.refusal(resident, SESSION, Asking.FOLLOW_UP) is Reason.NOT_ALLOWED
    assert rules.refusal(invited, SESSION, Asking.REPLY) is Reason.NOT_ALLOWED
    assert rules.refusal(invited.agreeing(answered=True), SESSION, Asking.REPLY) is None


def test_who_forgets_to_ask_what_was_written_sends_nothing_a_second_time() -> None:
    unknown = Standing(1, is_contact=False, noted={})

    assert rules.refusal(unknown, SESSION, Asking.FIRST) is Reason.ONCE_ONLY


def test_an_official_who_was_invited_before_may_be_asked_for_consent_once() -> None:
    invited = standing(contact=True, written=frozenset({Purpose.INVITE}))
    asked = standing(contact=True, written=frozenset({Purpose.INVITE, Purpose.CONSENT_REQUEST}))

    assert rules.refusal(invited, NEWS, Asking.CONSENT_REQUEST) is None
    assert rules.refusal(asked, NEWS, Asking.CONSENT_REQUEST) is Reason.ONCE_ONLY


def test_consent_counts_for_its_own_purpose_and_the_panel_for_each_session() -> None:
    member = standing(panel=Basis.CONSENT)
    reader = standing(news=Basis.CONSENT)

    assert rules.refusal(member, PANEL, Asking.FOLLOW_UP) is None
    assert rules.refusal(member, SESSION, Asking.FOLLOW_UP) is None
    assert rules.refusal(member, NEWS, Asking.FOLLOW_UP) is Reason.NOT_ALLOWED
    assert rules.refusal(reader, NEWS, Asking.FOLLOW_UP) is None
    assert rules.refusal(reader, SESSION, Asking.FOLLOW_UP) is Reason.NOT_ALLOWED


def test_an_answer_by_their_own_link_is_consent_for_that_session_only() -> None:
    answered = standing(written=frozenset({Purpose.INVITE})).agreeing(answered=True)

    assert rules.refusal(answered, SESSION, Asking.FOLLOW_UP) is None
    assert rules.refusal(answered, PANEL, Asking.FOLLOW_UP) is Reason.NOT_ALLOWED


@pytest.mark.parametrize("basis", [Basis.DECLINED, Basis.WITHDRAWN])
def test_a_no_to_sessions_beats_the_panel_and_an_earlier_answer(basis: Basis) -> None:
    stands = standing(contact=True, panel=Basis.CONSENT, session=basis)
    answered = stands.agreeing(answered=True)

    assert rules.refusal(answered, SESSION, Asking.FOLLOW_UP) in {
        Reason.DECLINED,
        Reason.UNSUBSCRIBED,
    }


def test_an_objection_beats_all_but_the_link_they_asked_for_just_now() -> None:
    agreeing = standing(project_work=Basis.CONSENT, panel=Basis.CONSENT, news=Basis.CONSENT)
    objector = objecting(agreeing)

    refused = {asking: rules.refusal(objector, WORK, asking) for asking in Asking}

    assert refused.pop(Asking.REQUESTED) is None
    assert set(refused.values()) == {Reason.OBJECTED}


@dataclass
class Life:
    """What happened to somebody, in the order in which it happened."""

    works_for_others: bool = False
    said: dict[ContactPurpose, Basis] = field(default_factory=dict)
    objects: bool = False
    answered: bool = False
    written: set[Purpose] = field(default_factory=set)

    def live(self, event: tuple[str, Any]) -> None:
        match event:
            case "is noted", (purpose, basis):
                self.said[purpose] = basis
            case "is written to", purpose:
                self.written.add(purpose)
            case name, value:
                setattr(self, name, value)

    def standing(self) -> Standing:
        noted = {purpose: Ground(basis) for purpose, basis in self.said.items()}
        objection = Objected("a call", THEN) if self.objects else None
        stands = Standing(1, self.works_for_others, noted, objection)
        return stands.knowing(written=self.written).agreeing(answered=self.answered)

    def public_task_reaches(self, purpose: ContactPurpose) -> bool:
        usual = self.works_for_others and purpose in {WORK, SESSION}
        return self.said.get(purpose, Basis.PUBLIC_TASK if usual else None) is Basis.PUBLIC_TASK

    def may_be_sent(self, purpose: ContactPurpose, asking: Asking) -> bool:
        """Read the rule aloud, sentence by sentence."""
        said = self.said.get(purpose)
        agreed_to_session = self.answered or self.said.get(PANEL) is Basis.CONSENT
        invitations_count = not self.public_task_reaches(SESSION)
        one = {Purpose.CONSENT_REQUEST} | ({Purpose.INVITE} if invitations_count else set())
        sentences = (
            # What they ask for about themselves, they get: that is a right.
            (asking is Asking.REQUESTED, True),
            # An objection beats everything else.
            (self.objects, False),
            # Whoever answers hears what follows from it.
            (asking is Asking.REPLY and self.answered, True),
            # Whoever said no, or took a yes back, is not asked again.
            (said in {Basis.DECLINED, Basis.WITHDRAWN}, False),
            # A yes counts for what it was said to; for one session, or for all of them.
            (said is Basis.CONSENT, True),
            (purpose is SESSION and agreed_to_session, True),
            # The public task reaches as far as the work and its sessions.
            (purpose in {WORK, SESSION} and self.public_task_reaches(purpose), True),
            # Whoever was never asked gets one message: a request for consent, or the invitation
            # to the session they gave their address for.
            (self.written & one, False),
            (asking is Asking.CONSENT_REQUEST, True),
            (asking is Asking.FIRST and purpose is SESSION, True),
        )
        return next((may for holds, may in sentences if holds), False)


def fits(pair: tuple[ContactPurpose, Basis]) -> bool:
    return pair not in product((PANEL, NEWS), (Basis.PUBLIC_TASK,)) and pair != (
        SESSION,
        Basis.CONSENT,
    )


def events() -> SearchStrategy[tuple[str, Any]]:
    noted = st.tuples(st.sampled_from(ContactPurpose), st.sampled_from(Basis)).filter(fits)
    return st.one_of(
        st.tuples(st.just("is noted"), noted),
        st.tuples(st.just("is written to"), st.sampled_from(Purpose)),
        st.tuples(st.sampled_from(("works_for_others", "objects", "answered")), st.booleans()),
    )


@given(st.lists(events(), max_size=14))
def test_after_any_history_the_table_says_what_the_rule_says(
    history: list[tuple[str, Any]],
) -> None:
    life = Life()

    for event in history:
        life.live(event)

        stands = life.standing()
        for purpose, asking in product(ContactPurpose, Asking):
            refused = rules.refusal(stands, purpose, asking)
            assert (refused is None) == life.may_be_sent(purpose, asking), (purpose, asking)
