"""The figures of a network: at once where it is small, kept and worked out apart where not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from crm.core import clock
from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession
from crm.networks import measures
from crm.networks.graph import StakeholderGraph
from crm.networks.measures import Arrays, Figures, arrays_of
from crm.networks.measures.serialisation import digest, unpacked
from crm.networks.memory import Memory
from crm.networks.models import KeptFigures
from crm.networks.queries.network_views import Look, allowed, look, state_of
from crm.networks.selection import Selection
from crm.stakeholders.models import Helix

# Points times ties up to which all figures take well below a second: as of 1,000 people.
AT_ONCE = 8_000_000
# Shortest ways by strength are about as many times as slow.
SLOWER_BY_STRENGTH = 6
# Whoever waits longer without hearing how far it is may ask again: the worker that had it is gone.
GIVEN_UP = timedelta(minutes=10)

_subjects = Memory(12)
_figures = Memory(24)


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What figures are worked out from.

    :param selection: what was asked for and may be, without what leaves lines out of the picture
    :param graph: every tie of the network
    :param gatherings: how many of each helix were at each session
    :param digest: the same for the same, whatever else changed in the project
    """

    selection: Selection
    graph: StakeholderGraph
    network: Arrays
    gatherings: tuple[tuple[int, ...], ...]
    by_strength: bool
    digest: str

    @property
    def has_two_modes(self) -> bool:
        """Whether its points are people and the sessions they came to."""
        return self.network.second is not None

    @property
    def is_large(self) -> bool:
        """Whether its figures take longer than a page may."""
        work = self.network.count * self.network.ties
        return work * (SLOWER_BY_STRENGTH if self.by_strength else 1) > AT_ONCE

    def work_out(self, on_progress: measures.OnProgress = measures.no_progress) -> Figures:
        """Return all figures; `on_progress` hears how far it is."""
        return measures.figures(
            self.network, self.gatherings, by_strength=self.by_strength, on_progress=on_progress
        )


@dataclass(frozen=True, slots=True)
class Going:
    """How far figures are that somebody asked for: points looked at, of all points."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Measured:
    """
    A network as one actor sees it, with its figures.

    :param figures: none where the network is large and they are not worked out yet
    :param going: how far they are, where somebody has asked for them
    """

    seen: Look
    subject: Subject
    figures: Figures | None
    going: Going | None


def measured(
    actor: Actor, project_id: int, selection: Selection, *, by_strength: bool = False
) -> Measured:
    """Return the figures of the network of the project in scope; never long to wait for."""
    seen = look(actor, project_id, selection)
    about = subject(actor, project_id, selection, by_strength=by_strength)
    if not about.is_large:
        return Measured(seen, about, _figures.get(about.digest, about.work_out), None)
    kept = session().execute(_kept(about.digest)).one_or_none()
    if kept is None:
        return Measured(seen, about, None, None)
    if kept.finished_at is not None:
        found = _figures.get(about.digest, lambda: unpacked(_values(kept.id)))
        return Measured(seen, about, found, None)
    given_up = kept.asked_at < clock.now() - GIVEN_UP
    going = None if given_up else Going(kept.done, kept.total)
    return Measured(seen, about, None, going)


def subject(actor: Actor, project_id: int, selection: Selection, *, by_strength: bool) -> Subject:
    """Return what the figures of a selection are worked out from."""
    selection = allowed(actor, selection)
    state = state_of(project_id, selection.network)

    def made() -> Subject:
        graph = look(actor, project_id, selection).whole
        network, gatherings = arrays_of(graph), _gatherings(selection)
        mark = digest(network, gatherings, by_strength=by_strength)
        return Subject(selection.network, graph, network, gatherings, by_strength, mark)

    return _subjects.get((state, by_strength), made)


def are_kept(about: Subject) -> bool:
    """Whether the figures of a network are worked out already."""
    kept = session().execute(_kept(about.digest)).one_or_none()
    return kept is not None and kept.finished_at is not None


def forget_figures() -> None:
    """Give up the figures that this process keeps."""
    _subjects.clear()
    _figures.clear()


def _kept(mark: str) -> Select[int, int, int, datetime, datetime | None]:
    row = KeptFigures
    return select(row.id, row.done, row.total, row.asked_at, row.finished_at).where(
        row.digest == mark
    )


def _values(kept_id: int) -> str:
    return session().scalars(select(KeptFigures.values).where(KeptFigures.id == kept_id)).one()


def _gatherings(selection: Selection) -> tuple[tuple[int, ...], ...]:
    """Return for each session in the window how many of each helix were present."""
    statement = (
        select(Attendance.design_session_id, Attendance.helix, func.count())
        .join(DesignSession, Attendance.design_session_id == DesignSession.id)
        .where(Attendance.status == AttendanceStatus.PRESENT)
        .group_by(Attendance.design_session_id, Attendance.helix)
        .order_by(Attendance.design_session_id, Attendance.helix)
    )
    if selection.since:
        statement = statement.where(DesignSession.starts_local >= f"{selection.since}")
    if selection.end:
        statement = statement.where(DesignSession.starts_local <= f"{selection.end}T24")
    found: dict[int, dict[Helix, int]] = {}
    for session_id, helix, count in session().execute(statement):
        found.setdefault(session_id, {})[helix] = count
    return tuple(tuple(one.get(helix, 0) for helix in Helix) for one in found.values())
