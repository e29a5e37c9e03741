"""Who may do what with accounts."""

from crm.accounts.models import Account
from crm.core.permissions import Actor, Permission, Rule, administrator, anybody, signed_in


class AccountPermission(Permission):
    """What can be done with accounts."""

    ENTER = "accounts.enter"
    USE = "accounts.use"
    EDIT_OWN = "accounts.edit_own"
    ADMINISTER = "accounts.administer"


def own_account(actor: Actor, subject: object) -> bool:
    """Rule: one's own account."""
    if subject is None:
        return actor.account_id is not None
    return isinstance(subject, Account) and subject.id == actor.account_id


RULES: dict[Permission, Rule] = {
    AccountPermission.ENTER: anybody,
    AccountPermission.USE: signed_in,
    AccountPermission.EDIT_OWN: own_account,
    AccountPermission.ADMINISTER: administrator,
}
