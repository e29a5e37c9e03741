"""What takes long about passwords; it is done before a command, in which nobody else can write."""

from dataclasses import dataclass

from crm.accounts import passwords, queries
from crm.accounts.models import Account
from crm.core.db import lock
from crm.core.errors import Invalid
from crm.core.i18n import _l


class SignInRefused(Invalid):
    """Address and password do not belong together; which of them is not said."""

    message = _l("This e-mail address and password do not belong together.")


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody knew the password that an account had a moment ago."""

    account_id: int
    kept: str


def prove(email: str, password: str) -> Proof:
    """
    Check the password of who signs in with an address, as slow as for none.

    :raises SignInRefused: if address and password do not belong together
    """
    account = queries.account_by_email(email)
    kept = account.password_hash if account else ""
    if not passwords.matches(kept, password) or account is None or not account.is_active:
        raise SignInRefused
    return Proof(account.id, kept)


def prove_own(account: Account, password: str, *, field: str) -> Proof:
    """
    Check the password of who is signed in and is asked for it once more.

    :param field: where it was typed
    :raises SignInRefused: if it is wrong
    """
    kept = account.password_hash
    if not passwords.matches(kept, password):
        raise SignInRefused(field=field)
    return Proof(account.id, kept)


def proven(proof: Proof, *, field: str = "") -> Account:
    """
    Return, and hold, the account of a proof inside a command.

    :raises SignInRefused: if it has another password by now, or may sign in no more
    """
    account = queries.account(proof.account_id)
    # Who changes its password or disables it at this moment ends the sign-ins that are there.
    lock(account)
    if account.password_hash != proof.kept or not account.is_active:
        raise SignInRefused(field=field)
    return account


def hash_for(account: Account, password: str) -> passwords.Hashed:
    """
    Return a new password of an account in the form in which it is kept.

    :raises PasswordTooWeak: if it is easy to guess
    """
    return passwords.hashed(password, known_words=_own_words(account.name, account.email))


def hash_for_newcomer(name: str, email: str, password: str) -> passwords.Hashed:
    """
    Return the password of who has no account yet in the form in which it is kept.

    :raises PasswordTooWeak: if it is easy to guess
    """
    return passwords.hashed(password, known_words=_own_words(name, email))


def _own_words(name: str, email: str) -> tuple[str, ...]:
    """Return the words that may not carry somebody's password."""
    return (*name.split(), email, email.partition("@")[0])
