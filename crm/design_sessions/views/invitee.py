"""What somebody who is invited reads on the page of their own link, and nothing else of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import get_locale

from crm.accounts import queries as accounts
from crm.core import clock
from crm.design_sessions import links
from crm.design_sessions.forms.personal import AnswerForm, ColleagueForm, NeedForm, StopForm
from crm.design_sessions.models import Answer, DesignSession, Invitation, NeedKind, SessionState
from crm.design_sessions.queries import answers, places
from crm.messages.rules.times import words_for_moment, words_for_when
from crm.stakeholders.visibility import called

COMES = (Answer.YES, Answer.MAYBE)


class Situation(StrEnum):
    """What is so, and with it what somebody can do here."""

    OPEN = "open"
    OFFERED = "offered"
    WAITING = "waiting"
    LAPSED = "lapsed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    PAST = "past"


OVER = (Situation.CANCELLED, Situation.PAST, Situation.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Facts:
    """The session as the page tells of it: when, where and whom to call."""

    title: str
    when: str
    place: str
    link: str
    until: str
    is_past_deadline: bool
    contact: str
    phone: str
    rule: str


@dataclass(slots=True)
class Forms:
    """The forms of the page; of the one that was sent, what was typed."""

    answer: AnswerForm
    needs: dict[NeedKind, NeedForm]
    colleague: ColleagueForm
    stop: StopForm

    @classmethod
    def before(cls, invitation: Invitation, chosen: str = "") -> "Forms":
        """Return the forms as somebody finds them."""
        return cls(
            AnswerForm.before(invitation, chosen),
            {kind: NeedForm(formdata=None, prefix=f"{kind.value}-") for kind in NeedKind},
            ColleagueForm(formdata=None),
            StopForm(formdata=None),
        )


def situation(invitation: Invitation) -> Situation:
    """Return what is so of an invitation at this moment."""
    design_session = invitation.design_session
    if design_session.state is SessionState.CANCELLED:
        return Situation.CANCELLED
    if design_session.has_begun():
        return Situation.PAST
    if invitation.is_gone:
        return Situation.WITHDRAWN
    if invitation.has_standing_offer():
        return Situation.OFFERED
    if not design_session.takes_answers():
        return Situation.CLOSED
    return _while_open(invitation)


def _while_open(invitation: Invitation) -> Situation:
    if invitation.answer is Answer.WAITING:
        return Situation.WAITING
    # An offer that was not taken in time has lapsed, also before the job has noted that.
    if invitation.answer in {Answer.OFFERED, Answer.LAPSED}:
        return Situation.LAPSED
    return Situation.OPEN


def facts(design_session: DesignSession) -> Facts:
    """Return what is told of a session."""
    language, zone = get_locale().language, design_session.zone
    contact = design_session.contact_id
    return Facts(
        title=design_session.title,
        when=words_for_when(design_session.starts, design_session.ends, zone, language),
        place=design_session.place,
        link=design_session.link,
        until=moment(design_session, design_session.answers_until),
        is_past_deadline=_is_past(design_session.answer_until),
        contact=accounts.account(contact).name if contact else "",
        phone=design_session.contact_phone,
        rule=design_session.waiting_rule.value,
    )


def _is_past(deadline: datetime | None) -> bool:
    """Whether a deadline has passed; a planner may have closed the answers before it."""
    return deadline is not None and deadline <= clock.now()


def moment(design_session: DesignSession, at: datetime | None) -> str:
    """Return a moment in words, as the clock at the session says it."""
    language = get_locale().language
    return words_for_moment(at, design_session.zone, language) if at else ""


def page_of(invitation: Invitation, forms: Forms) -> dict[str, Any]:
    """Return everything that stands on the page of an invitation."""
    design_session = invitation.design_session
    return {
        "name": called(invitation.person),
        "facts": facts(design_session),
        "answer": invitation.answer,
        "sequence": design_session.sequence,
        "asks_again": invitation.reconfirm_sequence is not None,
        "offer_until": moment(design_session, invitation.offer_until),
        "is_full": _is_full(invitation),
        "has_list": design_session.has_waiting_list,
        "others": _other_sessions(invitation),
        "is_noted_as_other": invitation.someone_else_at is not None,
        "forms": forms,
        **_possible(invitation),
    }


def _possible(invitation: Invitation) -> dict[str, Any]:
    """Return what is so now, and what can be done with it."""
    now = situation(invitation)
    comes = now not in OVER and invitation.answer in COMES
    has_seat = comes and invitation.answer is Answer.YES
    return {
        "situation": now.value,
        "may_need": comes,
        "needs": answers.noted_needs(invitation) if comes else set(),
        "may_bring": now is Situation.OPEN and invitation.design_session.allows_colleague,
        "may_stop": now is not Situation.WITHDRAWN,
        "calendar": links.calendar_token(invitation) if has_seat else "",
    }


def _is_full(invitation: Invitation) -> bool:
    return invitation.answer is not Answer.YES and places.seats(invitation.design_session).is_full


def _other_sessions(invitation: Invitation) -> int:
    """Return how many further coming sessions invite this person; which, is not told here."""
    coming = answers.coming_invitations(invitation.person)
    return sum(1 for one in coming if one.id != invitation.id)
