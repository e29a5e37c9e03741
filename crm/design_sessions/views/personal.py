"""The page of a personal link: what an invited person reads, and says."""

import re
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from crm.accounts import queries as accounts
from crm.core import clock
from crm.core.errors import NotFound
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    DesignSession,
    Invitation,
    NeedKind,
    SessionState,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.rules import links
from crm.design_sessions.services import answering, inviting
from crm.design_sessions.services.answering import GIVEN, LONGEST, WithdrawScope, link_actor
from crm.messages.rules.times import words_for_moment, words_for_when
from crm.messages.services import details
from crm.stakeholders.rules.visibility import called
from crm.web import personal_pages
from crm.web.forms import AnswerField, PersonalForm, choices_of
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page

pages = PersonalPages("personal", home="invitation")
ANSWER = SessionPermission.ANSWER
SEQUENCE = re.compile(r"[0-9]{1,9}")
# No session has this sequence: an answer without a number is never taken for one to what is now.
NEVER_SEEN = -1
COMES = (Answer.YES, Answer.MAYBE)
# What the page says was done; it stands in the address, for there is no cookie to remember it.
DONE = frozenset({"answer", "need", "removed", "colleague", "other", "stop", "details"})


class AnswerForm(PersonalForm):
    """Yes, maybe or no, to the time and place that the page told of."""

    # Of all states of an invitation these alone are somebody's own word.
    answer = AnswerField(_l("Do you come?"), choices=partial(choices_of, GIVEN))
    seen_sequence = HiddenField(default="")

    @classmethod
    def before(cls, invitation: Invitation, chosen: str = "") -> "AnswerForm":
        """Return the form with their answer, or with what a link proposes; it sends nothing."""
        answer = chosen if chosen in set(GIVEN) else invitation.answer.value
        sequence = str(invitation.design_session.sequence)
        return cls(formdata=None, data={"answer": answer, "seen_sequence": sequence})

    def details(self) -> dict[str, Any]:
        """Return the `answer`, and the sequence of the session that it is about."""
        seen = self.seen_sequence.data or ""
        sequence = int(seen) if SEQUENCE.fullmatch(seen) else NEVER_SEEN
        return {"answer": Answer(self.answer.data), "seen_sequence": sequence}


class NeedForm(PersonalForm):
    """One kind of need, with the consent to keep it."""

    words = TextAreaField(_l("What do you need?"), [Length(max=LONGEST)])
    # Never ticked beforehand: consent is given, not taken.
    agreed = BooleanField(
        _l("You may keep this for this session. I know that you remove it 14 days after.")
    )

    def details(self) -> dict[str, Any]:
        """Return the words and whether they may be kept."""
        return {"words": self.words.data or "", "agreed": bool(self.agreed.data)}


class ColleagueForm(PersonalForm):
    """Somebody whom an invited person would like to bring."""

    name = StringField(_l("Name of your colleague"), [Length(max=200)])
    email = StringField(_l("E-mail address"), [Length(max=254)])
    organisation = StringField(_l("Organisation"), [Length(max=200)])

    def details(self) -> dict[str, str]:
        """Return what was asked."""
        return {name: getattr(self, name).data or "" for name in ("name", "email", "organisation")}


class StopForm(PersonalForm):
    """For what somebody does not want to be asked any more."""

    # The least is chosen beforehand: who wants no more than that need not read on.
    scope = RadioField(
        _l("What do you not want to be asked for?"),
        choices=partial(choices_of, WithdrawScope),
        default=WithdrawScope.SESSION.value,
    )

    def details(self) -> WithdrawScope:
        """Return what was chosen."""
        return WithdrawScope(self.scope.data)


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


# While answers are taken; in all other states somebody can say yes or no.
BY_ANSWER = {
    Answer.WAITING: Situation.WAITING,
    # An offer that was not taken in time has lapsed, also before the job has noted that.
    Answer.OFFERED: Situation.LAPSED,
    Answer.LAPSED: Situation.LAPSED,
}
OVER = (Situation.CANCELLED, Situation.PAST, Situation.WITHDRAWN)


