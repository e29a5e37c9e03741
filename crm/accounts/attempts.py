"""Passwords that are tried: wrong ones are counted, and after many of them one waits."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from crm.accounts import devices, queries
from crm.accounts.models import Account, SignInRefused
from crm.core import tokens
from crm.web import security
from crm.web.security import Allowance

# Guessing must not close an account for its owner: a device on which they signed in before counts
# by itself, all others count together for each account, whether there is such an account or not.
OF_AN_ACCOUNT = "30/hour"
OF_AN_ADDRESS = "100/hour"


@contextmanager
def counted(email: str) -> Iterator[None]:
    """
    Count a password that is tried in a `with` block for who signs in with `email`, if it is wrong.

    Where too many were wrong nothing is tried: the answer is the same for right and wrong ones,
    and for an address that nobody signs in with.

    :raises TooOften: if too many passwords were wrong
    """
    with _counted(allowances(email)):
        yield


@contextmanager
def counted_for(account: Account) -> Iterator[None]:
    """
    Count a wrong password of who is signed in and is asked for it once more, in a `with` block.

    They are counted by themselves, so that guessing elsewhere does not stop who is in.

    :raises TooOften: if too many passwords were wrong
    """
    with _counted([Allowance(OF_AN_ACCOUNT, ("signed in", str(account.id)))]):
        yield


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


@contextmanager
def _counted(taken: list[Allowance]) -> Iterator[None]:
    security.take(taken)
    try:
        yield
    except SignInRefused:
        raise
    except BaseException:
        security.give_back(taken)
        raise
    security.give_back(taken)
