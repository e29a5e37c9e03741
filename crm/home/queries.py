"""Questions of the start page: next steps, sizes, what waits, and what changed in words."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Exists, Select, exists, func, select

from crm.accounts import queries as accounts
from crm.accounts.models import Account, AccountState
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
from crm.stakeholders.models import (
    BulkOrder,
    ContactImport,
    ImportState,
    OrderState,
    Organisation,
    Person,
)


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

    def __bool__(self) -> bool:
        return bool(self.search or self.state)


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
class FirstSteps:
    """Which of the first three steps of a project were taken."""

    people: bool
    session: bool
    attendance: bool

    @property
    def all_taken(self) -> bool:
        """Whether the project is past its first steps."""
        return self.people and self.session and self.attendance


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each there are."""

    people: int
    organisations: int
    sessions: int
    initiatives: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody should do next."""

    attendance: list[DesignSession]
    invitations: list[DesignSession]
    imports: list[ContactImport]
    orders: list[BulkOrder]
    mail: "WaitingMail"

    def __bool__(self) -> bool:
        lists = (self.attendance, self.invitations, self.imports, self.orders)
        return any(lists) or bool(self.mail)


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """
    What waits for somebody about mail and answers.

    :ivar uncertain: batch and number of messages of which nobody knows whether they arrived
    :ivar rejected: batch and number of addresses that do not work
    :ivar proposals: session and number of colleagues that invited people would like to bring
    :ivar mistaken: session and number of people who say that they are somebody else
    """

    uncertain: list[tuple[MessageBatch, int]] = field(default_factory=list)
    rejected: list[tuple[MessageBatch, int]] = field(default_factory=list)
    paused: list[MessageBatch] = field(default_factory=list)
    proposals: list[tuple[DesignSession, int]] = field(default_factory=list)
    mistaken: list[tuple[DesignSession, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.uncertain, self.rejected, self.paused, self.proposals, self.mistaken))


def first_steps() -> FirstSteps:
    """Return which first steps were taken in the project in scope; one statement."""
    row = (
        session()
        .execute(
            select(
                exists(select(Person.id)) | exists(select(Organisation.id)),
                exists(select(DesignSession.id)),
                exists(select(Attendance.id)),
            )
        )
        .one()
    )
    return FirstSteps(*(bool(value) for value in row))


def sizes() -> Sizes:
    """Return how many persons, organisations, sessions and initiatives the project has."""
    counts = [
        select(func.count(model.id)).scalar_subquery()
        for model in (Person, Organisation, DesignSession, Initiative)
    ]
    row = session().execute(select(*counts)).one()
    return Sizes(*row)


def waiting_for(actor: Actor) -> Waiting:
    """Return what waits for an actor; for who only reads, nothing does."""
    if actor.role not in {Role.LEADER, Role.PLANNER}:
        return Waiting([], [], [], [], WaitingMail())
    return Waiting(
        sessions_without_attendance(),
        sessions_without_invitations(),
        unfinished_imports(),
        orders_under_way(),
        waiting_mail(),
    )


def sessions_without_attendance() -> list[DesignSession]:
    """Return past sessions with invited people of whom nobody noted who came, latest first."""
    invited = _somebody_is_invited()
    noted = exists().where(Attendance.design_session_id == DesignSession.id)
    statement = _sessions(DesignSession.ends_at < clock.now(), invited, ~noted)
    return list(session().scalars(statement.order_by(DesignSession.starts_at.desc()).limit(SHOWN)))


def sessions_without_invitations() -> list[DesignSession]:
    """Return coming sessions to which nobody is invited yet, soonest first."""
    invited = _somebody_is_invited()
    statement = _sessions(DesignSession.starts_at >= clock.now(), ~invited)
    return list(session().scalars(statement.order_by(DesignSession.starts_at).limit(SHOWN)))


def unfinished_imports() -> list[ContactImport]:
    """Return imports of a list that were begun and neither finished nor cancelled, latest first."""
    is_open = ContactImport.state.in_([ImportState.UPLOADED, ImportState.MAPPED])
    statement = (
        select(ContactImport)
        .where(is_open, ContactImport.rows > 0)
        .order_by(ContactImport.made_at.desc(), ContactImport.id)
        .limit(SHOWN)
    )
    return list(session().scalars(statement))


def orders_under_way() -> list[BulkOrder]:
    """Return changes of many people that go on in the background, latest first."""
    under_way = select(BulkOrder).where(BulkOrder.state == OrderState.UNDER_WAY)
    return list(session().scalars(under_way.order_by(BulkOrder.id.desc()).limit(SHOWN)))


def waiting_mail() -> WaitingMail:
    """Return what waits about mail and answers; five statements."""
    unsure = OutboxMessage.state == MessageState.UNCERTAIN
    fails = OutboxMessage.state.in_((MessageState.REJECTED, MessageState.BOUNCED))
    lately = OutboxMessage.finished_at > clock.now() - LATELY
    paused = select(MessageBatch).where(MessageBatch.state == BatchState.PAUSED)
    invited = select(DesignSession, func.count()).join(Invitation)
    return WaitingMail(
        uncertain=_batches(unsure & OutboxMessage.finished_at.is_(None)),
        rejected=_batches(fails & lately),
        paused=list(session().scalars(paused.order_by(MessageBatch.id.desc()).limit(SHOWN))),
        proposals=_counted(invited.join(Proposal), Proposal.state == ProposalState.PROPOSED),
        mistaken=_counted(
            invited, Invitation.someone_else_at.is_not(None) & Invitation.answer.not_in(GONE)
        ),
    )


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
    return [(one, number) for one, number in found]


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
    rows = session().execute(
        statement, execution_options=unscoped("the trail names its project itself")
    )
    return [
        News(table, operation, number, latest)
        for table, operation, number, latest in rows
        if (table, operation) in CHANGES
    ]


def _somebody_is_invited() -> Exists:
    return exists().where(
        Invitation.design_session_id == DesignSession.id, Invitation.answer.not_in(GONE)
    )


def _sessions(*conditions: object) -> Select[DesignSession]:
    # For a session that is cancelled nothing is left to do.
    takes_place = DesignSession.state != SessionState.CANCELLED
    return select(DesignSession).where(takes_place, *conditions)  # type: ignore[arg-type]  # each is a condition


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