def situation(invitation: Invitation) -> Situation:
    """Return what is so of an invitation at this moment."""
    # What is so of the session goes before what somebody said: it holds for everybody.
    design_session = invitation.design_session
    if design_session.state is SessionState.CANCELLED:
        return Situation.CANCELLED
    if design_session.has_begun():
        return Situation.PAST
    if invitation.is_gone:
        return Situation.WITHDRAWN
    if invitation.has_standing_offer():
        # An offer is a promise: it stands also when answers are closed or the deadline has passed.
        return Situation.OFFERED
    if not design_session.takes_answers():
        return Situation.CLOSED
    return BY_ANSWER.get(invitation.answer, Situation.OPEN)


def _facts(design_session: DesignSession) -> dict[str, Any]:
    """Return the session as the page tells of it: when, where and whom to call."""
    language, zone = get_locale().language, design_session.zone
    contact, deadline = design_session.contact_id, design_session.answer_until
    return {
        "title": design_session.title,
        "when": words_for_when(design_session.starts, design_session.ends, zone, language),
        "place": design_session.place,
        "link": design_session.link,
        "until": _moment(design_session, design_session.answers_until),
        # A planner may have closed the answers before it.
        "is_past_deadline": deadline is not None and deadline <= clock.now(),
        "contact": accounts.account(contact).name if contact else "",
        "phone": design_session.contact_phone,
        "rule": design_session.waiting_rule.value,
    }


def _moment(design_session: DesignSession, at: datetime | None) -> str:
    """Return a moment in words, as the clock at the session says it."""
    language = get_locale().language
    return words_for_moment(at, design_session.zone, language) if at else ""


def _forms(invitation: Invitation, chosen: str = "") -> dict[str, Any]:
    """Return the forms as somebody finds them."""
    return {
        "answer": AnswerForm.before(invitation, chosen),
        "needs": {kind: NeedForm(formdata=None, prefix=f"{kind.value}-") for kind in NeedKind},
        "colleague": ColleagueForm(formdata=None),
        "stop": StopForm(formdata=None),
    }


def _page(
    found: Invitation, token: str, forms: dict[str, Any], *, status: int = 200
) -> ResponseReturnValue:
    design_session, now = found.design_session, situation(found)
    comes = now not in OVER and found.answer in COMES
    has_seat = comes and found.answer is Answer.YES
    coming, done = answers.coming_invitations(found.person), request.args.get("done", "")
    return page(
        "design_sessions/personal.html",
        status=status,
        token=token,
        done=done if done in DONE else "",
        # The first name only: whoever has the link may be somebody else.
        name=called(found.person),
        facts=_facts(design_session),
        answer=found.answer,
        sequence=design_session.sequence,
        asks_again=found.reconfirm_sequence is not None,
        offer_until=_moment(design_session, found.offer_until),
        is_full=found.answer is not Answer.YES and answers.seats(design_session).is_full,
        has_list=design_session.has_waiting_list,
        # How many other sessions there are; which, is not told here.
        others=sum(1 for other in coming if other.id != found.id),
        is_noted_as_other=found.someone_else_at is not None,
        forms=forms,
        situation=now.value,
        may_need=comes,
        # Only of which kind something is noted: the words are not shown to who has the link.
        needs=answers.noted_needs(found) if comes else set(),
        may_bring=now is Situation.OPEN and design_session.allows_colleague,
        may_stop=now is not Situation.WITHDRAWN,
        # Only with a place: an item for “maybe” would say that one comes.
        calendar=links.calendar_token(found) if has_seat else "",
    )


