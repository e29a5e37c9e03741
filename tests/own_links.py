"""Every page that somebody opens by a link of their own, filled in with somebody of the demo."""

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from crm.core.db import project_scope, session, unit_of_work
from crm.core.mail import Letter, Purpose, Recipient
from crm.core.permissions import system
from crm.design_sessions.models import Invitation
from crm.design_sessions.rules.links import answer_token, calendar_token
from crm.messages.models import OutboxMessage, PersonLink
from crm.messages.rules.links import consent_link, details_link, unsubscribe_link
from crm.messages.services import outbox
from crm.messages.services.details import send_link
from crm.networks.models import SavedView
from crm.networks.services.declared_ties import make_declaring_link
from crm.networks.services.saved_views import make_link
from crm.projects import queries
from tests import demonstration, factories, walk

# One example of each word in these addresses.
KINDS = {"kind": "access"}


def stops(app: Flask) -> list[walk.Stop]:
    """Return each address with its method; a database session must be open."""
    project = queries.by_slug(demonstration.SLUG)
    assert project is not None
    with project_scope(project.id):
        tokens = _tokens(system(project.id).project_id or 0)
    return [stop for blueprint, token in tokens.items() for stop in _of(app, blueprint, token)]


def _tokens(project_id: int) -> dict[str, str]:
    invitation = session().scalars(select(Invitation).order_by(Invitation.id.desc()).limit(1)).one()
    send_link(system(project_id), invitation.person)
    _ask_consent(invitation)
    link = session().scalars(select(PersonLink)).one()
    message = session().scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    name = message.public_name if message else ""
    return {
        "personal": answer_token(invitation),
        "calendars.item": calendar_token(invitation),
        "details": details_link(link).rpartition("/")[2],
        "consenting": consent_link(name).rpartition("/")[2],
        "own_ties": make_declaring_link(system(project_id), invitation.person),
        "shared": make_link(system(project_id), _saved_view(project_id), valid=timedelta(days=1)),
        "unsubscribing": unsubscribe_link(name).rpartition("/")[2],
    }


def _saved_view(project_id: int) -> SavedView:
    who = factories.account("Wie Bewaart")
    with unit_of_work(system(project_id), "tests.save_view"):
        made = SavedView(account_id=who.id, name="Voor buiten", query="view=organisations")
        session().add(made)
    return made


def _ask_consent(invitation: Invitation) -> None:
    to = Recipient("noa@kring.example", "Noa Proef", "nl", person_id=invitation.person_id)
    with unit_of_work(system(invitation.project_id), "tests.ask_consent"):
        outbox.queue(to, Letter(Purpose.CONSENT_REQUEST, "tests:consent"))


def _of(app: Flask, where: str, token: str) -> Iterator[walk.Stop]:
    for rule in app.url_map.iter_rules():
        if where not in {rule.endpoint, rule.endpoint.partition(".")[0]}:
            continue
        address = rule.rule.replace("<token>", token)
        for word, example in KINDS.items():
            address = address.replace(f"<{word}>", example)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield walk.Stop(rule.endpoint, method, address, in_project=False, has_ids=False)
