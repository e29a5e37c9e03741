"""How sessions, their people and their answers are written for a reader."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import flash, url_for
from flask_babel import format_date, format_time, get_timezone

from crm.core.i18n import _, _l, ngettext
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import SessionPeopleForm
from crm.design_sessions.models import Answer, DesignSession, NeedKind, SessionState
from crm.design_sessions.queries import answers
from crm.design_sessions.queries.mailing import waiting_invitations, without_invitation
from crm.design_sessions.queries.notification_log import News, untold
from crm.design_sessions.queries.standings import AnswerGroup, CallList, Everybody
from crm.design_sessions.services.inviting import ANSWERS, Said
from crm.messages.views.wording import status
from crm.projects.models import Project
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.values.languages import named
from crm.web.rendering import label


def when(design_session: DesignSession) -> str:
    """Return the day and the hours as the clock on the wall says them, with a foreign zone."""
    starts, ends = design_session.starts, design_session.ends
    # Not moved to the reader's zone: who comes looks at the clock where the session is held.
    first, last = (format_date(at.date(), "full") for at in (starts, ends))
    begin, end = (format_time(at, "short", rebase=False) for at in (starts, ends))
    until = end if starts.date() == ends.date() else f"{last} {end}"
    zone = design_session.zone if design_session.zone != str(get_timezone()) else ""
    return f"{first}, {begin} – {until}" + (f" ({zone})" if zone else "")


def day_of(design_session: DesignSession) -> str:
    """Return the day and the hour of the start, short."""
    starts = design_session.starts
    return f"{format_date(starts.date())} {format_time(starts, 'short', rebase=False)}"


def deadline(design_session: DesignSession) -> str:
    """Return until when answers are taken, as the clock says it where the session is held."""
    if not design_session.answer_until_local:
        return ""
    until = datetime.fromisoformat(design_session.answer_until_local)
    return f"{format_date(until.date(), 'full')} {format_time(until, 'short', rebase=False)}"


def invited(number: int) -> str:
    """Return how many were put on the list just now."""
    if not number:
        return _("They were invited already.")
    return ngettext("%(num)s person invited.", "%(num)s people invited.", number)


# What can come of a call, its words, and its key.
SAID = (
    (Said.YES, _l("Yes"), "y"),
    (Said.MAYBE, _l("Maybe"), "m"),
    (Said.NO, _l("No"), "n"),
    (Said.LATER, _l("In 2 hours"), "l"),
    (Said.TOMORROW, _l("Tomorrow"), "t"),
)
IS_TOLD = (Said.TOLD, _l("Told"), "d")
NEWS = {
    News.CHANGED: _l("Tell: another time or place"),
    News.CANCELLED: _l("Tell: it is cancelled"),
    News.REOPENED: _l("Tell: it goes on after all"),
    News.LEFT: _l("Tell: not on the list any more"),
}
# Of these, no answer is asked in the same call.
NO_ANSWER = (News.CANCELLED, News.LEFT)


def tabs(
    project: Project, everybody: Everybody, form: SessionPeopleForm
) -> list[dict[str, object]]:
    """Return the views of the list of people, each with how many there are in all."""
    chosen = form.chosen().answer
    here: dict[str, Any] = {"project_slug": project.slug, **form.typed(), "_anchor": "people"}
    here["session_id"] = everybody.design_session.id

    def tab(words: str, group: AnswerGroup | None, count: int) -> dict[str, object]:
        address = url_for("sessions.session", **{**here, "answer": group})
        return {"label": words, "url": address, "active": chosen is group, "count": count}

    every = tab(_("Everybody"), None, everybody.all)
    return [every, *(tab(label(group), group, everybody.count(group)) for group in AnswerGroup)]


def _step(
    of: dict[str, Any], view: str, title: str, text: str, *, done: bool = False
) -> dict[str, object]:
    # Several steps lead to the call list, which is called by its name; others do what they say.
    words = _("Call list") if view == "calls" else title
    url = url_for(f"sessions.{view}", **of)
    return {"title": title, "text": text, "label": words, "done": done, "url": url}


def steps(project: Project, everybody: Everybody) -> list[dict[str, object]]:
    """Return what to do, in order; for a session that is cancelled, whom to phone."""
    found = everybody.design_session
    step = partial(_step, {"project_slug": project.slug, "session_id": found.id})
    # First, also of a session that is off: these people may stand before a closed door.
    listed: list[dict[str, object]] = []
    if number := len(untold(found)):
        title = _("Phone who cannot be written to")
        listed.append(step("calls", title, to_be_phoned(number)))
    if found.state is SessionState.CANCELLED:
        return listed
    begun, somebody = found.has_begun(), everybody.invited > 0
    open_answers = everybody.count(AnswerGroup.NONE) + everybody.count(AnswerGroup.MAYBE)
    unsent = _unsent(found)
    # Once it has begun nobody is written to or called any more: what was left is done, too.
    return [
        *listed,
        step("invite", _("Invite people"), _who_is_invited(everybody.invited), done=somebody),
        step(
            "invitations_to_send",
            _("Send invitations"),
            unsent or _who_gets_one(somebody=somebody),
            done=begun or (somebody and not unsent),
        ),
        step(
            "calls",
            _("Collect the answers"),
            _who_answered(open_answers, somebody=somebody),
            done=begun or (somebody and not open_answers),
        ),
        step(
            "attendance",
            _("Take attendance"),
            _("The session has begun. Note who is there, walk-ins too.")
            if begun
            else _("On the day itself you note who came, on one page and by keyboard."),
            done=everybody.is_noted,
        ),
    ]


def _who_is_invited(number: int) -> str:
    if not number:
        return _("Nobody is invited yet. Choose people from the register, by filter or by name.")
    return ngettext("%(num)s person is invited.", "%(num)s people are invited.", number)


def _unsent(design_session: DesignSession) -> str:
    """Return how many have no invitation, and how many have one that has not left; else nothing."""
    number, waiting = without_invitation(design_session), waiting_invitations(design_session)
    none = ngettext(
        "%(num)s person did not get an invitation yet.",
        "%(num)s people did not get an invitation yet.",
        number,
    )
    some = ngettext(
        "%(num)s invitation waits to be sent.", "%(num)s invitations wait to be sent.", waiting
    )
    return " ".join(words for words, people in ((none, number), (some, waiting)) if people)


def _who_gets_one(*, somebody: bool) -> str:
    if somebody:
        return _("Whoever is invited got an invitation.")
    return _("Who is on the list and may be written to gets a mail with a link to answer.")


def _who_answered(number: int, *, somebody: bool) -> str:
    if number:
        return ngettext(
            "%(num)s person said neither yes nor no. Call them.",
            "%(num)s people said neither yes nor no. Call them.",
            number,
        )
    if somebody:
        return _("Everybody who is invited said yes or no.")
    return _("Here you follow who comes. Who does not answer can be called.")


def told(number: int) -> str:
    """Return how many people get a message of what was done just now."""
    if not number:
        return _("Nobody has to be told.")
    return ngettext("%(num)s person gets a message.", "%(num)s people get a message.", number)


def to_be_phoned(number: int) -> str:
    """Return how many people do not know of what was done, as nobody may write to them."""
    return ngettext(
        "%(num)s person does not know of this and cannot be written to. The call list says "
        "why, and whom to phone.",
        "%(num)s people do not know of this and cannot be written to. The call list says why, "
        "and whom to phone.",
        number,
    )


def flash_to_phone(design_session: DesignSession) -> None:
    """Say who has to be phoned after what was done just now, if anybody."""
    if number := len(untold(design_session)):
        flash(to_be_phoned(number), "warning")


def calls(listed: CallList) -> dict[str, Any]:
    """Return what the call list shows: who, what they are told, and what can come of a call."""
    # Who hears that it is off, or that they are off the list, has nothing to answer.
    later = [said for said in SAID if said[0] not in ANSWERS]
    to_tell = {call.invitation_id: call.untold for call in listed.calls if call.untold}
    return {
        "calls": listed.calls,
        "uncallable": listed.uncallable,
        "said": {
            call.invitation_id: [
                *(later if call.untold and call.untold.news in NO_ANSWER else SAID),
                *([IS_TOLD] if call.untold else []),
            ]
            for call in listed.calls
        },
        "news": NEWS,
        "why": {invitation_id: status(news.message) for invitation_id, news in to_tell.items()},
        "to_tell": bool(to_tell),
        "languages": named(call.language for call in listed.calls),
    }


def noted(stands: Answer, said: Said | None = None) -> str:
    """Return what was noted of an answer, or of a call; a name would stay in the browser."""
    # Whoever said yes to a full session must hear at once, on the phone, that it is no place yet.
    if stands is Answer.WAITING:
        return _("All places are taken: noted on the waiting list.")
    words = {option: text for option, text, _key in (*SAID, IS_TOLD)}
    return _("Noted: %(answer)s.", answer=words[said] if said else label(stands))


def needs(actor: Actor, design_session: DesignSession) -> dict[NeedKind, list[tuple[str, str]]]:
    """Return what people need by kind: the name of who wrote it, and their words."""
    eyes, found = shown_as(actor), {kind: list[tuple[str, str]]() for kind in NeedKind}
    for need, invitation in answers.needs_of(design_session):
        found[need.kind].append((eyes.name(invitation.person), need.words))
    return {kind: written for kind, written in found.items() if written}
