"""A link works once, also for eight who press at the same moment."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.accounts.models import Account, LinkPurpose, UserSession
from crm.core.permissions import Role
from tests import factories

pytestmark = pytest.mark.both_engines("locks")

MANY = 8
GOOD = "paard fiets wolk kaars"


def post_at_once(app: Flask, *addresses: str) -> Counter[int]:
    """Send a form to each address at the same moment; return how often which status came."""
    app.config["WTF_CSRF_ENABLED"] = False
    start, answered = Barrier(len(addresses)), Counter[int]()

    def press(number: int, address: str) -> None:
        given = {"name": f"Cor {number}", "email": f"c{number}@kring.example", "password": GOOD}
        start.wait()
        answered[app.test_client().post(address, data=given).status_code] += 1

    threads = [Thread(target=press, args=given) for given in enumerate(addresses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answered


def counted(opened: Session, model: type[Account | UserSession]) -> int:
    opened.rollback()
    return opened.scalar(select(func.count()).select_from(model)) or 0


def test_the_link_of_a_colleague_works_once(app: Flask, opened: Session) -> None:
    project_id = factories.project().id
    address = factories.link(
        LinkPurpose.JOIN, project_id=project_id, role=Role.PLANNER, email="cor@kring.example"
    )

    answered = post_at_once(app, *[address] * MANY)

    assert answered == {303: 1, 410: 7}
    assert counted(opened, Account) == 1


def test_the_link_of_the_first_administrator_works_once(app: Flask, opened: Session) -> None:
    address = factories.link(LinkPurpose.FIRST_ADMINISTRATOR)

    answered = post_at_once(app, *[address] * MANY)

    assert answered == {303: 1, 410: 7}
    assert counted(opened, Account) == 1


@pytest.mark.parametrize("links", [1, 2])
def test_of_all_links_to_a_new_password_one_works_once(
    app: Flask, opened: Session, links: int
) -> None:
    who = factories.account()
    made = [
        factories.link(LinkPurpose.RESET, account_id=who.id, email=who.email) + "/password"
        for _one in range(links)
    ]

    answered = post_at_once(app, *made * (MANY // links))

    assert answered == {303: 1, 410: 7}
    assert counted(opened, UserSession) == 1


def test_two_links_for_one_address_make_one_account(app: Flask, opened: Session) -> None:
    made = [factories.link(LinkPurpose.JOIN, email="cor@kring.example") for _one in range(2)]

    answered = post_at_once(app, *made)

    assert answered == {303: 1, 400: 1}
    assert counted(opened, Account) == 1
