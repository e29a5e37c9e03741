"""How a message to one recipient is shown before it is sent: sealed, and nothing of it works."""

from typing import Any

from flask import Response, request, url_for

from crm.core.permissions import Actor
from crm.messages.queries.previews import Reading
from crm.messages.rules.rendering import Rendered
from crm.messages.views.wording import language_name
from crm.stakeholders.rules.visibility import shown_as
from crm.web import security
from crm.web.rendering import page


def read(actor: Actor, reading: Reading, letter: str, **given: Any) -> dict[str, Any]:
    """
    Return what a page shows of a message to one recipient, in a frame.

    :param letter: the endpoint that gives its HTML, with the words of its address
    """
    security.allow_frames()
    person = reading.to.person
    # The address of this page with all that it asks, to which the id of a reader is put.
    asked = request.args.to_dict(flat=False) | (request.view_args or {}) | {"reader": ""}
    return {
        "reading": reading,
        "name": shown_as(actor).name(person),
        "language": language_name(reading.to.recipient.language),
        "letter_url": url_for(letter, person_id=person.id, **given),
        "reader_url": url_for(request.endpoint or "", **asked),
    }


def sealed(found: Rendered | None) -> Response:
    """Give a message in HTML, sealed; where it would not be sent, say that instead."""
    if found is None:
        document, _status = page("messages/no_letter.html")
        return security.sealed(document)
    return security.sealed(found.html)
