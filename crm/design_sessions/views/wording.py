"""How sessions, their people and their answers are written for a reader."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, url_for
from flask_babel import format_date, format_time, get_timezone

from crm.core.i18n import _, _l, ngettext
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import SessionPeopleForm
from crm.design_sessions.models import (
    Answer,
    AnswerEvent,
    DesignSession,
    NeedKind,
    Proposal,
    SessionState,
)
from crm.design_sessions.queries import answers
from crm.design_sessions.queries.mailing import waiting_invitations, without_invitation
from crm.design_sessions.queries.notification_log import News, untold
from crm.design_sessions.queries.standings import AnswerGroup, Call, CallList, Everybody, undecided
from crm.design_sessions.rules.balance import Balance
from crm.design_sessions.services.inviting import ANSWERS, Said
from crm.messages.views.wording import status
from crm.projects.models import Project
from crm.stakeholders.languages import named
from crm.stakeholders.models import Helix
from crm.stakeholders.visibility import shown_as
from crm.web.rendering import label, write_datetime


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One helix as the component draws it."""

    helix: Helix
    count: int
    target: int | None
    short: int


def when(design_session: DesignSession) -> str:
    """Return the day and the hours as the clock on the wall says them, with a foreign zone."""
    starts, ends = design_session.starts, design_session.ends
    first, last = (format_date(one.date(), "full") for one in (starts, ends))
    begin, end = (format_time(one, "short", rebase=False) for one in (starts, ends))
    until = end if starts.date() == ends.date() else f"{last} {end}"
    zone = design_session.zone if design_session.zone != str(get_timezone()) else ""
    return f"{first}, {begin} – {until}" + (f" ({zone})" if zone else "")


def day_of(design_session: DesignSession) -> str:
    """Return the day and the hour of the start, short."""
    starts = design_session.starts
    return f"{format_date(starts.date())} {format_time(starts, 'short', rebase=False)}"


def invited_rows(balance: Balance) -> list[BalanceRow]:
    """Return how many people of each helix are invited, beside the targets."""
    return [
        BalanceRow(one.helix, one.invited, one.target, one.short_invited) for one in balance.helixes
    ]


def deadline(design_session: DesignSession) -> str:
    """Return until when answers are taken, as the clock says it where the session is held."""
    if not design_session.answer_until_local:
        return ""
    until = datetime.fromisoformat(design_session.answer_until_local)
    return f"{format_date(until.date(), 'full')} {format_time(until, 'short', rebase=False)}"


def accepted_rows(balance: Balance) -> list[BalanceRow]:
    """Return how many people of each helix said yes, beside the targets."""
    return [
        BalanceRow(one.helix, one.accepted, one.target, one.short_accepted)
        for one in balance.helixes
    ]


def attended_rows(balance: Balance) -> list[BalanceRow]:
    """Return how many people of each helix were there, beside the targets."""
    return [
        BalanceRow(one.helix, one.attended, one.target, one.short_attended)
        for one in balance.helixes
    ]


def shortages(rows: list[BalanceRow]) -> Iterator[str]:
    """Return a sentence for each helix that is short: "Business: 1 short of 3"."""
    for row in rows:
        if row.short:
            yield str(
                _(
                    "%(helix)s: %(short)s short of %(target)s",
                    helix=label(row.helix),
                    short=row.short,
                    target=row.target,
                )
            )


def saved(changed: int) -> str:
    """Return how much was noted just now."""
    return str(
        ngettext("Noted for %(num)s person.", "Noted for %(num)s people.", changed)
        if changed
        else _("This was noted already.")
    )


def invited(number: int) -> str:
    """Return how many were put on the list just now."""
    return str(
        ngettext("%(num)s person invited.", "%(num)s people invited.", number)
        if number
        else _("They were invited already.")
    )


