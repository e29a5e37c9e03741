"""Batches: the list of them, one with its progress, and what can be done with it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.messages.forms import StatusFilterForm
from crm.messages.models import OutboxMessage
from crm.messages.policy import MessagePermission
from crm.messages.queries import batches as queries
from crm.messages.queries import replies
from crm.messages.services import batches as services
from crm.messages.services import outbox
from crm.messages.views import wording
from crm.projects.models import Project
from crm.web.downloads import csv_file, excel_file
from crm.web.gate import may
from crm.web.pages import Pages
from crm.web.rendering import page, write_datetime

pages = Pages("messages")
ONE = "/messages/<int:batch_id>"
OF_ONE = f"{ONE}/recipients/<int:message_id>"
READ, SEND = MessagePermission.READ, MessagePermission.SEND
Table = tuple[str, list[str], list[list[object]]]


@pages.get("/messages", requires=READ)
def batches(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Show what was sent to many people at once, the latest first."""
    found = page_of(queries.batches(), request.args.get("page", 1, type=int))
    rows, mail = wording.rows(found.items), wording.delivery(project)
    return page(
        "messages/batches.html",
        found=found,
        rows=rows,
        may_send=may(SEND),
        replies=replies.open_count(),
        **mail,
    )


@pages.get(ONE, requires=READ)
def batch(actor: Actor, project: Project, batch_id: int) -> ResponseReturnValue:
    """Show one batch: how far it is, and where the message of each recipient stands."""
    found, form = queries.batch(batch_id), StatusFilterForm(request.args)
    messages = queries.messages_of(found, form.chosen())
    listed = page_of(messages, request.args.get("page", 1, type=int))
    return page(
        "messages/batch.html",
        form=form,
        listed=listed,
        rows=_rows(actor, listed.items),
        may_send=may(SEND),
        **{**wording.delivery(project), **wording.shown(project, found)},
    )


@pages.get(f"{ONE}/progress", requires=READ)
def batch_progress(_actor: Actor, project: Project, batch_id: int) -> ResponseReturnValue:
    """Show only how far a batch is, for a page that stays open."""
    shown = wording.shown(project, queries.batch(batch_id))
    return page("messages/_progress.html", may_send=may(SEND), **shown)


@pages.post(f"{ONE}/pause", requires=SEND)
def pause(actor: Actor, project: Project, batch_id: int) -> ResponseReturnValue:
    """Hold what waits."""
    services.pause(actor, queries.batch(batch_id))
    flash(_("The batch is paused."), "success")
    return _to(project, batch_id)


@pages.post(f"{ONE}/resume", requires=SEND)
def resume(actor: Actor, project: Project, batch_id: int) -> ResponseReturnValue:
    """Let what waits go again."""
    services.resume(actor, queries.batch(batch_id))
    flash(_("The batch goes on."), "success")
    return _to(project, batch_id)


@pages.post(f"{ONE}/cancel", requires=SEND)
def cancel(actor: Actor, project: Project, batch_id: int) -> ResponseReturnValue:
    """Send nothing more of a batch."""
    number = services.cancel(actor, queries.batch(batch_id))
    flash(wording.cancelled(number), "success")
    return _to(project, batch_id)


@pages.get(OF_ONE, requires=READ)
def message(actor: Actor, _project: Project, batch_id: int, message_id: int) -> ResponseReturnValue:
    """Show what happened to the message of one recipient on its way."""
    found = queries.batch(batch_id)
    chosen = queries.message_of(found, message_id)
    return page(
        "messages/batch_message.html",
        batch=found,
        row=_rows(actor, [chosen])[0],
        events=wording.deliveries(chosen),
        may_send=may(SEND),
    )


@pages.post(f"{OF_ONE}/send-again", requires=SEND)
def send_again(
    actor: Actor, project: Project, batch_id: int, message_id: int
) -> ResponseReturnValue:
    """Send a message again of which nobody knows whether it arrived."""
    outbox.send_again(actor, queries.message_of(queries.batch(batch_id), message_id))
    flash(_("The message is sent again."), "success")
    return _to(project, batch_id)


@pages.post(f"{OF_ONE}/leave", requires=SEND)
def leave(actor: Actor, project: Project, batch_id: int, message_id: int) -> ResponseReturnValue:
    """Leave a message of which nobody knows whether it arrived."""
    outbox.leave(actor, queries.message_of(queries.batch(batch_id), message_id))
    flash(_("The message is left as it is."), "success")
    return _to(project, batch_id)


@pages.get(f"{ONE}/recipients.csv", requires=READ)
def recipients_csv(actor: Actor, project: Project, batch_id: int) -> ResponseReturnValue:
    """Download the recipients of a batch as CSV, without addresses."""
    return csv_file(*_file(actor, project, batch_id))


@pages.get(f"{ONE}/recipients.xlsx", requires=READ)
def recipients_excel(actor: Actor, project: Project, batch_id: int) -> ResponseReturnValue:
    """Download the recipients of a batch as a workbook, without addresses."""
    return excel_file(*_file(actor, project, batch_id))


def _rows(actor: Actor, messages: list[OutboxMessage]) -> list[tuple[queries.Recipient, str]]:
    found = queries.recipients(actor, messages)
    return [(recipient, wording.status(recipient.message)) for recipient in found]


def _file(actor: Actor, project: Project, batch_id: int) -> Table:
    found = queries.batch(batch_id)
    access.note(access.Access("messages.recipients", READ.value, found.id))
    chosen = StatusFilterForm(request.args).chosen()
    headings = [_("Name"), _("State"), _("Language"), _("Last changed")]
    rows: list[list[object]] = [
        [
            recipient.shown.list_name if recipient.shown else _("Removed since"),
            wording.status(recipient.message),
            recipient.message.language,
            write_datetime(recipient.message.finished_at),
        ]
        for recipient in queries.all_recipients(actor, found, chosen)
    ]
    return "-".join((project.slug, _("messages"), str(found.id))), headings, rows


def _to(project: Project, batch_id: int) -> ResponseReturnValue:
    return redirect(url_for("messages.batch", project_slug=project.slug, batch_id=batch_id), 303)
