"""A served Kring and a real browser that reports whatever goes wrong in it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    expect,
    sync_playwright,
)

from crm.core import mail
from crm.web.serving import Server, bound
from tests import layers

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
ComeIn = Callable[[FlaskClient], None]
PATIENCE = 30_000  # milliseconds; a busy machine takes its time, a quiet one never waits
LIVE_PAUSE = 2_500  # milliseconds between two questions of a page that goes on by itself
expect.set_options(timeout=PATIENCE)


class Watch:
    """What a page did that a user should never meet."""

    def __init__(self, page: Page, host: str) -> None:
        self._host = host
        self._allowed: list[str] = []
        self._problems: list[str] = []
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self._problems.append(f"error: {error}"))
        page.on("request", self._requested)
        page.on("requestfailed", self._failed)

    def allow(self, text: str) -> None:
        """Expect problems that hold `text`, such as the 404 that a test provokes."""
        self._allowed.append(text)

    def problems(self) -> list[str]:
        """Return what went wrong and was not expected."""
        return [
            problem
            for problem in self._problems
            if not any(text in problem for text in self._allowed)
        ]

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self._problems.append(f"console {kind}: {text}")

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self._host:
            self._problems.append(f"request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        # A download, and a page that is left early, both end as "aborted".
        if request.failure != "net::ERR_ABORTED":
            self._problems.append(f"failed request: {request.url}: {request.failure}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    if not CHROMIUM.exists():
        layers.missing("Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address at which the application of this test is served, by the server that users run."""
    sockets = bound("127.0.0.1", 0)
    server = Server(app, sockets)
    serving = threading.Thread(target=server.run, name="kring-server")
    serving.start()
    served = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    mail.use_settings(replace(mail.settings(), base_url=served))
    yield served
    server.stop()
    serving.join()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A fresh browser profile on a Dutch desktop; addresses are meant from the start page."""
    opened = browser.new_context(
        base_url=address, locale="nl-NL", timezone_id="Europe/Amsterdam",
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce",
    )  # fmt: skip
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def blank_page(context: BrowserContext) -> Page:
    """A tab that is not watched yet."""
    return context.new_page()


@pytest.fixture
def watch(blank_page: Page, address: str) -> Watch:
    """What watches over `page`, for tests that expect something to go wrong."""
    return Watch(blank_page, urlsplit(address).netloc)


@pytest.fixture
def page(blank_page: Page, watch: Watch) -> Iterator[Page]:
    """A tab in which nothing may go wrong: no message, no failed request, no other host."""
    yield blank_page
    assert watch.problems() == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which `npm ci` puts in place."""
    if not AXE.exists():
        layers.missing("axe-core (npm ci)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def come_in(app: Flask, context: BrowserContext, address: str) -> ComeIn:
    """Give the browser the sign-in of a client without JavaScript."""

    def came_in(client: FlaskClient) -> None:
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": address}])

    return came_in
