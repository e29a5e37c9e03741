"""Imports in a browser without JavaScript: what people send and what they see."""

import io
import re

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.stakeholders.models import Organisation, Person

ROWS = "Voornaam;Achternaam;E-mail;Functie;Organisatie\n"


def send(client: FlaskClient, base: str, content: bytes, name: str = "lijst.csv") -> TestResponse:
    """Upload a file."""
    answer = client.post(base, data={"file": (io.BytesIO(content), name)})
    # The client of the tests writes a large body to a file and leaves it open.
    answer.request.environ["wsgi.input"].close()
    return answer


def chosen(text: str) -> dict[str, str]:
    """Return what a page with selects would send if nothing is changed."""
    found = re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', text, re.DOTALL)
    picked = {
        name: re.search(r'<option selected value="([^"]*)"', options) for name, options in found
    }
    return {name: match[1] if match else "" for name, match in picked.items()}


def as_proposed(text: str) -> dict[str, str]:
    """Return what the page with columns would send, with a helix for organisations without one."""
    told = chosen(text)
    return {**told, "helix": told["helix"] or "end_users"}


def checked(client: FlaskClient, base: str, content: bytes, name: str = "lijst.csv") -> str:
    """Upload a list, keep the columns as proposed, and return the address of the import."""
    address = send(client, base, content, name).location
    answer = client.post(f"{address}/columns", data=as_proposed(client.get(address).text))
    assert answer.status_code == 303
    return str(address)


def totals(opened: Session) -> tuple[int, int]:
    """Return how many persons and organisations there are."""
    opened.rollback()
    return tuple(  # type: ignore[return-value]  # two numbers
        opened.scalar(select(func.count()).select_from(model)) for model in (Person, Organisation)
    )
