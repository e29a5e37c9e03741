"""Replies: the list of what people wrote back, one of them, and what can be done with it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access, inbound_mail
from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.messages.policy import MessagePermission
from crm.messages.queries import replies as queries
from crm.messages.services import replies as services
from crm.projects.models import Project
from crm.web.gate import may
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("replies")
ALL = "/messages/replies"
ONE = f"{ALL}/<int:reply_id>"
READ, SEND = MessagePermission.READ, MessagePermission.SEND


@pages.get(ALL, requires=READ)
def replies(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show what people wrote back, the latest first."""
    asked, ways = request.args.get("show"), queries.Shown
    shown = next((way for way in ways if way.value == asked), ways.OPEN)
    found = page_of(queries.replies(shown), request.args.get("page", 1, type=int))
    return page(
        "messages/replies.html",
        found=found,
        names=queries.names(actor, found.items),
        shown=shown,
        ways=list(ways),
        open_count=queries.open_count(),
    )


@pages.get(ONE, requires=READ)
def reply(actor: Actor, _project: Project, reply_id: int) -> ResponseReturnValue:
    """Show one reply."""
    found = queries.reply(reply_id)
    access.note(access.Access("messages.reply", READ.value, found.person_id))
    name = queries.names(actor, [found]).get(found.person_id or 0, "")
    about = inbound_mail.title(found.about_id) if found.about_id else ""
    return page("messages/reply.html", one=found, name=name, about=about, may_send=may(SEND))


@pages.post(f"{ONE}/close", requires=SEND)
def close(actor: Actor, project: Project, reply_id: int) -> ResponseReturnValue:
    """Note that nothing is left to do about a reply."""
    services.close(actor, queries.reply(reply_id))
    flash(_("The reply is closed."), "success")
    return redirect(url_for("replies.replies", project_slug=project.slug), 303)


@pages.post(f"{ONE}/reopen", requires=SEND)
def reopen(actor: Actor, project: Project, reply_id: int) -> ResponseReturnValue:
    """Put a reply among those to read again."""
    services.reopen(actor, queries.reply(reply_id))
    flash(_("The reply is open again."), "success")
    here = url_for("replies.reply", project_slug=project.slug, reply_id=reply_id)
    return redirect(here, 303)


@pages.post(f"{ONE}/take", requires=SEND)
def take(actor: Actor, project: Project, reply_id: int) -> ResponseReturnValue:
    """Let what a calendar answered count after all."""
    services.take(actor, queries.reply(reply_id))
    flash(_("The answer is taken, and the reply is closed."), "success")
    return redirect(url_for("replies.replies", project_slug=project.slug), 303)
