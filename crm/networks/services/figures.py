"""Letting the figures of a large network be worked out, and keeping them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from crm.core import clock, jobs
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.networks.measures import Figures
from crm.networks.measures.serialisation import packed
from crm.networks.models import KeptFigures
from crm.networks.policy import NetworkPermission
from crm.networks.queries.figures import GIVEN_UP, Subject
from crm.networks.selection import NetworkView, Selection, TieWeight
from crm.projects.models import Project
from crm.stakeholders.models import Helix

WORK_OUT = "networks.figures"
# The newest of a project that are kept; each is about a megabyte for 5,000 people.
KEPT = 20

_DAYS = ("since", "until", "month")


@command(NetworkPermission.READ)
def ask_for_figures(_actor: Actor, project: Project, *, subject: Subject) -> None:
    """Let the figures of a network be worked out in the background, unless they are already."""
    # Two who ask at once come one after the other, so that there is one row and one job.
    session().execute(select(Project.id).where(Project.id == project.id).with_for_update())
    kept = _row(subject.digest)
    if kept is not None:
        under_way = kept.asked_at > clock.now() - GIVEN_UP
        if kept.finished_at is not None or under_way:
            return
        kept.asked_at, kept.done = clock.now(), 0
    else:
        session().add(KeptFigures(digest=subject.digest, total=subject.network.count))
    asked = {**as_payload(subject.selection), "by_strength": subject.by_strength}
    jobs.enqueue(WORK_OUT, asked, project_id=project.id)


@command(NetworkPermission.READ)
def note_progress(_actor: Actor, _project: Project, *, digest: str, done: int) -> None:
    """Note how many points were looked at, and that somebody is still at it."""
    kept = _row(digest)
    if kept is not None:
        kept.done, kept.asked_at = done, clock.now()


@command(NetworkPermission.READ)
def keep_figures(_actor: Actor, _project: Project, *, digest: str, figures: Figures) -> None:
    """Keep figures that were worked out, and give up the oldest."""
    kept = _row(digest) or KeptFigures(digest=digest, total=len(figures.keys))
    kept.values, kept.finished_at, kept.done = packed(figures), clock.now(), kept.total
    session().add(kept)
    session().flush()
    newest = select(KeptFigures.id).order_by(KeptFigures.asked_at.desc(), KeptFigures.id.desc())
    old = list(session().scalars(newest.offset(KEPT)))
    if old:
        session().execute(delete(KeptFigures).where(KeptFigures.id.in_(old)))


def as_payload(selection: Selection) -> dict[str, Any]:
    """Return a selection as values that a job can carry."""
    return {one.name: _plain(getattr(selection, one.name)) for one in fields(selection)}


def from_payload(payload: Mapping[str, Any]) -> Selection:
    """Return the selection that `as_payload` made these values of."""
    values = {one.name: payload[one.name] for one in fields(Selection) if one.name in payload}
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = frozenset(value)
        elif name in _DAYS and value is not None:
            values[name] = date.fromisoformat(value)
    values["view"], values["weight"] = NetworkView(values["view"]), TieWeight(values["weight"])
    values["helixes"] = frozenset(map(Helix, values["helixes"]))
    return Selection(**values)


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def _row(digest: str) -> KeptFigures | None:
    return session().scalar(select(KeptFigures).where(KeptFigures.digest == digest))
