"""What tests do with pages: post forms with their token, and read what stands there."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.core.permissions import Role

Enter = Callable[[Role], FlaskClient]

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def token(client: FlaskClient, address: str) -> str:
    """Return the token against forged forms that stands on a page."""
    found = _TOKEN.search(client.get(address).text)
    assert found, f"no form on {address}"
    return found[1]


def post(
    client: FlaskClient, address: str, data: dict[str, Any] | None = None, *, form_at: str = ""
) -> TestResponse:
    """Post to `address` with the token of the page its form stands on."""
    fields = {**(data or {}), "csrf_token": token(client, form_at or address)}
    return client.post(address, data=fields)


def text_of(response: TestResponse) -> str:
    """Return what a reader sees of a page, without marks and with single spaces."""
    words = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())
