"""Passwords: how they are kept, and which are refused."""

from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.libraries import zxcvbn

Hashed = NewType("Hashed", str)
"""A password that was found good enough, in the form in which it is kept."""

SHORTEST = 12
LONGEST = 200
WEAKEST = 3
SHORTEST_WORD = 3
# What is left of a password without one's own name, address and the product's.
OWN_SIGNS = 8
# OWASP's second choice (19 MiB, two passes): 29 ms here, where the library's default takes 151 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked when an account is not known, so that the answer takes as long: of no password, and as
# costly as ours.
_NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$oX+dQTmBJLyTrtXFAcB8bg$"
    "VAoqZN48c6FFOEHB3nelziaTvQTxj13mq4wddXzqWDk"
)


class PasswordTooWeak(Invalid):
    """A password that is short, common, or made of the account's own words."""

    message = _l("Choose at least 12 characters that others cannot guess, such as four words.")
    field = "password"


def hashed(password: str, *, known_words: tuple[str, ...] = ()) -> Hashed:
    """
    Return the form in which `password` is kept.

    :param known_words: words that may not carry the password: name, address, product
    :raises PasswordTooWeak: if it is too short or too easy to guess
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooWeak
    words = [word.casefold() for word in (*known_words, "kring") if len(word) >= SHORTEST_WORD]
    own = password.casefold()
    for word in words:
        own = own.replace(word, "")
    guess = zxcvbn.zxcvbn(password[:72], user_inputs=words)
    if guess["score"] < WEAKEST or len(own) < OWN_SIGNS:
        raise PasswordTooWeak
    return Hashed(_hasher.hash(password))


def matches(kept: str, password: str) -> bool:
    """Whether `password` is the one that was kept; as slow for an unknown account."""
    try:
        _hasher.verify(kept or _NOBODYS, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(kept)
