"""How sessions are written for a reader: their times, and which helix is short."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_date, format_time, get_timezone

from crm.core.i18n import _, ngettext
from crm.design_sessions.balance import Balance
from crm.design_sessions.models import DesignSession
from crm.stakeholders.models import Helix
from crm.web.rendering import label


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
