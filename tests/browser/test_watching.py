"""The watch over a page: it must see what a user should never meet."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.browser.accessibility import findings
from tests.browser.conftest import Watch

pytestmark = pytest.mark.engine("sqlite")


def test_a_quiet_page_gives_no_problems(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")

    assert watch.problems() == []


def test_a_missing_file_is_seen(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")
    page.evaluate("fetch('/static/none.css')")

    page.wait_for_timeout(200)

    assert len(watch.problems()) == 1
    assert "404" in watch.problems()[0]
    watch.allow("404")


def test_an_inline_script_is_seen(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")

    page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")
    page.wait_for_timeout(200)

    assert any("Content Security Policy" in problem for problem in watch.problems())
    watch.allow("")


def test_another_host_is_seen(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")

    page.route("http://elsewhere.invalid/**", lambda route: route.abort())
    page.evaluate("location.href = 'http://elsewhere.invalid/'")
    page.wait_for_timeout(200)

    assert any("another host" in problem for problem in watch.problems())
    watch.allow("elsewhere")


def test_a_barrier_is_found(page: Page, axe: str) -> None:
    page.set_content("<html lang=nl><title>x</title><main><h1>x</h1><img src='data:,'></main>")

    found = findings(page, axe)

    assert any(line.startswith("image-alt") for line in found)


def test_the_server_of_the_tests_answers_like_the_application(
    page: Page, client: FlaskClient
) -> None:
    answer = page.goto("/sign-in")

    assert answer is not None
    assert answer.status == client.get("/sign-in").status_code == HTTPStatus.OK
