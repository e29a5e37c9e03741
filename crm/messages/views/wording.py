"""How batches and messages are written for a planner."""

from typing import Any

from babel import Locale, UnknownLocaleError
from flask import request, url_for
from flask_babel import get_locale

from crm.core import clock
from crm.core.i18n import _, ngettext
from crm.core.mail import Purpose, settings
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.messages.models import MessageBatch, OutboxMessage
from crm.messages.queries import addressing, outbox, reach
from crm.messages.queries import batches as queries
from crm.messages.queries.addressing import Selection
from crm.messages.queries.reach import Reach
from crm.messages.rules import progress
from crm.messages.rules.progress import Phase, Progress, Status
from crm.messages.rules.server import server
from crm.projects.models import Project
from crm.stakeholders.rules.visibility import shown_as
from crm.web.rendering import label, write_datetime

# New passwords and addresses are asked for outside of any project.
_OF_ONESELF = frozenset({Purpose.RESET, Purpose.ADDRESS})
PURPOSES: tuple[Purpose, ...] = tuple(purpose for purpose in Purpose if purpose not in _OF_ONESELF)
SLUGS: dict[Purpose, str] = {purpose: purpose.value.replace("_", "-") for purpose in PURPOSES}


def language_name(code: str) -> str:
    """Return the name of a language in that of the reader."""
    # Any code may stand in the register: it is shown as it was typed rather than refused.
    try:
        name = Locale.parse(code).get_display_name(get_locale())
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


def status(message: OutboxMessage) -> str:
    """Return where a message stands, with until when it is tried again or why it was not sent."""
    found = progress.status_of_message(message)
    if found is Status.TRYING_AGAIN:
        last = message.queued_at + progress.GIVEN_UP
        until = write_datetime(min(last, message.send_not_after or last))
        return str(_("Mailbox refuses for now – trying again until %(when)s", when=until))
    if found is Status.FAILED and progress.was_refused_for_now(message):
        return str(_("Mailbox kept refusing – given up"))
    if found is Status.WITHHELD and message.reason:
        return str(_("Not sent (%(reason)s)", reason=label(message.reason)))
    return str(label(found))


def shown(project: Project, batch: MessageBatch) -> dict[str, Any]:
    """Return what the progress of a batch needs: its phase, numbers, sentences."""
    counted = queries.progress_of([batch])[batch.id]
    stands, silent = progress.phase_of(batch, counted, clock.now()), silence(project)
    # A server that is silent sends nothing: no moment is promised.
    goes = stands in {Phase.SENDING, Phase.SCHEDULED} and not silent
    end = outbox.expected_end(batch) if goes else None
    sentences = {
        Phase.SCHEDULED: _("Scheduled for %(when)s.", when=write_datetime(batch.not_before)),
        Phase.SENDING: _("Sending."),
        Phase.PAUSED: _("Paused. What waits is held until you resume."),
        Phase.FINISHED: _("Finished: nothing waits any more."),
        Phase.CANCELLED: _("Cancelled."),
    }
    if batch.pause_reason:
        sentences[Phase.PAUSED] = _("Paused: %(reason)s", reason=batch.pause_reason)
    if counted.left:
        sentences[Phase.CANCELLED] = _("Cancelled. What was under way already is finished.")
    return {
        "batch": batch,
        "counted": counted,
        "stands": stands,
        "sentence": sentences[stands],
        "end": _("Done at about %(when)s.", when=write_datetime(end)) if end else "",
        "silence": silent,
    }


def delivery(project: Project) -> dict[str, Any]:
    """Return what must be known of how mail goes: to files, held up, or to a silent server."""
    workers = outbox.workers()
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
    return " ".join(str(sentence) for sentence in (words, when, rest, said) if sentence)


def to_files(project: Project) -> bool:
    """Whether messages of a project are written to files, and not sent."""
    return not settings().server or project.is_demo


def rows(batches: list[MessageBatch]) -> list[tuple[MessageBatch, Progress, Phase]]:
    """Return batches with how far they are and where they stand."""
    counted, now = queries.progress_of(batches), clock.now()
    return [
        (batch, counted[batch.id], progress.phase_of(batch, counted[batch.id], now))
        for batch in batches
    ]


def cancelled(number: int) -> str:
    """Return how many messages are stopped."""
    return str(ngettext("%(num)s message is cancelled.", "%(num)s messages are cancelled.", number))


def deliveries(message: OutboxMessage) -> list[dict[str, str]]:
    """Return what happened to a message on its way, as a timeline draws it, newest first."""
    return [
        {
            "at": write_datetime(event.at),
            "title": str(label(event.kind)),
            "text": " ".join(filter(None, (str(event.code or ""), event.enhanced, event.text))),
        }
        for event in reversed(queries.deliveries_of(message))
    ]


def selection(actor: Actor, project: Project, chosen: Selection) -> dict[str, Any]:
    """Return what a page says of who gets a message and who does not, all of them at hand."""
    names = addressing.shown(actor, chosen)
    return {
        "names": names,
        "number": len(chosen.to),
        "to": [names[found.person.id] for found in chosen.to],
        "without": [(names[found.person.id], found.reason) for found in chosen.without],
        "doubles_of": [[names[found.person.id] for found in group] for group in chosen.doubles],
        **_around(project, chosen.purpose, chosen.languages, chosen.lacking()),
    }


def reached(actor: Actor, project: Project, found: Reach) -> dict[str, Any]:
    """Return what a page says of who gets a message and who does not, a page of each."""
    eyes, asked = shown_as(actor), request.args
    to = page_of(found.to, asked.get("page", 1, type=int), known_total=found.number)
    others = page_of(
        found.others, asked.get("others", 1, type=int), known_total=found.total - found.number
    )
    reasons = {missed.person.id: missed.reason for missed in found.aim.judge(others.items).without}
    return {
        "number": found.number,
        "listed": to,
        "to": [eyes.brief(person) for person in to.items],
        "others": others,
        "without": [(eyes.brief(person), reasons.get(person.id)) for person in others.items],
        "doubles_of": [[eyes.brief(person) for person in group] for group in reach.doubles(found)],
        **_around(project, found.aim.purpose, found.languages, found.lacking()),
    }


def _around(
    project: Project, purpose: Purpose, languages: list[tuple[str, int]], lacking: list[str]
) -> dict[str, Any]:
    slug = SLUGS[purpose]
    editors = [
        url_for("mail_words.edit", project_slug=project.slug, purpose=slug, language=code)
        for code in lacking
    ]
    number = sum(number for _code, number in languages)
    # A server that is silent sends nothing: no moment is promised.
    end = None if silence(project) else outbox.end_of(outbox.waiting() + number)
    return {
        "languages": [(language_name(code), number) for code, number in languages],
        "lacking": list(zip(map(language_name, lacking), editors, strict=True)),
        "zone": clock.zone(),
        "end": write_datetime(end) if end else "",
        **delivery(project),
    }
