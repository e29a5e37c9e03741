"""Addresses that came with a request: only those of our own pages are followed."""

import unicodedata
from urllib.parse import urlsplit

# Controls, what is not seen, half signs and ends of lines: a browser leaves some of them out, and
# then `/` and `/` may stand beside each other.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def own_address(given: str, otherwise: str) -> str:
    """Return an address that was given, if it is one of ours and has nothing hidden in it."""
    is_plain = "\\" not in given and not any(unicodedata.category(one) in UNSEEN for one in given)
    return given if is_plain and given.startswith("/") and _stays(given) else otherwise


def _stays(given: str) -> bool:
    try:
        parts = urlsplit(given)
    except ValueError:
        return False
    return not (given.startswith("//") or parts.netloc or parts.scheme)
