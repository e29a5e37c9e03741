"""The page on which somebody answers an invitation, by a link of their own."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.design_sessions.forms.personal import AnswerForm, ColleagueForm, NeedForm, StopForm
from crm.design_sessions.models import AnsweredBy, Invitation, NeedKind
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.services import answering, needs, proposals
from crm.design_sessions.services.answering import link_actor
from crm.design_sessions.views import invitee
from crm.design_sessions.views.invitee import Forms
from crm.messages.services import details
from crm.web import personal_pages
from crm.web.forms import PersonalForm
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page

pages = PersonalPages("personal", home="invitation")
ANSWER = SessionPermission.ANSWER
# What the page says was done; it stands in the address, for there is no cookie to remember it.
DONE = frozenset({"answer", "need", "removed", "colleague", "other", "stop", "details"})


@pages.get("/r/<token>", requires=ANSWER)
def invitation(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show the session, one's own answer and what one can do; nothing happens yet."""
    found = _opened(token)
    forms = Forms.before(found, request.args.get("a", ""))
    return _page(found, forms, token)


@pages.post("/r/<token>", requires=ANSWER)
def give_answer(_actor: Actor, token: str) -> ResponseReturnValue:
    """Note an answer; a page that is older than the session explains instead."""
    found, form = _opened(token), AnswerForm()
    form.attempt(
        lambda given: answering.answer(
            link_actor(found), found, given=given[0], by=AnsweredBy.LINK, seen_sequence=given[1]
        )
    )
    if not form.is_refused:
        return _done(token, "answer")
    form.seen_sequence.data = str(found.design_session.sequence)
    return _refused(found, token, form, answer=form)


@pages.post("/r/<token>/needs/<kind>", requires=ANSWER)
def note_need(_actor: Actor, token: str, kind: str) -> ResponseReturnValue:
    """Keep what somebody needs; the words are not shown here again."""
    found, need = _opened(token), _kind(kind)
    form = NeedForm(prefix=f"{need.value}-")
    form.attempt(lambda given: needs.note_needs(link_actor(found), found, kind=need, **given))
    if not form.is_refused:
        return _done(token, "need")
    return _refused(found, token, form, needs={**Forms.before(found).needs, need: form})


@pages.post("/r/<token>/needs/<kind>/remove", requires=ANSWER)
def remove_need(_actor: Actor, token: str, kind: str) -> ResponseReturnValue:
    """Remove what somebody wrote about a need."""
    found = _opened(token)
    needs.remove_need(link_actor(found), found, kind=_kind(kind))
    return _done(token, "removed")


@pages.post("/r/<token>/colleague", requires=ANSWER)
def bring(_actor: Actor, token: str) -> ResponseReturnValue:
    """Propose a colleague; a planner decides."""
    found, form = _opened(token), ColleagueForm()
    form.attempt(lambda given: proposals.bring(link_actor(found), found, **given))
    if not form.is_refused:
        return _done(token, "colleague")
    return _refused(found, token, form, colleague=form)


@pages.post("/r/<token>/someone-else", requires=ANSWER)
def someone_else(_actor: Actor, token: str) -> ResponseReturnValue:
    """Tell a planner that the link came to somebody else."""
    found = _opened(token)
    answering.say_someone_else(link_actor(found), found)
    return _done(token, "other")


@pages.post("/r/<token>/stop", requires=ANSWER)
def stop(_actor: Actor, token: str) -> ResponseReturnValue:
    """Ask somebody no more, for this session or for more than that."""
    found, form = _opened(token), StopForm()
    form.attempt(lambda scope: answering.withdraw(link_actor(found), found, scope=scope))
    if not form.is_refused:
        return _done(token, "stop")
    return _refused(found, token, form, stop=form)


@pages.post("/r/<token>/details", requires=ANSWER)
def send_details(_actor: Actor, token: str) -> ResponseReturnValue:
    """Send the second link, which alone shows what is kept, to the address on record."""
    found = _opened(token)
    details.send_link(link_actor(found), found.person)
    return _done(token, "details")


def _opened(token: str) -> Invitation:
    found = answers.invitation_by_link(token)
    personal_pages.count(token)
    personal_pages.speak(found.person.language)
    return found


def _kind(word: str) -> NeedKind:
    if word not in set(NeedKind):
        raise NotFound
    return NeedKind(word)


def _done(token: str, what: str) -> ResponseReturnValue:
    return redirect(url_for("personal.invitation", token=token, done=what), 303)


def _refused(
    found: Invitation, token: str, form: PersonalForm, **changed: object
) -> ResponseReturnValue:
    forms = Forms.before(found)
    for name, value in changed.items():
        setattr(forms, name, value)
    return _page(found, forms, token, status=form.status)


def _page(found: Invitation, forms: Forms, token: str, *, status: int = 200) -> ResponseReturnValue:
    done = request.args.get("done", "")
    values = invitee.page_of(found, forms)
    return page(
        "design_sessions/personal.html",
        status=status,
        token=token,
        done=done if done in DONE else "",
        **values,
    )
