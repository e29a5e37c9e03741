"""How a message to one recipient is shown before it is sent: sealed, and nothing of it works."""

from typing import Any

from flask import Response

from crm.messages.composing import Rendered
from crm.messages.queries.previews import Reading
from crm.messages.views.wording_of_templates import language_name
from crm.web import security
from crm.web.rendering import page


def read(reading: Reading, letter: str) -> dict[str, Any]:
    """Return what a page shows of a message to one recipient; its HTML stands at `letter`."""
    security.allow_frames()
    return {
        "reading": reading,
        "language": language_name(reading.to.recipient.language),
        "letter_url": letter,
    }


def sealed(found: Rendered | None) -> Response:
    """Give a message in HTML, sealed; where it would not be sent, say that instead."""
    if found is None:
        document, _status = page("messages/no_letter.html")
        return security.sealed(document)
    return security.sealed(found.html)
