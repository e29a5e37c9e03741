"""Passwords that are tried: wrong ones are counted, and after many of them one waits."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from crm.accounts import queries
from crm.accounts.models import Account, SignInRefused
from crm.accounts.views import devices
from crm.core import tokens
from crm.web import security
from crm.web.security import Allowance

# Guessing must not close an account for its owner: a device on which they signed in before counts
# by itself, all others count together for each account, whether there is such an account or not.
OF_AN_ACCOUNT = "30/hour"
OF_AN_ADDRESS = "100/hour"


@contextmanager
def counted(who: str | Account) -> Iterator[None]:
    """
    Count a password that is tried in a `with` block, if it is wrong.

    Where too many were wrong nothing is tried: the answer is the same for right and wrong ones,
    and for an address that nobody signs in with.

    :param who: the address that somebody signs in with, or who is signed in and is asked once more
    :raises TooOften: if too many passwords were wrong
    """
    # Who is in counts by themselves, so that guessing elsewhere does not stop them.
    taken = (
        allowances(who)
        if isinstance(who, str)
        else [Allowance(OF_AN_ACCOUNT, ("signed in", str(who.id)))]
    )
    security.take(taken)
    try:
        yield
    except SignInRefused:
        raise
    except BaseException:
        security.give_back(taken)
        raise
    security.give_back(taken)


def allowances(email: str) -> list[Allowance]:
    """Return what may go wrong on the device of this request, for who signs in with `email`."""
    device = devices.known_to(queries.account_by_email(email), request)
    if device:
        return [Allowance(OF_AN_ACCOUNT, ("device", device))]
    account = tokens.digest(f"attempts|{queries.email_key(email)}")
    return [
        Allowance(OF_AN_ACCOUNT, ("account", account)),
        Allowance(OF_AN_ADDRESS, ("address", security.address_key())),
    ]
