"""Links to a saved view for outsiders: no name of any person, for a while, until revoked."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

import crm
from config import Config
from crm.accounts import queries as accounts
from crm.accounts.services import set_active
from crm.core import clock, tokens
from crm.core.audit import AuditValue
from crm.core.db import Database, session
from crm.core.permissions import Role, system
from crm.networks.models import SavedView, ShareLink
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.web import personal_pages
from tests import factories, pages
from tests.networks.conftest import Looking
from tests.networks.gathering import meet

LINK = re.compile(r'value="http://127\.0\.0\.1:8000(/n/([A-Za-z0-9_-]{22}))"')


@pytest.fixture(autouse=True)
def met(official: Person, resident: Person, office: Organisation) -> None:
    meet(official, resident)


@pytest.fixture
def outsider(app: Flask) -> FlaskClient:
    return english(app)


def english(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def post(client: FlaskClient, where: str, rest: str, **data: object) -> TestResponse:
    return pages.post(client, f"{where}/{rest}", data, form_at=f"{where}/views")


def save(leader: FlaskClient, where: str, query: str = "") -> int:
    post(leader, where, "views", name="Voor de raad", query=query)
    session().rollback()
    return session().scalars(select(SavedView.id).order_by(SavedView.id.desc()).limit(1)).one()


def link(leader: FlaskClient, where: str, query: str = "", days: int = 30) -> str:
    answer = post(leader, where, f"views/{save(leader, where, query)}/links", days=days)
    session().rollback()
    found = LINK.search(answer.text)
    assert found is not None, answer.text
    return found[1]


def test_an_outsider_sees_picture_and_tables_and_no_name_of_a_person(
    leader: FlaskClient, outsider: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    address = link(leader, where)

    shown = [
        outsider.get(address),
        outsider.get(f"{address}?list=points"),
        outsider.get(f"{address}/picture.svg"),
        outsider.get(f"{address}?language=nl"),
    ]

    for answer in shown:
        assert answer.status_code == 200
        for name in ("Dirk", "Ambtenaar", "Greet", "Greet Bewoner"):
            assert name not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert f"Resident {resident.pseudonym}" in shown[0].text
    assert f"Person {official.pseudonym}" in shown[1].text
    assert "Gemeente Proef" in shown[1].text
    assert f"Resident {resident.pseudonym}" in shown[2].text
    assert f"Bewoner {resident.pseudonym}" in shown[3].text
    assert outsider.get(f"{address}/picture.png").data.startswith(b"\x89PNG")


def test_who_is_signed_in_sees_no_more_by_the_link(
    leader: FlaskClient, where: str, resident: Person
) -> None:
    address = link(leader, where)
    leader.get(where)

    assert "Greet" not in leader.get(address).text


def test_a_report_elsewhere_may_show_the_picture_but_not_the_page(
    leader: FlaskClient, outsider: FlaskClient, where: str
) -> None:
    address = link(leader, where)

    policies = [
        outsider.get(one).headers["Cross-Origin-Resource-Policy"]
        for one in (f"{address}/picture.svg", f"{address}/picture.png", address)
    ]

    assert policies == ["cross-origin", "cross-origin", "same-origin"]


def test_the_link_keeps_what_the_view_asks(
    leader: FlaskClient, outsider: FlaskClient, where: str
) -> None:
    early = link(leader, where, "tie=attendance&until=2021-03-17")

    assert "Nothing ties anybody together" in outsider.get(early).text


def test_of_which_part_it_is_stands_on_the_page(
    leader: FlaskClient, outsider: FlaskClient, where: str
) -> None:
    address = link(leader, where, "month=2021-03")

    assert "<li>As of the end of: March 2021</li>" in outsider.get(address).text


def test_a_link_ends_by_itself(
    leader: FlaskClient, outsider: FlaskClient, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    address = link(leader, where, days=7)

    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=6, hours=23))
    before = outsider.get(address).status_code
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=7, minutes=1))
    after = outsider.get(address).status_code

    assert (before, after) == (200, 404)


def test_a_link_is_ended_at_once(leader: FlaskClient, outsider: FlaskClient, where: str) -> None:
    address = link(leader, where)
    listed = leader.get(f"{where}/views")

    post(leader, where, f"links/{session().scalars(select(ShareLink.id)).one()}/end")

    assert "Links that outsiders can open" in pages.text_of(listed)
    assert outsider.get(address).status_code == 404
    assert outsider.get(f"{address}/picture.svg").status_code == 404


def test_removing_the_view_ends_its_links(
    leader: FlaskClient, outsider: FlaskClient, where: str
) -> None:
    address = link(leader, where)

    post(leader, where, f"views/{session().scalars(select(SavedView.id)).one()}/remove")

    assert outsider.get(address).status_code == 404


def test_the_token_is_kept_nowhere(leader: FlaskClient, where: str) -> None:
    token = link(leader, where).rpartition("/")[2]

    kept = session().scalars(select(ShareLink)).one()
    said = session().scalars(select(AuditValue)).all()
    assert kept.token_hash == tokens.hashed(token)
    assert not any(
        word in str(one.new) + str(one.old) for one in said for word in (token, kept.token_hash)
    )
    assert token not in leader.get(f"{where}/views").text


@pytest.mark.parametrize("role", [Role.PLANNER, Role.REVIEWER])
def test_only_a_leader_opens_the_network_to_outsiders(
    leader: FlaskClient, looking: Looking, where: str, role: Role
) -> None:
    view_id = save(leader, where)

    answer = post(looking(role), where, f"views/{view_id}/links", days=30)

    assert answer.status_code == 403


def test_a_view_by_tag_is_not_for_outsiders(leader: FlaskClient, where: str) -> None:
    view_id = save(leader, where, "tag=mantelzorg")

    post(leader, where, f"views/{view_id}/links", days=30)

    assert "tells something of private persons" in pages.text_of(leader.get(f"{where}/views"))
    session().rollback()
    assert session().scalars(select(ShareLink)).all() == []


def test_around_somebody_is_said_by_number(
    leader: FlaskClient, outsider: FlaskClient, where: str, resident: Person
) -> None:
    address = link(leader, where, f"around=p{resident.id}&minimum=0")

    picture = outsider.get(f"{address}/picture.svg").text

    assert f"Around: Resident {resident.pseudonym}" in picture


@pytest.mark.parametrize("token", ["x", "a" * 22, "%00", "é", "." * 300])
def test_other_addresses_lead_nowhere(outsider: FlaskClient, token: str) -> None:
    assert outsider.get(f"/n/{token}").status_code == 404
    assert outsider.get(f"/n/{token}/picture.svg").status_code == 404


def test_a_link_used_by_too_many_rests_an_hour(
    config: Config, leader: FlaskClient, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.networks.views.saved_views.USES", "2/hour")
    address = link(leader, where)
    limited = crm.create_app(replace(config, rate_limits=True))

    answers = [limited.test_client().get(address).status_code for _time in range(3)]
    limited.extensions["kring_database"].dispose()

    assert answers == [200, 200, 429]
    assert personal_pages.looks_like_link(address)


def test_a_link_to_a_private_view_of_somebody_else_is_not_made(
    leader: FlaskClient, looking: Looking, where: str
) -> None:
    view_id = save(leader, where)

    answer = post(looking(Role.LEADER), where, f"views/{view_id}/links", days=30)

    assert answer.status_code == 404


def test_links_end_with_the_account_that_gave_them(
    app: Flask, leader: FlaskClient, outsider: FlaskClient, where: str, project: Project
) -> None:
    address = link(leader, where)
    maker = session().scalars(select(ShareLink.made_by_id)).one() or 0
    factories.member(project)
    database: Database = app.extensions["kring_database"]

    for is_active in (False, True):
        with database.opened():  # in no project, as on the page of accounts
            set_active(system(), accounts.account(maker), is_active=is_active)

        assert outsider.get(address).status_code == 404
