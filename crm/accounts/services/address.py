"""The address somebody signs in with: another one counts when its mailbox has answered."""

from datetime import timedelta

from crm.accounts import queries
from crm.accounts.models import AccessLink, Account, EmailTaken, LinkPurpose
from crm.accounts.policy import AccountPermission
from crm.accounts.services.links import (
    LinkDetails,
    end_links,
    end_links_of,
    hold_address,
    post_link,
    redeem,
)
from crm.accounts.services.password_proof import Proof, proven
from crm.core import clock
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Forbidden, NotFound
from crm.core.permissions import Actor, system


@command(AccountPermission.EDIT_OWN)
def ask_for_address(
    _actor: Actor, account: Account, *, email: str, proof: Proof, valid: timedelta
) -> None:
    """
    Mail a link to the address that somebody wants to sign in with; whose it is, is not said.

    :param proof: that their password is known
    :raises SignInRefused: if it was changed meanwhile
    """
    if proven(proof, field="password") is not account:
        raise Forbidden
    of_account = AccessLink.account_id == account.id
    end_links(of_account & (AccessLink.purpose == LinkPurpose.ADDRESS))
    details = LinkDetails(LinkPurpose.ADDRESS, valid, account_id=account.id, email=email)
    # Not from them: their address of now is nothing for whoever reads the other mailbox.
    post_link(system(), details)


@command(AccountPermission.EDIT_OWN)
def confirm_address(_actor: Actor, account: Account, *, link: AccessLink, token: str) -> None:
    """
    Use a link to sign in with its address from now on; every other link to the account ends.

    :raises LinkUsed: if the link cannot be used any more
    :raises EmailTaken: if somebody else signs in with the address
    """
    is_theirs = link.purpose is LinkPurpose.ADDRESS and link.account_id == account.id
    if not is_theirs or not link.proves_address(token):
        raise NotFound
    redeem(link)
    hold_address(link.email)
    known = queries.account_by_email(link.email)
    if known is not None and known.id != account.id:
        raise EmailTaken(field="")
    account.email, account.email_key = link.email, queries.email_key(link.email)
    account.email_confirmed_at = clock.now()
    session().flush()
    end_links_of(account)
