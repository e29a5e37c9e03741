"""How a feed is written for the calendar of a colleague."""

from crm.core import mail
from crm.core.i18n import _, in_language
from crm.design_sessions import calendars
from crm.design_sessions.calendars import Entry
from crm.design_sessions.models import SessionState
from crm.design_sessions.queries.feeds import Feed, FeedSession


def written(feed: Feed) -> bytes:
    """Return a feed as a calendar, in the language of whoever made it; no invited person in it."""
    with in_language(feed.account.locale):
        name = feed.project.name if feed.project else str(_("All my projects"))
        return calendars.feed(f"Kring – {name}", map(_entry, feed.sessions))


def _entry(one: FeedSession) -> Entry:
    found = one.design_session
    is_cancelled = found.state is SessionState.CANCELLED
    return Entry(
        uid=f"session-{found.id}@{calendars.domain()}",
        sequence=found.sequence,
        stamp=one.changed_at,
        # Some calendars show a cancelled session like any other.
        title=str(_("Cancelled: %(title)s", title=found.title)) if is_cancelled else found.title,
        place=found.place or found.link,
        zone=found.zone,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        is_cancelled=is_cancelled,
        link=mail.link(f"/projects/{one.project.slug}/sessions/{found.id}"),
        words=(one.project.name, _coming(one)),
    )


def _coming(one: FeedSession) -> str:
    places = one.design_session.capacity
    if places is None:
        return str(_("Said yes: %(accepted)s", accepted=one.accepted))
    return str(_("Said yes: %(accepted)s of %(places)s", accepted=one.accepted, places=places))
