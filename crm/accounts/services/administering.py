"""Changes by administrators: who may sign in, and who may not any more."""

from crm.accounts import queries
from crm.accounts.events import AccountDisabled
from crm.accounts.models import Account
from crm.accounts.policy import AccountPermission
from crm.accounts.services.links import end_links_made_by, end_links_of
from crm.accounts.services.sign_ins import end_all_sessions
from crm.core.commands import command
from crm.core.db import hold, lock
from crm.core.errors import Conflict
from crm.core.events import announce
from crm.core.i18n import _l
from crm.core.permissions import Actor


class LastAdministrator(Conflict):
    """An installation needs an administrator who can sign in."""

    message = _l("This is the only administrator who can sign in. Let another one in first.")


@command(AccountPermission.ADMINISTER)
def set_active(_actor: Actor, account: Account, *, is_active: bool) -> None:
    """
    Let an account sign in or not; not ends its sign-ins and links at once.

    They do not come back when it may sign in again; its roles and calendar feeds do.

    :raises LastAdministrator: if nobody would administer the installation
    :raises Conflict: if a project would have no leader
    """
    hold("administrators")
    if not is_active:
        # First, as who uses such a link at this moment holds it before account and project.
        end_links_made_by(account.id)
    lock(account)
    if account.is_active == is_active:
        return
    # Also of who may sign in again: one of them may have been made at the very moment of disabling.
    end_all_sessions(account)
    end_links_of(account)
    end_links_made_by(account.id)
    if not is_active:
        _refuse_last_administrator(account)
        announce(AccountDisabled(account.id))
    account.is_active = is_active


def _refuse_last_administrator(account: Account) -> None:
    if account.is_administrator and not queries.administrators() - {account.id}:
        raise LastAdministrator
