"""The conditions on persons that sessions add: who was there, was invited, and said what."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select

from crm.core.conditions import (
    Audience,
    BoundValues,
    ConditionKind,
    ConditionRefused,
    Day,
    Phrase,
    Pick,
    one_of,
)
from crm.core.db import session
from crm.core.i18n import LazyString, _l, written_day
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    GONE,
    Answer,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
)
from crm.stakeholders.models import Person

SINCE = Day("since", _l("From (empty: ever)"))
UNTIL = Day("until", _l("Until (empty: ever)"))


def _sessions(_actor: Actor) -> Iterable[tuple[str, str]]:
    columns = DesignSession.id, DesignSession.title, DesignSession.starts_local
    statement = select(*columns).order_by(DesignSession.starts_at.desc(), DesignSession.id)
    return [(str(key), _called(title, at)) for key, title, at in session().execute(statement)]


def _title(_actor: Actor, key: str) -> str | None:
    columns = DesignSession.title, DesignSession.starts_local
    row = session().execute(select(*columns).where(DesignSession.id == int(key))).one_or_none()
    return _called(*row) if row else None


def _called(title: str, starts: str) -> str:
    return f"{title} ({written_day(date.fromisoformat(starts[:10]))})"


def _of_sessions(
    given: BoundValues, model: type[Attendance | Invitation], *held: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Return the condition for persons of one session, of those in a period, or of any."""
    if given.text("session"):
        here = model.design_session_id == given.number("session")
        return Person.id.in_(select(model.person_id).where(here, *held))
    # For each person anew: gathering all who ever came costs more than a page of people.
    found = select(model.id).where(model.person_id == Person.id, *held)
    since, until = given.on("since"), given.on("until")
    if since is None and until is None:
        return found.exists()
    days = []
    # Local times are kept as ISO 8601 writes them, so they sort as text.
    if since is not None:
        days.append(DesignSession.starts_local >= since.isoformat())
    if until is not None:
        days.append(DesignSession.starts_local < (until + timedelta(days=1)).isoformat())
    return found.where(model.design_session_id.in_(select(DesignSession.id).where(*days))).exists()


def _answered(given: BoundValues) -> ColumnElement[bool]:
    said = select(Invitation.person_id).where(
        Invitation.design_session_id == given.number("session"),
        Invitation.answer == Answer(given.text("answer")),
    )
    return Person.id.in_(said)


def _one_or_period(given: BoundValues) -> None:
    since, until = given.on("since"), given.on("until")
    if given.text("session") and (since or until):
        message = _l("Choose a session or a period, not both.")
        raise ConditionRefused(message, field="session")
    if since and until and until < since:
        raise ConditionRefused(_l("The period ends before it starts."), field="until")


def _in_words(*phrases: tuple[LazyString, LazyString]) -> Callable[[BoundValues], Phrase]:
    """Return what says it of a session, of a period, since a day, until a day, and of any."""
    named, between, since, until, ever = (Phrase(*phrase) for phrase in phrases)

    def says(given: BoundValues) -> Phrase:
        if given.text("session"):
            return named
        if given.text("since"):
            return between if given.text("until") else since
        return until if given.text("until") else ever

    return says


def _session(label: LazyString, *, is_required: bool = False) -> Pick:
    return Pick("session", label, _sessions, _title, is_required=is_required)


CONDITIONS = (
    ConditionKind(
        "attended",
        _l("Was at a session"),
        holds=lambda given: _of_sessions(
            given, Attendance, Attendance.status == AttendanceStatus.PRESENT
        ),
        says=_in_words(
            (_l("was at %(session)s"), _l("was not at %(session)s")),
            (
                _l("was at a session from %(since)s until %(until)s"),
                _l("was at no session from %(since)s until %(until)s"),
            ),
            (
                _l("was at a session on %(since)s or later"),
                _l("was at no session on %(since)s or later"),
            ),
            (
                _l("was at a session on %(until)s or before"),
                _l("was at no session on %(until)s or before"),
            ),
            (_l("was ever at a session"), _l("was never at a session")),
        ),
        parameters=(_session(_l("Session (empty: any)")), SINCE, UNTIL),
        told=Audience.EVERYBODY,
        check=_one_or_period,
    ),
    ConditionKind(
        "invited",
        _l("Was invited to a session"),
        holds=lambda given: _of_sessions(given, Invitation, Invitation.answer.not_in(GONE)),
        says=_in_words(
            (_l("is invited to %(session)s"), _l("is not invited to %(session)s")),
            (
                _l("is invited to a session from %(since)s until %(until)s"),
                _l("is invited to no session from %(since)s until %(until)s"),
            ),
            (
                _l("is invited to a session on %(since)s or later"),
                _l("is invited to no session on %(since)s or later"),
            ),
            (
                _l("was invited to a session on %(until)s or before"),
                _l("was invited to no session on %(until)s or before"),
            ),
            (_l("was ever invited to a session"), _l("was never invited to a session")),
        ),
        parameters=(_session(_l("Session (empty: any)")), SINCE, UNTIL),
        told=Audience.EVERYBODY,
        check=_one_or_period,
    ),
    ConditionKind(
        "answered",
        _l("Answered an invitation"),
        holds=_answered,
        says=lambda _given: Phrase(
            _l("answer to %(session)s is “%(answer)s”"),
            _l("answer to %(session)s is not “%(answer)s”"),
        ),
        parameters=(
            _session(_l("Session"), is_required=True),
            one_of("answer", _l("Answer"), Answer),
        ),
        told=Audience.EVERYBODY,
    ),
)
