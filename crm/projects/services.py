"""Changes of projects: making one, and who works in it."""

import re
from dataclasses import dataclass
from datetime import timedelta

from crm.accounts import queries as accounts
from crm.accounts.events import AccountDisabled, LinkAccepted
from crm.accounts.models import AccessLink, LinkPurpose, LinkUsed
from crm.accounts.services import LinkDetails, end_links, end_links_made_by, post_link
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.errors import Forbidden, Invalid, NotFound, StaleRecord
from crm.core.i18n import _l
from crm.core.libraries import email_validator
from crm.core.normalisation import fold
from crm.core.permissions import Actor, Role, allows
from crm.projects import queries
from crm.projects.models import (
    LastLeader,
    Membership,
    OnlyLeader,
    Project,
    ReplyAddressMissing,
    ReplyAddressUnusable,
    SlugTaken,
)
from crm.projects.policy import ProjectPermission

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60
LONGEST_ADDRESS = 254


class SlugUnusable(Invalid):
    """A short name stands in addresses: small letters, digits and hyphens."""

    message = _l("Use small letters, digits and hyphens, such as assen-i2i.")
    field = "slug"


@dataclass(frozen=True, slots=True)
class ProjectDetails:
    """What is asked about a project."""

    name: str
    slug: str = ""
    description: str = ""
    is_demo: bool = False
    reply_address: str = ""


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """
    What a leader decides about a project.

    :param smallest_group: fewer people of chosen neighbourhoods are not drawn alone in the network
    :param reply_address: where answers to mail come; empty as long as there is none
    """

    name: str
    description: str
    smallest_group: int
    reply_address: str = ""


@command(ProjectPermission.CREATE)
def create(actor: Actor, _subject: None, *, details: ProjectDetails) -> Project:
    """
    Make a project; whoever makes it leads it.

    :raises SlugTaken: if another project has the short name
    """
    slug = details.slug or slug_of(details.name)
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise SlugUnusable
    if queries.by_slug(slug) is not None:
        raise SlugTaken
    project = Project(
        slug=slug,
        name=details.name,
        description=details.description,
        is_demo=details.is_demo,
        reply_address=_usable(details.reply_address),
    )
    session().add(project)
    session().flush()
    if actor.account_id is not None:
        _add_member(project, actor.account_id, Role.LEADER)
    return project


@command(ProjectPermission.EDIT)
def edit(_actor: Actor, project: Project, *, settings: ProjectSettings, revision: int) -> None:
    """
    Change what a leader decides.

    :param revision: the revision that the editor saw
    :raises StaleRecord: if somebody else changed it since
    :raises ReplyAddressMissing: if it has an address for answers, and would have none
    :raises ReplyAddressUnusable: if that is no address
    """
    lock(project)
    if project.revision != revision:
        raise StaleRecord(project)
    address = _usable(settings.reply_address)
    if project.reply_address and not address:
        raise ReplyAddressMissing
    project.reply_address = address
    project.name, project.description = settings.name, settings.description
    project.smallest_group = settings.smallest_group


def take_reply_address(project: Project, address: str) -> None:
    """
    Note where answers come, inside the command that sends; what a project has already stays.

    :raises ReplyAddressMissing: if it has none and none is given
    :raises ReplyAddressUnusable: if what is given is no address
    """
    if project.reply_address:
        return
    given = _usable(address)
    if not given:
        raise ReplyAddressMissing
    project.reply_address = given
    # At once: a later step of the command may read the project anew, and would lose it.
    session().flush()


@command(ProjectPermission.MANAGE_MEMBERS)
def invite_colleague(
    actor: Actor, project: Project, *, email: str, role: Role, valid: timedelta
) -> str:
    """
    Mail a colleague a single-use link that lets them in, in place of an earlier one.

    Return a token of it to hand over, which is kept nowhere.
    """
    key = accounts.email_key(email)
    earlier = [link for link, _maker in accounts.open_invitations(project.id)]
    same = [link.id for link in earlier if accounts.email_key(link.email) == key]
    end_links(AccessLink.id.in_(same))
    details = LinkDetails(LinkPurpose.JOIN, valid, project_id=project.id, role=role, email=email)
    return post_link(actor, details)


