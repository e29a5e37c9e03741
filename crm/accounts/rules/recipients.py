"""Colleagues as recipients: mail about their own account and work, to their own address."""

from crm.accounts.models import AccessLink, Account
from crm.core.mail import Recipient


def colleague(account: Account) -> Recipient:
    """Return the recipient that a colleague is, at the address they sign in with."""
    return Recipient(account.email, account.name, account.locale, account_id=account.id)


def of_link(link: AccessLink, account: Account | None, *, language: str) -> Recipient:
    """
    Return the recipient of a link: whoever it is for, at the address that it is for.

    :param language: that of the colleague who invites; the newcomer's is not known yet
    """
    if account is None:
        return Recipient(link.email, "", language)
    return Recipient(link.email, account.name, account.locale, account_id=account.id)
