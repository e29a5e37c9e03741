"""The page of the network: in Chromium against pyvis' own page, and on the server when large."""

import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from figures import Figures, median_seconds, seconds
from flask.testing import FlaskClient
from network_data import HELIXES, fill, meetings
from playwright.sync_api import Browser, Error, Page, sync_playwright

import crm
from config import Config
from crm.core import migrations
from crm.core.db import Database, project_scope
from crm.core.permissions import Role
from crm.web.serving import Server, bound
from tests import factories

SMALL, LARGE = (200, 1_400), (5_000, 35_000)
TIMES = 5
PYVIS_PATIENCE = 60.0
FASTER = 60
COLD, UNCHANGED = 3.0, 0.2
CHROMIUM = "/usr/bin/chromium"
EVERY_TIE = "tie=attendance&minimum=0"
NOTE_SETTLED = """
new MutationObserver(() => {
  const settled = document.querySelector("[data-settled]");
  if (settled && !window.settledAt) window.settledAt = performance.now();
}).observe(document, { attributes: true, childList: true, subtree: true });
"""
# pyvis leaves the picture to its physics; it is settled when they come to rest.
NOTE_RESTING = """
const waiting = setInterval(() => {
  if (typeof network === "undefined" || !network) return;
  clearInterval(waiting);
  network.once("stabilized", () => { window.settledAt = performance.now(); });
}, 5);
"""


@contextmanager
def filled(people: int, ties: int) -> Iterator[tuple[FlaskClient, str]]:
    """Give a signed-in client on a network of this size, and the address of its page."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"KRING_DATA": folder, "KRING_SECRET_KEY": "bench" * 8}
        settings["KRING_RATE_LIMITS"] = "no"
        config = Config.from_environment(settings)
        migrations.upgrade(config.database_url)
        app = crm.create_app(config)
        database: Database = app.extensions["kring_database"]
        with app.app_context(), database.opened():
            project = factories.project()
            client = factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))
            with project_scope(project.id):
                fill(people, ties)
            address = f"/projects/{project.slug}/network"
        try:
            yield client, address
        finally:
            database.dispose()


def on_the_server(figures: Figures) -> None:
    """Measure graph, layout and data of a large network: the first time, and unchanged."""
    people, ties = LARGE
    size = f"{people:,} people, {ties:,} ties"
    with filled(people, ties) as (client, address):
        client.get(f"{address.rpartition('/')[0]}/")
        data = f"{address}/picture.json?{EVERY_TIE}"
        figures.at_most("network data, cold", seconds(lambda: fetch(client, data)), COLD, "s", size)
        again = median_seconds(lambda: fetch(client, data), times=TIMES)
        figures.at_most("network data, unchanged", again, UNCHANGED, "s", size)
        page = f"{address}?{EVERY_TIE}"
        figures.told("network page, data there", seconds(lambda: fetch(client, page)), "s", size)
        again = median_seconds(lambda: fetch(client, page), times=TIMES)
        figures.told("network page, unchanged", again, "s", size)


def fetch(client: FlaskClient, address: str) -> None:
    """
    Fetch an address, packed as browsers ask for it.

    :raises SystemExit: if it is not there
    """
    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    if answer.status_code != 200:  # noqa: PLR2004 - the status of a page
        raise SystemExit(f"{address} gave {answer.status_code}")


def in_a_browser(figures: Figures) -> None:
    """Measure from navigation to a picture that has settled, ours and pyvis' own."""
    people, ties = SMALL
    size = f"{people:,} people, {ties:,} ties, median of {TIMES}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with filled(people, ties) as (client, address), served(client) as base:
            ours = our_page(browser, client, f"{base}{address}?{EVERY_TIE}")
        theirs = pyvis_page(browser)
        browser.close()
    stopped = " (stopped)" if theirs >= PYVIS_PATIENCE else ""
    figures.told(
        "pyvis' own page, settled", theirs, "s", f"{size.partition(', median')[0]}{stopped}"
    )
    figures.at_most("network page, settled", ours, theirs / FASTER, "s", size)
    figures.told("times faster", theirs / ours, "", size)


@contextmanager
def served(client: FlaskClient) -> Iterator[str]:
    """Serve the client's application as users have it, and give its address."""
    sockets = bound("127.0.0.1", 0)
    server = Server(client.application, sockets)
    serving = threading.Thread(target=server.run)
    serving.start()
    try:
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.stop()
        serving.join()


def our_page(browser: Browser, client: FlaskClient, address: str) -> float:
    """Return the median of several visits, each by a browser that has seen nothing of us."""
    cookie = client.get_cookie("kring")
    if cookie is None:
        raise SystemExit("not signed in")
    taken = []
    for _ in range(TIMES + 1):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies([{"name": "kring", "value": cookie.value, "url": address}])
        context.add_init_script(NOTE_SETTLED)
        page = context.new_page()
        page.goto(address)
        taken.append(settled(page, PYVIS_PATIENCE))
        context.close()
    # The first visit makes what the others find; the server's own cost is told apart.
    return statistics.median(taken[1:])


def pyvis_page(browser: Browser) -> float:
    """Return how long pyvis' own page takes for the same people and ties, at most a minute."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pyvis.html"
        path.write_text(pyvis_html(), encoding="utf-8")
        page = browser.new_page()
        # There need not be an internet here, and its style sheets do not place points.
        page.route("http*://**", lambda route: route.abort())
        page.add_init_script(NOTE_RESTING)
        page.goto(path.as_uri(), wait_until="commit")
        return settled(page, PYVIS_PATIENCE)


def pyvis_html() -> str:
    """Return pyvis' default page of the same network, with its libraries inside."""
    from pyvis.network import Network  # noqa: PLC0415 - as the application does

    people, ties = SMALL
    network = Network(cdn_resources="in_line")
    for number in range(people):
        network.add_node(number, label=f"Voornaam Achternaam{number}", group=HELIXES[number % 4])
    for guests in meetings(people, ties):
        for place, one in enumerate(guests):
            for other in guests[place + 1 :]:
                network.add_edge(one, other)
    return str(network.generate_html())


def settled(page: Page, patience: float) -> float:
    """Return the seconds from navigation until the picture had settled, at most `patience`."""
    try:
        found = page.wait_for_function("window.settledAt", timeout=patience * 1000)
        return float(found.json_value()) / 1000
    except Error:
        return patience


def main() -> None:
    """Measure both."""
    figures = Figures()
    on_the_server(figures)
    in_a_browser(figures)
    figures.leave()


if __name__ == "__main__":
    main()
