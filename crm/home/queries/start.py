"""Questions of the start page: next steps, sizes, what waits, and what changed in words."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, select

from crm.accounts import queries as accounts
from crm.accounts.models import Account, AccountState
from crm.contacts.models import ContactImport, ImportState
from crm.core import clock
from crm.core.audit import AuditEntry
from crm.core.db import among, session, unscoped
from crm.core.i18n import ngettext
from crm.core.pagination import Page, page_of
from crm.core.permissions import Actor, Role
from crm.design_sessions.models import (
    GONE,
    Attendance,
    DesignSession,
    Invitation,
    Proposal,
    ProposalState,
    SessionState,
)
from crm.initiatives.models import Initiative
from crm.messages.models import BatchState, MessageBatch, MessageState, OutboxMessage
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.services.bulk import JOB as ORDER
from crm.tasks.models import LongTask
from crm.tasks.queries import under_way

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class News:
    """A kind of change and how often it happened."""

    table: str
    operation: str
    number: int
    latest: datetime

    @property
    def words(self) -> str:
        """The change as a sentence without its end: "3 persons added"."""
        one, more = CHANGES[(self.table, self.operation)]
        return str(ngettext(one, more, self.number))


def _n(one: str, more: str) -> tuple[str, str]:
    """Mark a pair for the catalogues; it is translated where the number is known."""
    return one, more


CHANGES = {
    ("person", "create"): _n("%(num)s person added", "%(num)s persons added"),
    ("person", "change"): _n("%(num)s person changed", "%(num)s persons changed"),
    ("person", "remove"): _n("%(num)s person removed", "%(num)s persons removed"),
    ("organisation", "create"): _n("%(num)s organisation added", "%(num)s organisations added"),
    ("organisation", "change"): _n("%(num)s organisation changed", "%(num)s organisations changed"),
    ("affiliation", "create"): _n("%(num)s role added", "%(num)s roles added"),
    ("affiliation", "change"): _n("%(num)s role changed", "%(num)s roles changed"),
    ("design_session", "create"): _n("%(num)s session planned", "%(num)s sessions planned"),
    ("design_session", "change"): _n("%(num)s session changed", "%(num)s sessions changed"),
    ("invitation", "create"): _n("%(num)s person invited", "%(num)s persons invited"),
    ("invitation", "remove"): _n(
        "%(num)s person taken off an invited list", "%(num)s persons taken off an invited list"
    ),
    ("attendance", "create"): _n("%(num)s attendance noted", "%(num)s attendances noted"),
    ("initiative", "create"): _n("%(num)s initiative added", "%(num)s initiatives added"),
    ("initiative", "change"): _n("%(num)s initiative changed", "%(num)s initiatives changed"),
    ("involvement", "create"): _n("%(num)s involvement added", "%(num)s involvements added"),
}
LATELY = timedelta(days=14)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts a list shows; what is empty leaves nothing out."""

    search: str = ""
    state: AccountState | None = None


