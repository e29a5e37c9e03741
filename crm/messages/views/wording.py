"""How batches and messages are written for a planner."""

from typing import Any

from flask import request, url_for

from crm.core import clock
from crm.core.i18n import _, ngettext
from crm.core.mail import Purpose, settings
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.messages import progress
from crm.messages.delivery.server import server
from crm.messages.models import MessageBatch, OutboxMessage
from crm.messages.progress import Phase, Progress, Status
from crm.messages.queries import addressing, outbox, reach
from crm.messages.queries import batches as queries
from crm.messages.queries.addressing import Selection
from crm.messages.queries.reach import Reach
from crm.messages.views.wording_of_templates import SLUGS, language_name
from crm.projects.models import Project
from crm.stakeholders.visibility import shown_as
from crm.web.rendering import label, write_datetime


def status(message: OutboxMessage) -> str:
    """Return where a message stands, with until when it is tried again or why it was not sent."""
    found = progress.status_of(
        message.state, tried=message.attempts > 0, finished=message.finished_at is not None
    )
    if found is Status.TRYING_AGAIN:
        until = write_datetime(progress.given_up_at(message))
        return str(_("Mailbox refuses for now – trying again until %(when)s", when=until))
    if found is Status.FAILED and progress.was_refused_for_now(message):
        return str(_("Mailbox kept refusing – given up"))
    if found is Status.WITHHELD and message.reason:
        return str(_("Not sent (%(reason)s)", reason=label(message.reason)))
    return str(label(found))


def phase(batch: MessageBatch, stands: Phase, counted: Progress) -> str:
    """Return where a batch stands as a sentence."""
    if stands is Phase.SCHEDULED:
        return str(_("Scheduled for %(when)s.", when=write_datetime(batch.not_before)))
    if stands is Phase.PAUSED and batch.pause_reason:
        return str(_("Paused: %(reason)s", reason=batch.pause_reason))
    if stands is Phase.CANCELLED and counted.left:
        return str(_("Cancelled. What was under way already is finished."))
    return str(_SENTENCES[stands]())


def expected_end(project: Project, batch: MessageBatch, stands: Phase) -> str:
    """Return when the last message will have gone, as far as can be told; else why it cannot."""
    if stands not in {Phase.SENDING, Phase.SCHEDULED}:
        return ""
    if silent := silence(project):
        return silent
    end = queries.expected_end(batch)
    return str(_("Done at about %(when)s.", when=write_datetime(end))) if end else ""


def shown(project: Project, batch: MessageBatch) -> dict[str, Any]:
    """Return what the progress of a batch needs: its phase, numbers, sentences."""
    counted = queries.progress_of([batch])[batch.id]
    stands = progress.phase_of(batch, counted, clock.now())
    return {
        "batch": batch,
        "counted": counted,
        "stands": stands,
        "sentence": phase(batch, stands, counted),
        "end": expected_end(project, batch, stands),
    }


def delivery(project: Project) -> dict[str, Any]:
    """Return what must be known of how mail goes: to files, held up, or to a silent server."""
    workers = queries.workers()
    return {
        "to_files": to_files(project),
        "held_up": workers.has_due and not workers.is_alive,
        "silence": silence(project),
    }


def silence(project: Project) -> str:
    """Return that the mail server does not answer, since when, and when it is tried again."""
    if to_files(project):
        return ""
    found = outbox.silence(server(settings().server).name)
    if found is None:
        return ""
    since = write_datetime(found.since)
    when = (
        _("It is tried again at %(when)s.", when=write_datetime(found.again_at))
        if found.again_at
        else _("It is being tried again.")
    )
    words = _("The mail server has taken no messages since %(since)s.", since=since)
    rest = _("Nothing is lost: what waits goes as soon as it does.")
    said = _("Its last words: %(words)s", words=found.said) if found.said else ""
    return " ".join(str(one) for one in (words, when, rest, said) if one)


def to_files(project: Project) -> bool:
    """Whether messages of a project are written to files, and not sent."""
    return not settings().server or project.is_demo


def rows(batches: list[MessageBatch]) -> list[tuple[MessageBatch, Progress, Phase]]:
    """Return batches with how far they are and where they stand."""
    counted, now = queries.progress_of(batches), clock.now()
    return [(one, counted[one.id], progress.phase_of(one, counted[one.id], now)) for one in batches]


def cancelled(number: int) -> str:
    """Return how many messages are stopped."""
    return str(ngettext("%(num)s message is cancelled.", "%(num)s messages are cancelled.", number))


def deliveries(message: OutboxMessage) -> list[dict[str, str]]:
    """Return what happened to a message on its way, as a timeline draws it, newest first."""
    return [
        {
            "at": write_datetime(one.at),
            "title": str(label(one.kind)),
            "text": " ".join(filter(None, (str(one.code or ""), one.enhanced, one.text))),
        }
        for one in reversed(queries.deliveries_of(message))
    ]


_SENTENCES = {
    Phase.SENDING: lambda: _("Sending."),
    Phase.PAUSED: lambda: _("Paused. What waits is held until you resume."),
    Phase.FINISHED: lambda: _("Finished: nothing waits any more."),
    Phase.CANCELLED: lambda: _("Cancelled."),
    Phase.SCHEDULED: lambda: _("Scheduled."),
}


def selection(actor: Actor, project: Project, chosen: Selection) -> dict[str, Any]:
    """Return what a page says of who gets a message and who does not, all of them at hand."""
    names = addressing.shown(actor, chosen)
    return {
        "names": names,
        "number": len(chosen.to),
        "to": [names[one.person.id] for one in chosen.to],
        "without": [(names[one.person.id], one.reason) for one in chosen.without],
        "doubles_of": [[names[one.person.id] for one in group] for group in chosen.doubles],
        **_around(project, chosen.purpose, chosen.languages, chosen.lacking()),
    }


def reached(actor: Actor, project: Project, found: Reach) -> dict[str, Any]:
    """Return what a page says of who gets a message and who does not, a page of each."""
    eyes, asked = shown_as(actor), request.args
    to = page_of(found.to, asked.get("page", 1, type=int), known_total=found.number)
    others = page_of(
        found.others, asked.get("others", 1, type=int), known_total=found.total - found.number
    )
    reasons = {one.person.id: one.reason for one in found.aim.judge(others.items).without}
    return {
        "number": found.number,
        "listed": to,
        "to": [eyes.brief(one) for one in to.items],
        "others": others,
        "without": [(eyes.brief(one), reasons.get(one.id)) for one in others.items],
        "doubles_of": [[eyes.brief(one) for one in group] for group in reach.doubles(found)],
        **_around(project, found.aim.purpose, found.languages, found.lacking()),
    }


def _around(
    project: Project, purpose: Purpose, languages: list[tuple[str, int]], lacking: list[str]
) -> dict[str, Any]:
    return {
        "languages": [(language_name(code), number) for code, number in languages],
        "lacking": [(language_name(code), _editor(project, purpose, code)) for code in lacking],
        "zone": clock.zone(),
        "end": sent_now_ends(project, sum(number for _code, number in languages)),
        **delivery(project),
    }


def sent_now_ends(project: Project, number: int) -> str:
    """Return about when the last of so many more messages would have gone, sent now."""
    if silence(project):
        return ""
    end = queries.end_of(queries.waiting() + number)
    return write_datetime(end) if end else ""


def _editor(project: Project, purpose: Purpose, language: str) -> str:
    slug = SLUGS[purpose]
    return url_for("mail_words.edit", project_slug=project.slug, purpose=slug, language=language)
