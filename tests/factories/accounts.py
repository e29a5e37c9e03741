"""Accounts, and a browser without JavaScript that is signed in."""

from datetime import timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient

from crm.accounts.models import Account, LinkPurpose
from crm.accounts.services import LinkDetails, make_link, prove
from crm.accounts.services import sign_in as open_sign_in
from crm.core.db import session, unit_of_work
from crm.core.permissions import NOBODY, system

PASSWORD = "vier losse woorden samen"
# Cheap on purpose: the cost of a real hash is measured elsewhere.
_HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_numbers = count(1)


def account(
    name: str = "Ada Proef", *, email: str = "", administrator: bool = False, locale: str = "en"
) -> Account:
    """Make an account with the password of all tests."""
    email = email or f"account{next(_numbers)}@kring.example"
    with unit_of_work(system(), "tests.account"):
        made = Account(
            name=name,
            email=email,
            email_key=email.casefold(),
            password_hash=_HASHED,
            is_administrator=administrator,
            locale=locale,
        )
        session().add(made)
    return made


def link(purpose: LinkPurpose, **details: Any) -> str:
    """Make a single-use link of an hour and return its address."""
    made = LinkDetails(purpose, timedelta(hours=1), **details)
    return f"/links/{make_link(system(), None, details=made)}"


def sign_in(client: FlaskClient, who: Account) -> FlaskClient:
    """Put a real sign-in of `who` into the client's cookie."""
    proof = prove(who.email, PASSWORD)
    token = open_sign_in(NOBODY, None, proof=proof, device="test")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client