@command(ProjectPermission.MANAGE_MEMBERS)
def withdraw_invitation(_actor: Actor, project: Project, *, link_id: int) -> None:
    """
    Withdraw an open link into a project; whoever has it gets in no more.

    :raises NotFound: if there is none, or it was used meanwhile
    """
    if not end_links((AccessLink.id == link_id) & (AccessLink.project_id == project.id)):
        raise NotFound


@command(ProjectPermission.MANAGE_MEMBERS)
def change_role(_actor: Actor, project: Project, *, account_id: int, role: Role) -> None:
    """
    Give a member another role; it holds from their next request on.

    Who leads no longer leaves no open links behind by which somebody, or they themselves, come in.

    :raises LastLeader: if nobody would lead the project
    """
    if role is not Role.LEADER:
        # Before the project is locked, as who uses such a link waits for the project too.
        end_links_made_by(account_id, project_id=project.id)
    member = _member(project, account_id)
    if role is not Role.LEADER:
        _refuse_last_leader(project, member)
    member.role = role


@command(ProjectPermission.MANAGE_MEMBERS)
def remove_member(_actor: Actor, project: Project, *, account_id: int) -> None:
    """
    Take an account out of a project, and its open links with it.

    :raises LastLeader: if nobody would lead the project
    """
    end_links_made_by(account_id, project_id=project.id)  # first, as above
    member = _member(project, account_id)
    _refuse_last_leader(project, member)
    session().delete(member)


def join_by_link(fact: LinkAccepted) -> None:
    """
    React to an accepted link: it may give a role in a project, and takes none away.

    :raises LinkUsed: if who made it may let nobody in any more
    """
    link = session().get_one(AccessLink, fact.link_id)
    if link.purpose is not LinkPurpose.JOIN or link.project_id is None or link.role is None:
        return
    project = queries.project(link.project_id)
    if link.made_by_id is not None:
        # Their links ended with their role; one that was made at that very moment ends here.
        maker = queries.at_work(project, link.made_by_id)
        if not allows(maker, ProjectPermission.MANAGE_MEMBERS, project):
            raise LinkUsed
    # In the order in which disabling an account holds both.
    lock(accounts.account(fact.account_id))
    lock(project)
    member = queries.membership(project, fact.account_id)
    if member is None:
        _add_member(project, fact.account_id, link.role)
    elif link.role.is_above(member.role):
        member.role = link.role


def keep_leaders(fact: AccountDisabled) -> None:
    """
    React to an account that may sign in no more: no project is left without a leader.

    :raises OnlyLeader: if it alone leads one
    """
    led = queries.led_by(fact.account_id)
    for project in led:
        lock(project)
    alone = [project.name for project in led if not queries.leaders_of(project) - {fact.account_id}]
    if alone:
        raise OnlyLeader(", ".join(alone))


def slug_of(name: str) -> str:
    """Return a short name for addresses, made from a project's name."""
    return fold(name).replace(" ", "-").encode("ascii", "ignore").decode()[:LONGEST_SLUG].strip("-")


def _usable(address: str) -> str:
    """
    Return an address for answers in its normal form, or nothing if none is given.

    :raises ReplyAddressUnusable: if it is none, or cannot stand in a header as it is
    """
    given = address.strip(" ")
    if not given:
        return ""
    try:
        found = email_validator.validate_email(
            given, check_deliverability=False, allow_smtputf8=False
        )
    except (email_validator.EmailNotValidError, UnicodeError) as refusal:
        raise ReplyAddressUnusable from refusal
    return str(found.normalized)


def _add_member(project: Project, account_id: int, role: Role) -> None:
    """Give a role, unless the account was disabled a moment ago: it would lead, and be nobody."""
    account = accounts.account(account_id)
    lock(account)
    if not account.is_active:
        raise Forbidden
    session().add(Membership(project_id=project.id, account_id=account_id, role=role))


def _member(project: Project, account_id: int) -> Membership:
    """Return a member after who else changes the project is done, so that somebody leads it."""
    lock(project)
    member = queries.membership(project, account_id)
    if member is None:
        raise NotFound
    return member


def _refuse_last_leader(project: Project, member: Membership) -> None:
    if member.role is Role.LEADER and not queries.leaders_of(project) - {member.account_id}:
        raise LastLeader
