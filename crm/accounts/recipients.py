"""Colleagues as recipients: mail about their own account and work, to their own address."""

from crm.accounts.models import AccessLink, Account
from crm.core.mail import Recipient


def colleague(account: Account) -> Recipient:
    """Return the recipient that a colleague is, at the address they sign in with."""
    return Recipient(account.email, account.name, account.locale, account_id=account.id)


def newcomer(link: AccessLink, *, language: str) -> Recipient:
    """
    Return the recipient whom a link lets in, at the address that was given for it.

    :param language: that of the colleague who invites; the newcomer's is not known yet
    """
    return Recipient(link.email, "", language)