def told_of_change(number: int) -> str:
    """Return how many people will read of a change of time or place, and when."""
    return str(
        ngettext(
            "In 10 minutes %(num)s person gets a mail about the change. Until then you can still "
            "change it: only the last change is told.",
            "In 10 minutes %(num)s people get a mail about the change. Until then you can still "
            "change it: only the last change is told.",
            number,
        )
    )


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
NO_ANSWER = (News.CANCELLED, News.LEFT)


@dataclass(frozen=True, slots=True)
class Proposed:
    """Somebody whom an invited person would like to bring."""

    proposal: Proposal
    by: str
    known: dict[int, str]


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
    return [every, *(tab(label(one), one, everybody.count(one)) for one in AnswerGroup)]


def proposals(actor: Actor, everybody: Everybody) -> list[Proposed]:
    """Return the proposals that nobody decided about yet."""
    return [
        Proposed(proposal, by, known)
        for proposal, by, known in undecided(actor, everybody.design_session)
    ]


def steps(project: Project, everybody: Everybody) -> list[dict[str, object]]:
    """Return what to do, in order; for a session that is cancelled, whom to phone."""
    found = everybody.design_session
    address: dict[str, Any] = {"project_slug": project.slug, "session_id": found.id}
    first = _tell(found, url_for("sessions.calls", **address))
    if found.state is SessionState.CANCELLED:
        return first
    return [
        *first,
        {**_invite(everybody), "url": url_for("sessions.invite", **address)},
        {**_send(everybody), "url": url_for("sessions.invitations_to_send", **address)},
        {**_collect(everybody), "url": url_for("sessions.calls", **address)},
        {**_attend(everybody), "url": url_for("sessions.attendance", **address)},
    ]


def _tell(design_session: DesignSession, address: str) -> list[dict[str, object]]:
    number = len(untold(design_session))
    if not number:
        return []
    title, words = _("Phone who cannot be written to"), to_be_phoned(number)
    return [{"title": title, "text": words, "label": _("Call list"), "done": False, "url": address}]


def _invite(everybody: Everybody) -> dict[str, object]:
    number = everybody.invited
    words = ngettext("%(num)s person is invited.", "%(num)s people are invited.", number)
    nobody = _("Nobody is invited yet. Choose people from the register, by filter or by name.")
    title = _("Invite people")
    return {"title": title, "text": words if number else nobody, "label": title, "done": number > 0}


def _send(everybody: Everybody) -> dict[str, object]:
    number, somebody = without_invitation(everybody.design_session), everybody.invited
    waiting = waiting_invitations(everybody.design_session)
    words = _not_sent(number, waiting)
    title, rest = _("Send invitations"), _("Whoever is invited got an invitation.")
    if not somebody:
        rest = _("Who is on the list and may be written to gets a mail with a link to answer.")
    return {
        "title": title,
        "text": words or rest,
        "label": title,
        "done": everybody.design_session.has_begun() or bool(somebody and not words),
    }


def _not_sent(number: int, waiting: int) -> str:
    """Return how many have no invitation, and how many have one that has not left; else nothing."""
    none = ngettext(
        "%(num)s person did not get an invitation yet.",
        "%(num)s people did not get an invitation yet.",
        number,
    )
    some = ngettext(
        "%(num)s invitation waits to be sent.", "%(num)s invitations wait to be sent.", waiting
    )
    return " ".join(str(words) for words, told in ((none, number), (some, waiting)) if told)


def _collect(everybody: Everybody) -> dict[str, object]:
    number = everybody.count(AnswerGroup.NONE) + everybody.count(AnswerGroup.MAYBE)
    words = ngettext(
        "%(num)s person said neither yes nor no. Call them.",
        "%(num)s people said neither yes nor no. Call them.",
        number,
    )
    somebody, rest = everybody.invited, _("Everybody who is invited said yes or no.")
    if not somebody:
        rest = _("Here you follow who comes. Who does not answer can be called.")
    return {
        "title": _("Collect the answers"),
        "text": words if number else rest,
        "label": _("Call list"),
        "done": everybody.design_session.has_begun() or bool(somebody and not number),
    }


