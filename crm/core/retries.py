"""Background work that failed: when it is tried again, for the page of whoever waits for it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select

from crm.core import clock
from crm.core.db import project_in_scope, session
from crm.core.jobs import MOST_ATTEMPTS, RENEWED_EVERY, Job, JobState
from crm.core.leases import LEASE

SILENT = 2 * RENEWED_EVERY
"""Who works says so more often than this."""


def tried_again_at(kinds: Collection[str], argument: str, number: int) -> datetime | None:
    """
    Return when work of the project in scope that failed is tried again; nothing where none waits.

    :param argument: what such work says in its payload that it is about
    :param number: the id of that
    """
    waits = (Job.state == JobState.QUEUED) & (Job.attempts > 0)
    found = select(Job.due_at).where(waits, _is_about(kinds, argument, number))
    return session().scalar(found.order_by(Job.due_at).limit(1))


def taken_over_at(kinds: Collection[str], argument: str, number: int) -> datetime | None:
    """
    Return when work is taken over of which nothing was heard for a while, as after a kill.

    Nothing after the last attempt: whoever takes it over then only says that it failed.
    """
    # Each renewal makes a lease as long as it was: how far it reaches tells when it was last heard
    # of.
    is_silent = Job.lease_until < clock.now() + LEASE - SILENT
    is_tried = Job.attempts < MOST_ATTEMPTS
    waits = (Job.state == JobState.RUNNING) & is_silent & is_tried
    found = select(Job.lease_until).where(waits, _is_about(kinds, argument, number))
    return session().scalar(found.order_by(Job.lease_until).limit(1))


def _is_about(kinds: Collection[str], argument: str, number: int) -> ColumnElement[bool]:
    is_it: ColumnElement[bool] = Job.payload[argument].as_integer() == number
    return is_it & Job.kind.in_(kinds) & (Job.project_id == project_in_scope())
