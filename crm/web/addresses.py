"""Addresses: which of those that came with a request are followed, and full ones to copy."""

import unicodedata
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, url_for

from crm.core import mail

# Controls, what is not seen, half signs and ends of lines: a browser leaves some of them out, and
# then `/` and `/` may stand beside each other.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def init(app: Flask) -> None:
    """Let templates write full addresses."""
    app.jinja_env.globals.update(full_address=full_address)


def full_address(endpoint: str, /, **values: Any) -> str:
    """Return the address of a page as people reach it, which the settings or the server say."""
    # Never made of what a request says: whoever copies it would lead others anywhere.
    return mail.link(url_for(endpoint, **values))


def own_address(given: str, otherwise: str) -> str:
    """Return an address that was given, if it is one of ours and has nothing hidden in it."""
    is_plain = "\\" not in given and not any(unicodedata.category(sign) in UNSEEN for sign in given)
    try:
        parts = urlsplit(given)
    except ValueError:
        return otherwise
    leads_away = given.startswith("//") or parts.netloc or parts.scheme
    return given if is_plain and given.startswith("/") and not leads_away else otherwise
