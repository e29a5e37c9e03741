"""Headers, limits and refusals at the edge."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import crm
from config import Config
from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories, pages
from tests.pages import Enter

ROOT = Path(__file__).resolve().parents[2]


def test_every_page_carries_a_strict_policy(client: FlaskClient) -> None:
    answer = client.get("/sign-in")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_health_needs_no_sign_in(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_a_page_that_is_not_there_says_so(client: FlaskClient) -> None:
    answer = client.get("/geen-pagina")

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_form_past_the_limit_is_refused(client: FlaskClient) -> None:
    form = pages.token(client, "/sign-in")

    answer = client.post("/sign-in", data={"csrf_token": form, "email": "x" * 1_100_000})

    assert answer.status_code == 413


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_reads_in_the_language_one_chose(client: FlaskClient, language: str) -> None:
    pages.post(client, "/language", {"language": language, "here": "/sign-in"}, form_at="/sign-in")

    answer = client.get("/sign-in")

    assert f'lang="{language}"' in answer.text


@pytest.mark.parametrize(
    "here", ["//evil.example", "/sign-in\r\nX-Typed: yes", "/\n/evil.example", "/\x7f", "//["]
)
def test_the_language_form_leads_to_our_own_pages_only(client: FlaskClient, here: str) -> None:
    answer = pages.post(client, "/language", {"language": "nl", "here": here}, form_at="/sign-in")

    assert (answer.status_code, answer.location) == (303, "/")


def test_the_language_form_leads_back_to_any_page_of_ours(client: FlaskClient) -> None:
    here = "/projects/assen-i2i/persons?q=Zoë%20van&page=2"

    answer = pages.post(client, "/language", {"language": "nl", "here": here}, form_at="/sign-in")

    assert answer.location == "/projects/assen-i2i/persons?q=Zo%C3%AB%20van&page=2"


def test_too_many_tries_are_stopped(config: Config) -> None:
    app = crm.create_app(replace(config, rate_limits=True))
    client = app.test_client()
    form = pages.token(client, "/sign-in")
    tried = {"csrf_token": form, "email": "x@kring.example", "password": "x"}

    statuses = [client.post("/sign-in", data=tried).status_code for _ in range(31)]

    assert statuses[0] == 400
    assert statuses[-1] == 429
    app.extensions["kring_database"].dispose()


def test_a_failure_shows_no_details_and_logs_no_text(
    app: Flask, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ValueError("geheim@kring.example")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "accounts.sign_in", broken)

    answer = app.test_client().get("/sign-in")

    assert answer.status_code == 500
    assert "geheim" not in answer.text
    assert "geheim" not in capsys.readouterr().err


def test_a_name_that_is_not_ours_gets_a_page_that_says_so(config: Config) -> None:
    app = crm.create_app(replace(config, trusted_hosts=("kring.example",)))
    client = app.test_client()

    answers = [client.get(path, base_url="http://evil.example") for path in ("/", "/sign-in", "/x")]

    assert {answer.status_code for answer in answers} == {400}
    assert all("Kring" in answer.text and "evil" not in answer.text for answer in answers)
    assert client.get("/sign-in", base_url="http://kring.example:8000").status_code == 200
    app.extensions["kring_database"].dispose()


def test_nothing_leads_to_the_name_that_was_asked_for(enter: Enter, project: Project) -> None:
    client, evil = enter(Role.LEADER), "http://evil.example"
    cookie = client.get_cookie("kring")
    assert cookie
    client.set_cookie("kring", cookie.value, domain="evil.example")

    moved = client.get(f"/projects/{project.slug}", base_url=evil)
    colleague = {"email": "nieuw@kring.example", "role": "planner"}
    made = client.post(f"/projects/{project.slug}/members", data=colleague, base_url=evil)

    assert (moved.status_code, moved.headers["Location"]) == (308, f"/projects/{project.slug}/")
    assert "http://127.0.0.1:8000/links/" in made.text
    assert "evil.example" not in made.text


def test_no_address_is_made_of_what_a_request_says() -> None:
    files = [*ROOT.glob("crm/**/*.py"), *ROOT.glob("templates/**/*.html")]
    says = re.compile(
        r"_external=True|\bhost_url\b|\burl_root\b|request\.(base_)?url\b|request\.host\b"
    )

    assert len(files) > 100
    assert [one.name for one in files if says.search(one.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("settings", "is_secure"),
    [
        ({}, False),
        ({"KRING_BASE_URL": "http://kring.example"}, False),
        ({"KRING_BASE_URL": "https://kring.example/"}, True),
        ({"KRING_BASE_URL": "https://kring.example", "KRING_SECURE_COOKIES": "no"}, False),
        ({"KRING_SECURE_COOKIES": "yes"}, True),
    ],
)
def test_cookies_are_secure_where_people_come_by_https(
    settings: dict[str, str], tmp_path: Path, *, is_secure: bool
) -> None:
    made = Config.from_environment({"KRING_DATA": str(tmp_path), **settings})

    assert made.secure_cookies is is_secure


def test_opening_pages_writes_nothing(
    client: FlaskClient, opened: Session, project: Project
) -> None:
    factories.sign_in(client, factories.member(project))
    before = opened.connection().exec_driver_sql("SELECT count(*) FROM audit_entry").scalar()
    opened.rollback()

    client.get("/")
    client.get(f"/projects/{project.slug}/members")

    after = opened.connection().exec_driver_sql("SELECT count(*) FROM audit_entry").scalar()
    assert before == after
