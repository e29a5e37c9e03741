"""Who is acting, and which rule answers each permission."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from crm.core.errors import Forbidden


class Permission(StrEnum):
    """The base of each feature's enum of permissions."""


class Role(StrEnum):
    """What an account may be in a project; who holds one may what those below it may."""

    LEADER = "leader"
    PLANNER = "planner"
    REVIEWER = "reviewer"

    def is_above(self, other: "Role") -> bool:
        """Whether who holds this role may more than who holds `other`."""
        # As they are written above: who may most comes first.
        roles = list(Role)
        return roles.index(self) < roles.index(other)


@dataclass(frozen=True, slots=True)
class Actor:
    """
    The person or process that acts, as the domain sees it.

    :ivar person_id: the stakeholder who acts for themselves, by a link to their own details
    """

    account_id: int | None
    name: str
    is_administrator: bool = False
    role: Role | None = None
    project_id: int | None = None
    is_system: bool = False
    person_id: int | None = None

    def in_project(self, project_id: int, role: Role | None) -> "Actor":
        """Return this actor at work in a project, with the role held there."""
        return replace(self, project_id=project_id, role=role)

    @property
    def sees_persons(self) -> bool:
        """Whether names of any persons may be shown: outside the project everybody is hidden."""
        return self.is_system or self.role is not None

    @property
    def sees_private_persons(self) -> bool:
        """Whether names of private persons may be shown; a reviewer sees pseudonyms."""
        return self.is_system or self.role in {Role.LEADER, Role.PLANNER}


NOBODY = Actor(account_id=None, name="")


def system(project_id: int | None = None) -> Actor:
    """Return the actor of background work and of the command line."""
    return Actor(account_id=None, name="Kring", is_system=True, project_id=project_id)


Rule = Callable[[Actor, object], bool]
_rules: dict[Permission, Rule] = {}


def declare(rules: dict[Permission, Rule]) -> None:
    """Add a feature's rules to the table that answers every permission."""
    _rules.update(rules)


def allows(actor: Actor, permission: Permission, subject: object = None) -> bool:
    """Whether `actor` holds `permission` on `subject`; unknown permissions are refused."""
    rule = _rules.get(permission)
    # Before it is asked who acts: the system is refused an unknown permission as well.
    if rule is None:
        return False
    return actor.is_system or rule(actor, subject)


def require(actor: Actor, permission: Permission, subject: object = None) -> None:
    """
    Stop unless `actor` holds `permission` on `subject`.

    :raises Forbidden: if not
    """
    if not allows(actor, permission, subject):
        raise Forbidden


def table() -> dict[Permission, Rule]:
    """Return a copy of all rules, for the page and the test that show them."""
    return dict(_rules)


def anybody(_actor: Actor, _subject: object) -> bool:
    """Rule: everybody, signed in or not."""
    return True


def signed_in(actor: Actor, _subject: object) -> bool:
    """Rule: whoever is signed in."""
    return actor.account_id is not None


def administrator(actor: Actor, _subject: object) -> bool:
    """Rule: administrators of the installation."""
    return actor.is_administrator


def members(actor: Actor, _subject: object) -> bool:
    """Rule: whoever has any role in the project."""
    return actor.role is not None


def leaders(actor: Actor, _subject: object) -> bool:
    """Rule: leaders of the project."""
    return actor.role is Role.LEADER


def leaders_and_planners(actor: Actor, _subject: object) -> bool:
    """Rule: those who work in the project; reviewers only read."""
    return actor.role in {Role.LEADER, Role.PLANNER}
