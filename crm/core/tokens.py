"""Random tokens: shown once, kept only as a hash."""

import hashlib
import hmac
import secrets


def new() -> str:
    """Return a fresh token of 128 random bits, safe in a URL."""
    return secrets.token_urlsafe(16)


def hashed(token: str) -> str:
    """Return the form in which a token may be stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(key: str, value: str) -> str:
    """Return a digest of `value` that nobody can guess back without `key`."""
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()
