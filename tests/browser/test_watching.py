"""The watch over a page: it must see what a user should never meet."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.browser.accessibility import findings
from tests.browser.conftest import PATIENCE, Watch

pytestmark = pytest.mark.engine("sqlite")


def test_a_quiet_page_gives_no_problems(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")

    assert watch.problems() == []


def test_a_missing_file_is_seen(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")
    page.evaluate("fetch('/static/none.css')")

    assert _first_problem(page, watch, "404")
    assert len(watch.problems()) == 1
    watch.allow("404")


def test_an_inline_script_is_seen(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")

    page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")

    assert _first_problem(page, watch, "Content Security Policy")
    watch.allow("")


def test_another_host_is_seen(page: Page, watch: Watch) -> None:
    page.goto("/sign-in")

    page.route("http://elsewhere.invalid/**", lambda route: route.abort())
    page.evaluate("location.href = 'http://elsewhere.invalid/'")

    assert _first_problem(page, watch, "another host")
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


def _first_problem(page: Page, watch: Watch, text: str) -> str | None:
    """What the watch saw that holds `text`, as soon as it did: a busy machine takes its time."""
    for _ in range(PATIENCE // 50):
        for problem in watch.problems():
            if text in problem:
                return problem
        page.wait_for_timeout(50)
    return None
