"""Tokens: random ones, shown once and kept as a hash; and signed ones, which can be made again."""

import base64
import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

SIGNS = string.ascii_letters + string.digits
PUBLIC_LENGTH = 10
# With the name before them, still short enough for a link in a header line (ADR 10).
MAC_BYTES = 16
SIGNED = re.compile(r"([A-Za-z0-9]{10})\.[A-Za-z0-9_-]{22}")
_keys = [secrets.token_bytes(32)]


class Drawing:
    """
    The tokens that are made while something is done, each with what gives it again.

    :ivar recipes: token → what signs it, or its place among those that are only random
    """

    def __init__(self, seed: str) -> None:
        self.recipes: dict[str, list[Any]] = {}
        self.count = 0
        self._seed = seed

    def fresh(self) -> str:
        """Return a token that nobody can tell from a random one."""
        self.count += 1
        token = self.again([self.count])
        self.recipes[token] = [self.count]
        return token

    def again(self, recipe: Sequence[Any]) -> str:
        """Return the token that was made so."""
        if len(recipe) == 1:
            return _mac("drawn", self._seed, recipe[0])
        purpose, name, version = recipe
        return signed(purpose, name, version)


_drawing: ContextVar[Drawing | None] = ContextVar("kring_drawing", default=None)


def use_key(key: str) -> None:
    """Sign with the secret of this installation from now on; the assembly calls this."""
    _keys[:] = [key.encode()]


def new() -> str:
    """Return a fresh token of 128 random bits, safe in a URL."""
    drawing = _drawing.get()
    return drawing.fresh() if drawing is not None else secrets.token_urlsafe(MAC_BYTES)


@contextmanager
def drawing(seed: str) -> Iterator["Drawing"]:
    """
    Let the tokens that are made in a `with` block be such that `seed` gives them again.

    For a form that is sent twice: its second answer shows the token of the first, which is stored
    nowhere. A `seed` has random signs in it, and without the installation's secret tells nothing.
    """
    begun = Drawing(seed)
    token = _drawing.set(begun)
    try:
        yield begun
    finally:
        _drawing.reset(token)


def hashed(token: str) -> str:
    """Return the form in which a token may be stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def digest(value: str) -> str:
    """Return a digest of `value` that nobody can guess back without the installation's secret."""
    return hmac.new(_keys[0], b"digest|" + value.encode(), hashlib.sha256).hexdigest()


def public() -> str:
    """Return a fresh public name of ten letters and digits, the first half of a signed link."""
    # One question to the operating system, as thousands of names are made for one batch.
    number = secrets.randbelow(len(SIGNS) ** PUBLIC_LENGTH)
    return "".join(SIGNS[number // len(SIGNS) ** at % len(SIGNS)] for at in range(PUBLIC_LENGTH))


def signed(purpose: str, name: str, version: int = 1) -> str:
    """
    Return the token of 33 signs that opens `name` for one purpose.

    It is never stored: the same words give the same token, and a higher `version` revokes it.
    """
    token = f"{name}.{_mac(purpose, name, version)}"
    drawing = _drawing.get()
    if drawing is not None:
        drawing.recipes[token] = [purpose, name, version]
    return token


def public_part(token: str) -> str:
    """Return the public name in a token, whatever its signature is worth; none if malformed."""
    found = SIGNED.fullmatch(token)
    return found[1] if found else ""


def opens(token: str, purpose: str, name: str, version: int = 1) -> bool:
    """Whether `token` opens `name` for this purpose and version."""
    # It takes as long whatever is wrong, so that its time tells nothing of the signature.
    return hmac.compare_digest(token.encode(), signed(purpose, name, version).encode())


def _mac(purpose: str, name: str, version: int) -> str:
    words = f"{purpose}|{name}|{version}".encode()
    short = hmac.new(_keys[0], words, hashlib.sha256).digest()[:MAC_BYTES]
    return base64.urlsafe_b64encode(short).rstrip(b"=").decode()
