"""Calendars: an item to save, a feed to subscribe to, and the page where feeds are made."""

from dataclasses import replace
from datetime import datetime

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import clock, mail
from crm.core.errors import NotFound
from crm.core.i18n import _, in_language
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, SessionState
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, sessions
from crm.design_sessions.queries.sessions import FeedSession
from crm.design_sessions.rules import calendars, links
from crm.design_sessions.rules.calendars import Entry
from crm.design_sessions.services import planning
from crm.design_sessions.views.routes import pages
from crm.projects.models import Project
from crm.web.pages import Pages
from crm.web.personal_pages import UNKNOWN_LINKS
from crm.web.rendering import page
from crm.web.security import address_key, count_use

# Programs fetch these by themselves: they sign in nowhere, and the address is the key.
calendar_pages = Pages("calendars", in_project=False)
CALENDAR = "text/calendar; charset=utf-8"
ALL = "all"


@calendar_pages.get("/f/<token>.ics", requires=SessionPermission.ANSWER)
def feed(_actor: Actor, token: str) -> ResponseReturnValue:
    """Answer a calendar that subscribed; who knows the address may read."""
    try:
        found = sessions.feed_by_link(token)
    except NotFound:
        return _no_such_link()
    # Its reader is a program, which asks in no language: it is that of whoever made the feed.
    with in_language(found.account.locale):
        name = found.project.name if found.project else _("All my projects")
        written = calendars.feed(f"Kring – {name}", map(_feed_entry, found.sessions))
    return _calendar(written, changed_at=found.changed_at)


@calendar_pages.get("/c/<token>.ics", requires=SessionPermission.ANSWER)
def item(_actor: Actor, token: str) -> ResponseReturnValue:
    """Let an invited person save the session in their calendar."""
    try:
        found = answers.invitation_by_link(token, links.CALENDAR)
    except NotFound:
        return _no_such_link()
    planned = found.design_session
    # The item that is mailed too, without guest and personal link: whoever gets hold of this file
    # learns no address, and cannot answer for somebody.
    entry = calendars.entry(
        planned,
        uid=calendars.uid(found.calendar_id),
        sequence=max(planned.sequence, found.calendar_sequence),
        stamp=clock.now(),
    )
    is_certain = found.answer is Answer.YES
    answer = _calendar(calendars.published(replace(entry, is_certain=is_certain)), changed_at=None)
    answer.headers["Content-Disposition"] = 'attachment; filename="kring.ics"'
    return answer


@pages.get("/sessions/calendar", requires=SessionPermission.READ)
def calendar(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the addresses of one's own feeds, to take over in a calendar."""
    own, of_all = sessions.feeds_of(actor, project)
    return page(
        "design_sessions/calendar.html",
        own_link=links.feed_link(own) if own else "",
        all_link=links.feed_link(of_all) if of_all else "",
    )


@pages.post("/sessions/calendar", requires=SessionPermission.READ)
def make_feed(actor: Actor, project: Project) -> ResponseReturnValue:
    """Make a feed of this project, or of all one's projects."""
    planning.make_feed(actor, project, of_all=_of_all())
    return _to_calendar(project, _("The link is made. Copy it to your calendar."))


@pages.post("/sessions/calendar/renew", requires=SessionPermission.READ)
def renew_feed(actor: Actor, project: Project) -> ResponseReturnValue:
    """Give a feed a new address."""
    planning.renew_feed(actor, project, of_all=_of_all())
    return _to_calendar(project, _("The link is new. The old one does not work any more."))


@pages.post("/sessions/calendar/end", requires=SessionPermission.READ)
def end_feed(actor: Actor, project: Project) -> ResponseReturnValue:
    """End a feed."""
    planning.end_feed(actor, project, of_all=_of_all())
    return _to_calendar(project, _("The link has ended."))


def _of_all() -> bool:
    return request.form.get("of") == ALL


def _to_calendar(project: Project, done: str) -> ResponseReturnValue:
    flash(done, "success")
    return redirect(url_for("sessions.calendar", project_slug=project.slug), 303)


def _calendar(data: bytes, *, changed_at: datetime | None) -> Response:
    """Return a calendar, or nothing new where the reader has it already."""
    response = Response(data, content_type=CALENDAR)
    response.headers.update(
        {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex, nofollow"}
    )
    response.last_modified = changed_at
    # Only its content tells: what is left out, such as a project that was lost, has no later date.
    response.add_etag()
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304
        response.set_data(b"")
    return response


def _no_such_link() -> Response:
    # Counted by the address it comes from, as whoever guesses links tries many of them.
    count_use(UNKNOWN_LINKS, "unknown links", address_key())
    return Response(status=404, mimetype="text/plain")


def _feed_entry(listed: FeedSession) -> Entry:
    # How many said yes, and no name: whoever has the address of a feed can read it.
    found, accepted = listed.design_session, listed.accepted
    is_cancelled = found.state is SessionState.CANCELLED
    if found.capacity is None:
        coming = _("Said yes: %(accepted)s", accepted=accepted)
    else:
        places = found.capacity
        coming = _("Said yes: %(accepted)s of %(places)s", accepted=accepted, places=places)
    return Entry(
        # Never that of an invitation: one's own item and the feed may stand in one calendar.
        uid=calendars.uid(f"session-{found.id}"),
        sequence=found.sequence,
        stamp=listed.changed_at,
        # Some calendars show a cancelled session like any other.
        title=_("Cancelled: %(title)s", title=found.title) if is_cancelled else found.title,
        place=found.place or found.link,
        zone=found.zone,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        is_cancelled=is_cancelled,
        link=mail.link(f"/projects/{listed.project.slug}/sessions/{found.id}"),
        words=(listed.project.name, coming),
    )
