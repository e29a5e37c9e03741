"""Mail to colleagues: an invitation to a project, and a link for a new password."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import jobs, queries
from crm.accounts.models import AccessLink
from crm.accounts.rules import links
from crm.core import clock, tokens
from crm.core.db import project_scope, unscoped
from crm.core.mail import Content, Outgoing, Purpose, Reason, Withheld
from crm.core.permissions import Role
from crm.messages.declared import mail_content
from crm.messages.models import OutboxMessage
from crm.projects.models import Project
from crm.projects.services import invite_colleague
from tests import factories

EVERYWHERE = unscoped("a test looks at all messages")


@pytest.fixture
def invited(opened: Session) -> tuple[Project, str]:
    project = factories.project("Buurt & Co")
    leader = factories.leader_of(project)
    with project_scope(project.id):
        token = invite_colleague(
            leader,
            project,
            email="nieuw@kring.example",
            role=Role.PLANNER,
            valid=timedelta(hours=72),
        )
    return project, token


def message(opened: Session) -> OutboxMessage:
    return opened.scalars(select(OutboxMessage), execution_options=EVERYWHERE).one()


def outgoing(row: OutboxMessage) -> Outgoing:
    return Outgoing(
        id=row.id,
        public_name=row.public_name,
        purpose=row.purpose,
        about_id=row.about_id,
        sequence=row.sequence,
        params=row.params,
        person_id=row.person_id,
        account_id=row.account_id,
        language=row.language,
        queued_at=row.queued_at,
    )


def test_an_invited_colleague_is_mailed_the_link_that_lets_them_in(
    opened: Session, invited: tuple[Project, str]
) -> None:
    row = message(opened)
    content = mail_content.of_link(outgoing(row))

    assert isinstance(content, Content)
    assert (row.purpose, row.address) == (Purpose.COLLEAGUE, "nieuw@kring.example")
    assert content.values["link"].endswith(f"/links/{links.mailed(row.params['name'])}")
    assert content.values["project"] == "Buurt & Co"
    assert content.reply_to is not None


def test_only_the_mail_holds_the_token_that_proves_whose_address_it_is(
    opened: Session, invited: tuple[Project, str]
) -> None:
    _project, shown = invited

    mailed = links.mailed(message(opened).params["name"])

    found = queries.link_by_token(mailed)
    assert queries.link_by_token(shown) is found
    assert (found.proves_address(mailed), found.proves_address(shown)) == (True, False)


def test_the_outbox_holds_nothing_that_lets_somebody_in(
    opened: Session, invited: tuple[Project, str]
) -> None:
    _project, token = invited

    row = message(opened)

    assert token not in str({key: value for key, value in vars(row).items() if key != "mime"})
    assert links.mailed(row.params["name"]) not in str(row.params)
    assert row.params["name"] == tokens.public_part(token)


def test_a_link_that_has_expired_is_not_sent(opened: Session, invited: tuple[Project, str]) -> None:
    row = outgoing(message(opened))

    with clock.frozen(clock.now() + timedelta(hours=73)):
        said = mail_content.of_link(row)

    assert said == Withheld(Reason.OUTDATED)


def test_a_reset_goes_to_the_address_one_signs_in_with(opened: Session) -> None:
    who = factories.account("Ada Proef", locale="nl")

    jobs.post_reset({"account_id": who.id})

    row = message(opened)
    content = mail_content.of_link(outgoing(row))
    link = opened.scalars(select(AccessLink)).one()
    assert (row.purpose, row.project_id, row.address) == (Purpose.RESET, None, who.email)
    assert isinstance(content, Content)
    assert content.values["greeting"] == "Beste Ada Proef"
    assert link.token_hash == tokens.hashed(links.mailed(row.params["name"]))
