"""What single-use links let their holder do, and what they tell a stranger."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import services
from crm.accounts.models import AccessLink, Account, LinkPurpose, SignInRefused, UserSession
from crm.accounts.rules import links
from crm.core import clock, tokens
from crm.core.db import unit_of_work
from crm.core.permissions import Role, system
from crm.projects.models import Membership, Project
from tests import factories, pages
from tests.conventions import page_rules
from tests.factories.accounts import PASSWORD

GOOD = "paard fiets wolk kaars"
WRONG = "iets heel anders dan dat"
CLOSED = 429
LOOKING = {"kring_unscoped": "the test looks"}


def a_mailed_link(purpose: LinkPurpose, **details: object) -> tuple[str, str]:
    """Return the address that is mailed, and the one to hand over."""
    made = services.LinkDetails(purpose, timedelta(hours=1), **details)  # type: ignore[arg-type]  # a test names what it needs
    with unit_of_work(system(), "tests.link"):
        token = services.post_link(system(), made)
    return f"/links/{links.mailed(tokens.public_part(token))}", f"/links/{token}"


def accounts(opened: Session) -> list[Account]:
    opened.rollback()
    opened.expire_all()
    return list(opened.scalars(select(Account).order_by(Account.id)))


def members(opened: Session) -> list[tuple[int, int, Role]]:
    opened.rollback()
    found = opened.scalars(select(Membership).order_by(Membership.id), execution_options=LOOKING)
    return [(one.project_id, one.account_id, one.role) for one in found]


def test_a_link_does_nothing_when_it_is_looked_at(client: FlaskClient, opened: Session) -> None:
    mailed, _shown = a_mailed_link(LinkPurpose.JOIN, email="cor@kring.example")

    seen = [client.get(mailed).status_code, client.head(mailed).status_code]

    link = opened.scalars(select(AccessLink)).one()
    assert seen == [200, 200]
    assert accounts(opened) == []
    assert link.is_open


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("is_in", [True, False])
def test_each_page_of_a_link_is_valid(client: FlaskClient, opened: Session, *, is_in: bool) -> None:
    who = factories.account()
    if is_in:
        factories.sign_in(client, who)

    found = {
        (purpose, email): page_rules.faults(
            client.get(factories.link(purpose, account_id=who.id, email=email)).text
        )
        for purpose in LinkPurpose
        for email in (who.email, "cor@kring.example", "")
    }

    assert {page: faults for page, faults in found.items() if faults} == {}


def test_a_lapsed_link_is_refused(client: FlaskClient, opened: Session) -> None:
    address = factories.link(LinkPurpose.FIRST_ADMINISTRATOR)

    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert client.get(address).status_code == 410


def test_the_first_administrator_comes_in_once_by_any_of_the_links(
    app: Flask, client: FlaskClient, opened: Session
) -> None:
    address, earlier = (factories.link(LinkPurpose.FIRST_ADMINISTRATOR) for _start in range(2))
    newcomer = {"name": "Bep Beheer", "email": "bep@kring.example", "password": GOOD}

    first = pages.post(client, address, newcomer)

    assert first.status_code == 303
    assert [client.get(one).status_code for one in (address, earlier)] == [410, 410]
    (made,) = accounts(opened)
    assert (made.email, made.is_administrator) == ("bep@kring.example", True)


def test_who_joins_has_the_address_and_the_role_of_the_link(
    client: FlaskClient, opened: Session, project: Project
) -> None:
    address = factories.link(
        LinkPurpose.JOIN, project_id=project.id, role=Role.PLANNER, email="Cor@kring.example"
    )

    pages.post(client, address, {"name": "Cor", "email": "eva@kring.example", "password": GOOD})

    (made,) = accounts(opened)
    assert (made.email, made.is_administrator) == ("Cor@kring.example", False)
    assert members(opened) == [(project.id, made.id, Role.PLANNER)]


def test_who_has_an_account_joins_by_its_password(
    client: FlaskClient, opened: Session, project: Project
) -> None:
    who = factories.account(email="dirk@kring.example")
    address = factories.link(
        LinkPurpose.JOIN, project_id=project.id, role=Role.REVIEWER, email="Dirk@kring.example"
    )

    answer = pages.post(client, f"{address}/sign-in", {"own-password": PASSWORD}, form_at=address)

    assert answer.status_code == 303
    assert members(opened) == [(project.id, who.id, Role.REVIEWER)]
    assert client.get("/account").status_code == 200


def test_who_is_signed_in_joins_with_one_press(
    client: FlaskClient, opened: Session, project: Project
) -> None:
    who = factories.account("Dirk Daar")
    address = factories.link(
        LinkPurpose.JOIN, project_id=project.id, role=Role.PLANNER, email=who.email
    )
    factories.sign_in(client, who)

    shown = pages.text_of(client.get(address))
    answer = pages.post(client, f"{address}/accept", form_at=address)

    assert "You are signed in as Dirk Daar." in shown
    assert answer.status_code == 303
    assert members(opened) == [(project.id, who.id, Role.PLANNER)]


def test_a_link_for_another_address_is_not_taken_by_who_is_signed_in(
    client: FlaskClient, opened: Session, project: Project
) -> None:
    factories.sign_in(client, factories.account("Dirk Daar"))
    address = factories.link(
        LinkPurpose.JOIN, project_id=project.id, role=Role.LEADER, email="cor@kring.example"
    )

    shown = pages.text_of(client.get(address))
    answer = pages.post(client, f"{address}/accept", form_at=address)

    assert "You are signed in with another address" in shown
    assert answer.status_code == 409
    assert members(opened) == []


def test_an_administrator_can_be_made_of_who_has_an_account(
    client: FlaskClient, opened: Session
) -> None:
    who = factories.account()
    address = factories.link(LinkPurpose.FIRST_ADMINISTRATOR, email=who.email)
    factories.sign_in(client, who)

    pages.post(client, f"{address}/accept", form_at=address)

    assert accounts(opened)[0].is_administrator


def newcomer(client: FlaskClient, address: str) -> None:
    pages.post(client, address, {"name": "Cor", "password": GOOD})


def with_password(client: FlaskClient, address: str) -> None:
    factories.account(email="cor@kring.example")
    pages.post(client, f"{address}/sign-in", {"own-password": PASSWORD}, form_at=address)


def signed_in(client: FlaskClient, address: str) -> None:
    factories.sign_in(client, factories.account(email="cor@kring.example"))
    pages.post(client, f"{address}/accept", form_at=address)


@pytest.mark.parametrize("accept", [newcomer, with_password, signed_in])
@pytest.mark.parametrize("is_mailed", [True, False])
def test_only_the_link_that_was_mailed_confirms_the_address(
    client: FlaskClient,
    opened: Session,
    accept: Callable[[FlaskClient, str], None],
    *,
    is_mailed: bool,
) -> None:
    mailed, shown = a_mailed_link(LinkPurpose.JOIN, email="cor@kring.example")

    client.get(mailed)
    accept(client, mailed if is_mailed else shown)

    (made,) = accounts(opened)
    assert (made.email_confirmed_at is not None) is is_mailed
    assert [client.get(one).status_code for one in (mailed, shown)] == [410, 410]


def test_after_a_reset_only_the_new_password_works(client: FlaskClient, opened: Session) -> None:
    who = factories.account()
    address = factories.link(LinkPurpose.RESET, account_id=who.id, email=who.email)

    pages.post(client, f"{address}/password", {"password": GOOD}, form_at=address)
    opened.expire_all()

    with pytest.raises(SignInRefused):
        services.prove(who.email, PASSWORD)
    assert services.prove(who.email, GOOD)


def test_a_new_password_by_a_link_ends_the_other_links_and_every_sign_in(
    app: Flask, client: FlaskClient, opened: Session
) -> None:
    who, elsewhere = factories.account(), app.test_client()
    factories.sign_in(elsewhere, who)
    used, other = (
        factories.link(LinkPurpose.RESET, account_id=who.id, email=who.email) for _one in range(2)
    )
    of_somebody_else = factories.account()
    theirs = factories.link(
        LinkPurpose.RESET, account_id=of_somebody_else.id, email=of_somebody_else.email
    )

    pages.post(client, f"{used}/password", {"password": GOOD}, form_at=used)

    assert [client.get(one).status_code for one in (other, theirs)] == [410, 200]
    assert elsewhere.get("/account").status_code == 303
    opened.rollback()
    assert len(opened.scalars(select(UserSession)).all()) == 1


@pytest.mark.parametrize("change", ["password", "disabled"])
def test_a_link_to_a_password_ends_with(client: FlaskClient, opened: Session, change: str) -> None:
    who = factories.account()
    address = factories.link(LinkPurpose.RESET, account_id=who.id, email=who.email)

    if change == "password":
        factories.sign_in(client, who)
        given = {"old": PASSWORD, "password": GOOD}
        pages.post(client, "/account/password", given, form_at="/account")
    else:
        services.set_active(system(), who, is_active=False)

    assert client.get(address).status_code == 410


def test_a_link_is_for_nothing_else_than_it_was_made_for(
    app: Flask, client: FlaskClient, opened: Session
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    who = factories.account()
    reset = factories.link(LinkPurpose.RESET, account_id=who.id, email=who.email)
    join = factories.link(LinkPurpose.JOIN, email=who.email)
    typed = {"name": "X", "password": GOOD, "own-password": PASSWORD}

    wrong = [client.post(one, data=typed).status_code for one in (reset, f"{reset}/sign-in")]
    wrong += [client.post(f"{join}/password", data=typed).status_code]

    assert wrong == [404, 404, 404]