@pages.get("/r/<token>", requires=ANSWER)
def invitation(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show the session, one's own answer and what one can do; nothing happens yet."""
    # A link in a mail chooses an answer and sends none: programs that read mail open links, too.
    found = _opened(token)
    return _page(found, token, _forms(found, request.args.get("a", "")))


@pages.post("/r/<token>", requires=ANSWER)
def give_answer(_actor: Actor, token: str) -> ResponseReturnValue:
    """Note an answer; a page that is older than the session explains instead."""
    found, form = _opened(token), AnswerForm()
    actor, by = link_actor(found), AnsweredBy.LINK
    form.attempt(lambda said: answering.answer(actor, found, by=by, **said))
    # The page shows the session as it is now: what is sent from it next is an answer to that.
    form.seen_sequence.data = str(found.design_session.sequence)
    return _after(found, token, form, "answer", answer=form)


@pages.post("/r/<token>/needs/<kind>", requires=ANSWER)
def note_need(_actor: Actor, token: str, kind: str) -> ResponseReturnValue:
    """Keep what somebody needs; the words are not shown here again."""
    found, need = _opened(token), _kind(kind)
    form = NeedForm(prefix=f"{need.value}-")
    form.attempt(lambda given: answering.note_needs(link_actor(found), found, kind=need, **given))
    return _after(found, token, form, "need", needs={**_forms(found)["needs"], need: form})


@pages.post("/r/<token>/needs/<kind>/remove", requires=ANSWER)
def remove_need(_actor: Actor, token: str, kind: str) -> ResponseReturnValue:
    """Remove what somebody wrote about a need."""
    found = _opened(token)
    answering.remove_need(link_actor(found), found, kind=_kind(kind))
    return _done(token, "removed")


@pages.post("/r/<token>/colleague", requires=ANSWER)
def bring(_actor: Actor, token: str) -> ResponseReturnValue:
    """Propose a colleague; a planner decides."""
    found, form = _opened(token), ColleagueForm()
    form.attempt(lambda given: inviting.bring(link_actor(found), found, **given))
    return _after(found, token, form, "colleague", colleague=form)


@pages.post("/r/<token>/someone-else", requires=ANSWER)
def someone_else(_actor: Actor, token: str) -> ResponseReturnValue:
    """Tell a planner that the link came to somebody else."""
    found = _opened(token)
    # Nothing else changes before a planner has looked, as anybody may have pressed this.
    answering.say_someone_else(link_actor(found), found)
    return _done(token, "other")


@pages.post("/r/<token>/stop", requires=ANSWER)
def stop(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask somebody no more, for this session or for more than that."""
    found, form = _opened(token), StopForm()
    form.attempt(lambda scope: answering.withdraw(link_actor(found), found, scope=scope))
    return _after(found, token, form, "stop", stop=form)


@pages.post("/r/<token>/details", requires=ANSWER)
def send_details(_actor: Actor, token: str) -> ResponseReturnValue:
    """Send the second link, which alone shows what is kept, to the address on record."""
    found = _opened(token)
    # Sent, not shown: whoever has this link may not be the person it was for.
    details.send_link(link_actor(found), found.person)
    return _done(token, "details")


def _opened(token: str) -> Invitation:
    # A link that is unknown looks like one that has ended; nobody learns which there are.
    found = answers.invitation_by_link(token)
    # Counted once it is known, and by its public part: no guess fills the table.
    personal_pages.count(token)
    personal_pages.speak(found.person.language)
    return found


def _kind(word: str) -> NeedKind:
    if word not in set(NeedKind):
        raise NotFound
    return NeedKind(word)


def _done(token: str, what: str) -> ResponseReturnValue:
    return redirect(url_for("personal.invitation", token=token, done=what), 303)


def _after(
    found: Invitation, token: str, form: PersonalForm, what: str, **changed: object
) -> ResponseReturnValue:
    """Say what was done, or show the page with the form that was refused in its place."""
    if not form.is_refused:
        return _done(token, what)
    return _page(found, token, _forms(found) | changed, status=form.status)