def _attend(everybody: Everybody) -> dict[str, object]:
    begun = everybody.design_session.has_begun()
    later = _("On the day itself you note who came, on one page and by keyboard.")
    now = _("The session has begun. Note who is there, walk-ins too.")
    title = _("Take attendance")
    return {
        "title": title,
        "text": now if begun else later,
        "label": title,
        "done": everybody.is_noted,
    }


def told(number: int) -> str:
    """Return how many people get a message of what was done just now."""
    return str(
        ngettext("%(num)s person gets a message.", "%(num)s people get a message.", number)
        if number
        else _("Nobody has to be told.")
    )


def to_be_invited(number: int) -> str:
    """Return how many people still need an invitation, and what to do."""
    return str(
        ngettext(
            "%(num)s person has no invitation yet, or it was taken back. Send it anew.",
            "%(num)s people have no invitation yet, or it was taken back. Send it anew.",
            number,
        )
    )


def to_be_phoned(number: int) -> str:
    """Return how many people do not know of what was done, as nobody may write to them."""
    return str(
        ngettext(
            "%(num)s person does not know of this and cannot be written to. The call list says "
            "why, and whom to phone.",
            "%(num)s people do not know of this and cannot be written to. The call list says why, "
            "and whom to phone.",
            number,
        )
    )


def flash_to_phone(design_session: DesignSession) -> None:
    """Say who has to be phoned after what was done just now, if anybody."""
    if number := len(untold(design_session)):
        flash(to_be_phoned(number), "warning")


def calls(listed: CallList) -> dict[str, Any]:
    """Return what the call list shows: who, what they are told, and what can come of a call."""
    return {
        "calls": listed.calls,
        "uncallable": listed.uncallable,
        "said": _said_of(listed.calls),
        "news": NEWS,
        "why": {
            one.invitation_id: status(one.untold.message) for one in listed.calls if one.untold
        },
        "to_tell": any(one.untold for one in listed.calls),
        "languages": named(one.language for one in listed.calls),
    }


def _said_of(calls: Iterable[Call]) -> dict[int, list[tuple[Said, str, str]]]:
    """Return by invitation what can come of a call: who hears that it is off answers nothing."""
    later = [one for one in SAID if one[0] not in ANSWERS]
    return {
        one.invitation_id: [
            *(later if one.untold and one.untold.news in NO_ANSWER else SAID),
            *([IS_TOLD] if one.untold else []),
        ]
        for one in calls
    }


def noted(said: Said, stands: Answer) -> str:
    """Return what was noted of a call; a name would stay behind in the browser."""
    if stands is Answer.WAITING:
        return str(_("All places are taken: noted on the waiting list."))
    words = next(words for one, words, _key in (*SAID, IS_TOLD) if one is said)
    return str(_("Noted: %(answer)s.", answer=words))


def noted_as(stands: Answer) -> str:
    """Return what was noted of an answer that somebody gave by phone or mail."""
    if stands is Answer.WAITING:
        return str(_("All places are taken: noted on the waiting list."))
    return str(_("Noted: %(answer)s.", answer=label(stands)))


def history(events: Iterable[AnswerEvent]) -> list[dict[str, str]]:
    """Return the changes of somebody's answer as a timeline draws them."""
    return [
        {"at": write_datetime(one.at), "title": str(label(one.after)), "text": str(label(one.by))}
        for one in events
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people need of one kind: how many, and in whose words."""

    kind: NeedKind
    words: list[tuple[str, str]]


def needs(actor: Actor, design_session: DesignSession) -> list[Wanted]:
    """Return what people need by kind, each with the name of who wrote it."""
    eyes, noted = shown_as(actor), answers.needs_of(design_session)
    written = [(need, eyes.name(invitation.person)) for need, invitation in noted]
    return [
        Wanted(kind, [(name, need.words) for need, name in written if need.kind is kind])
        for kind in NeedKind
    ]