@dataclass(frozen=True, slots=True)
class AccountsShown:
    """
    A page of the accounts of the installation.

    :ivar projects: account → in how many projects it has a role
    :ivar seen: account → when it was last here
    """

    page: Page[Account]
    projects: dict[int, int]
    seen: dict[int, datetime]


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    What somebody should do next.

    :ivar uncertain: batch and number of messages of which nobody knows whether they arrived
    :ivar rejected: batch and number of addresses that do not work
    :ivar proposals: session and number of colleagues that invited people would like to bring
    :ivar mistaken: session and number of people who say that they are somebody else
    """

    attendance: list[DesignSession]
    invitations: list[DesignSession]
    imports: list[ContactImport]
    orders: list[LongTask]
    uncertain: list[tuple[MessageBatch, int]]
    rejected: list[tuple[MessageBatch, int]]
    paused: list[MessageBatch]
    proposals: list[tuple[DesignSession, int]]
    mistaken: list[tuple[DesignSession, int]]

    def __bool__(self) -> bool:
        return any(getattr(self, kind.name) for kind in fields(self))


def first_steps() -> tuple[bool, bool, bool]:
    """Return whether the project in scope has contacts, a session and attendance."""
    contacts = exists(select(Person.id)) | exists(select(Organisation.id))
    steps = select(contacts, exists(select(DesignSession.id)), exists(select(Attendance.id)))
    people, planned, noted = session().execute(steps).one()
    return bool(people), bool(planned), bool(noted)


def sizes() -> list[int]:
    """Return how many persons, organisations, sessions and initiatives the project has."""
    counts = [
        select(func.count(model.id)).scalar_subquery()
        for model in (Person, Organisation, DesignSession, Initiative)
    ]
    return list(session().execute(select(*counts)).one())


def waiting_for(actor: Actor) -> Waiting | None:
    """Return what waits for an actor, the first of each; nothing for who only reads."""
    if actor.role not in {Role.LEADER, Role.PLANNER}:
        return None
    now = clock.now()
    # For a session that is cancelled nothing is left to do.
    sessions = select(DesignSession).where(DesignSession.state != SessionState.CANCELLED)
    of_session = Invitation.design_session_id == DesignSession.id
    is_invited = exists().where(of_session, Invitation.answer.not_in(GONE))
    is_noted = exists().where(Attendance.design_session_id == DesignSession.id)
    past = sessions.where(DesignSession.ends_at < now, is_invited, ~is_noted)
    coming = sessions.where(DesignSession.starts_at >= now, ~is_invited)
    is_open = ContactImport.state.in_([ImportState.UPLOADED, ImportState.MAPPED])
    # A file in which no list was found has no rows: there is nothing in it to finish.
    imports = select(ContactImport).where(is_open, ContactImport.rows > 0)
    paused = select(MessageBatch).where(MessageBatch.state == BatchState.PAUSED)
    unsure = OutboxMessage.state == MessageState.UNCERTAIN
    fails = OutboxMessage.state.in_((MessageState.REJECTED, MessageState.BOUNCED))
    invited = select(DesignSession, func.count()).join(Invitation)
    mistaken = Invitation.someone_else_at.is_not(None) & Invitation.answer.not_in(GONE)
    return Waiting(
        attendance=_first(past.order_by(DesignSession.starts_at.desc())),
        invitations=_first(coming.order_by(DesignSession.starts_at)),
        imports=_first(imports.order_by(ContactImport.made_at.desc(), ContactImport.id)),
        orders=_first(under_way(ORDER)),
        uncertain=_batches(unsure & OutboxMessage.finished_at.is_(None)),
        rejected=_batches(fails & (OutboxMessage.finished_at > now - LATELY)),
        paused=_first(paused.order_by(MessageBatch.id.desc())),
        proposals=_counted(invited.join(Proposal), Proposal.state == ProposalState.PROPOSED),
        mistaken=_counted(invited, mistaken),
    )


def _first(statement: Select[T]) -> list[T]:
    return list(session().scalars(statement.limit(SHOWN)))


def _batches(which: ColumnElement[bool]) -> list[tuple[MessageBatch, int]]:
    statement = (
        select(MessageBatch, func.count())
        .join(OutboxMessage, OutboxMessage.batch_id == MessageBatch.id)
        .where(which)
        .group_by(MessageBatch.id)
        .order_by(MessageBatch.id.desc())
    )
    return [(batch, number) for batch, number in session().execute(statement.limit(SHOWN))]


def _counted(
    statement: Select[DesignSession, int], which: ColumnElement[bool]
) -> list[tuple[DesignSession, int]]:
    rows = statement.where(which, DesignSession.ends_at >= clock.now()).group_by(DesignSession.id)
    found = session().execute(rows.order_by(DesignSession.starts_at, DesignSession.id).limit(SHOWN))
    return [(coming, number) for coming, number in found]


def news(project: Project, since: datetime | None) -> list[News]:
    """Return what changed in a project since a moment, by kind of change; one statement."""
    start = since or clock.now() - LATELY
    statement = (
        select(AuditEntry.table, AuditEntry.operation, func.count(), func.max(AuditEntry.at))
        .where(
            AuditEntry.project_id == project.id,
            AuditEntry.at > start,
            AuditEntry.table.in_({table for table, _operation in CHANGES}),
        )
        .group_by(AuditEntry.table, AuditEntry.operation)
        .order_by(func.max(AuditEntry.at).desc(), AuditEntry.table, AuditEntry.operation)
    )
    options = unscoped("the trail names its project itself")
    rows = session().execute(statement, execution_options=options)
    return [
        News(table, operation, number, latest)
        for table, operation, number, latest in rows
        if (table, operation) in CHANGES
    ]


def accounts_shown(asked: AccountFilter, number: int) -> AccountsShown:
    """Return page `number` of the accounts that are asked for, by name."""
    statement = accounts.by_name()
    if asked.search:
        statement = statement.where(among(Account.id, accounts.ids_found(asked.search)))
    if asked.state:
        is_active = asked.state is AccountState.ACTIVE
        statement = statement.where(Account.is_active.is_(is_active))
    found = page_of(statement, number)
    return AccountsShown(found, projects.counts_of(found.items), accounts.last_seen_of(found.items))
