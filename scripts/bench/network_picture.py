"""
The picture in Chromium, beside what else could draw it: pyvis' own page, a bare canvas, sigma.js.

Each draws the same points and ties at the same places in a canvas of the same size. What is told
is the time from navigation until the picture had settled: drawn, and one pixel of it read back, so
that nothing waits to be painted. Sigma and the bare canvas get their data without a sign-in, a
database or compression.

All three come with the headers that every page of ours has. One of them, the opener policy, lets
Chromium leave the process that waits with an empty tab and start another once the headers are
there, also for a page that draws nothing at all; within Kring one goes from page to page without
that. What the bare canvas takes without these headers is told beside it, for who compares with
pages elsewhere.
"""

import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from figures import ROOT, Figures
from flask.testing import FlaskClient
from network_page import EVERY_TIE, PYVIS_PATIENCE, filled, pyvis_page, served
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crm.web.assets import asset
from crm.web.security import HEADERS

SMALL, LARGE = (200, 1_400), (5_000, 35_000)
TIMES = 5
PYVIS, CANVAS_SMALL, CANVAS_LARGE, SIGMA = 60, 3.0, 8.0, 1.0
FRAME = 50.0  # milliseconds
WIRE = 1_500_000  # bytes
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
    "--no-first-run",
    "--no-sandbox",
)
PIXEL = """
window.settle = (canvas) => {
  if (window.settledAt) return;
  const drawn = canvas.getContext("2d");
  if (drawn) drawn.getImageData(0, 0, 1, 1);
  else canvas.getContext("webgl2").readPixels(0, 0, 1, 1, 6408, 5121, new Uint8Array(4));
  window.settledAt = performance.now();
  document.documentElement.dataset.noted = "yes";
};
"""
NOTE_SETTLED = """
new MutationObserver(() => {
  const canvas = document.querySelector("[data-settled=yes] canvas");
  if (canvas) window.settle(canvas);
}).observe(document, { attributeFilter: ["data-settled"], subtree: true });
"""
NOTE_FRAMES = """
window.frames = [];
let before = 0;
requestAnimationFrame(function note(now) {
  if (before) window.frames.push(now - before);
  before = now;
  requestAnimationFrame(note);
});
"""
PAGE = """<!doctype html><meta charset="utf-8"><title>{name}</title>
<body><div id="place" style="width: {width}px; height: {height}px">
<canvas width="{width}" height="{height}"></canvas></div><script src="/bench/{name}.js"></script>"""
WIDTH, HEIGHT = 860, 585
WITHOUT, BARE = "canvas without our headers", "bare"


def measured(figures: Figures, people: int, ties: int) -> dict[str, float]:
    """Return the medians of ours, a bare canvas and sigma, drawn in turn."""
    taken: dict[str, list[float]] = {name: [] for name in ("ours", "canvas", "sigma", WITHOUT)}
    with sync_playwright() as playwright, filled(people, ties) as (client, address):
        pages = rivals(client, f"{address}/picture.json?{EVERY_TIE}")
        app = client.application
        app.wsgi_app = beside(app.wsgi_app, pages)  # type: ignore[method-assign]  # Flask's way
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with served(client) as base:
            for _ in range(TIMES + 1):
                for name, times in taken.items():
                    where = f"{address}?{EVERY_TIE}" if name == "ours" else page_of(name)
                    times.append(visit(browser, client, base, where))
            if people == LARGE[0]:
                while_large(figures, browser, client, base, address)
        browser.close()
    # The first visit makes what the others find.
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def page_of(name: str) -> str:
    """Return the address of the page of another way to draw."""
    return f"/bench/canvas.html?{BARE}" if name == WITHOUT else f"/bench/{name}.html"


def while_large(
    figures: Figures, browser: Browser, client: FlaskClient, base: str, address: str
) -> None:
    """Measure what only a large network must hold: what is sent, and dragging."""
    sent = on_the_wire(client, address)
    figures.at_most("page, data and scripts as sent", sent, WIRE, "bytes")
    frames = dragged(browser, client, base, f"{address}?{EVERY_TIE}")
    figures.at_most("frame while dragging, p95", p95(frames), FRAME, "ms", f"{len(frames)} frames")


def on_the_wire(client: FlaskClient, address: str) -> int:
    """Return the bytes that the page takes with all it asks for, but for letters and the logo."""
    packed = {"Accept-Encoding": "gzip, br, zstd"}
    page = client.get(f"{address}?{EVERY_TIE}", headers=packed)
    data = client.get(f"{address}/picture.json?{EVERY_TIE}", headers=packed)
    files = [asset(name) for name in ("app.css", "app.js", "network.js")]
    sent = [page, data, *(client.get(one, headers=packed) for one in files)]
    if any(answer.status_code != HTTPStatus.OK for answer in sent):
        raise SystemExit("a part of the page is not there")
    return sum(len(answer.data) for answer in sent)


def rivals(client: FlaskClient, address: str) -> dict[str, tuple[str, bytes]]:
    """Return what the other ways to draw are served: pages, scripts, and the same data."""
    nodes, edges = plain(json.loads(client.get(address).data))
    data = json.dumps({"nodes": nodes, "edges": edges}, separators=(",", ":")).encode()
    pages = {"/bench/data.json": ("application/json", data)}
    for name in ("canvas", "sigma"):
        page = PAGE.format(name=name, width=WIDTH, height=HEIGHT)
        pages[f"/bench/{name}.html"] = ("text/html", page.encode())
        pages[f"/bench/{name}.js"] = ("text/javascript", bundled(name))
    return pages


def plain(found: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the points and ties of our picture with no more than it takes to draw them."""
    groups = found["options"]["groups"]
    nodes = [
        {
            **{name: node[name] for name in ("id", "x", "y", "label")},
            "size": node["size"] / 5,
            "color": groups[node["group"]]["color"]["background"],
        }
        for node in found["nodes"]
    ]
    edges = [
        {"from": edge["from"], "to": edge["to"], "width": edge.get("width", 1)}
        for edge in found["edges"]
    ]
    return nodes, edges


def bundled(name: str) -> bytes:
    """Return a script with all it needs, as small as ours."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.js"
        subprocess.run(
            [
                "node_modules/.bin/esbuild",
                f"scripts/bench/pictures/{name}.js",
                "--bundle",
                "--minify",
                f"--outfile={out}",
                "--log-level=warning",
            ],
            cwd=ROOT,
            check=True,
        )
        return out.read_bytes()


def beside(app: Callable[..., Any], pages: dict[str, tuple[str, bytes]]) -> Callable[..., Any]:
    """Return an application that answers these pages itself, and leaves the rest to `app`."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] not in pages:
            answered: Iterable[bytes] = app(environ, start)
            return answered
        kind, body = pages[environ["PATH_INFO"]]
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        if environ["QUERY_STRING"] != BARE:
            headers += HEADERS.items()
        start("200 OK", headers)
        return [body]

    return answer


def entered(browser: Browser, client: FlaskClient, base: str) -> BrowserContext:
    """Return a browser that has seen nothing of us but is signed in."""
    cookie = client.get_cookie("kring")
    if cookie is None:
        raise SystemExit("not signed in")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=base)
    context.add_cookies([{"name": "kring", "value": cookie.value, "url": base}])
    context.add_init_script(PIXEL + NOTE_SETTLED)
    return context


def visit(browser: Browser, client: FlaskClient, base: str, where: str) -> float:
    """Return how long one visit takes until the picture has settled."""
    context = entered(browser, client, base)
    page = context.new_page()
    page.goto(where, wait_until="commit")
    taken = settled(page)
    context.close()
    return taken


def settled(page: Page) -> float:
    """Return the seconds from navigation until the picture had settled."""
    # Not by a function that is asked again and again: our policy lets nobody evaluate words.
    page.wait_for_selector("html[data-noted]", timeout=PYVIS_PATIENCE * 1000)
    return float(page.evaluate("window.settledAt")) / 1000


def dragged(browser: Browser, client: FlaskClient, base: str, where: str) -> list[float]:
    """Return the time of each frame while the picture is dragged around."""
    context = entered(browser, client, base)
    page = context.new_page()
    page.goto(where)
    settled(page)
    box = page.locator("[data-network-canvas]").bounding_box()
    if box is None:
        raise SystemExit("no picture")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(NOTE_FRAMES)
    drag(page, x, y)
    frames: list[float] = page.evaluate("window.frames")
    page.mouse.up()
    context.close()
    return frames


def drag(page: Page, x: float, y: float) -> None:
    """Move the pointer there and back, a small step at a time."""
    for step in range(120):
        page.mouse.move(x + 2 * abs(60 - step) - 60, y + abs(60 - step))


def p95(frames: list[float]) -> float:
    """Return what 95 in 100 frames stay within."""
    return statistics.quantiles(frames, n=20)[-1]


def main() -> None:
    """Measure both sizes."""
    figures = Figures()
    people, ties = SMALL
    size = f"{people:,} people, {ties:,} ties, medians of {TIMES}"
    small = measured(figures, people, ties)
    told(figures, small, size)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        theirs = pyvis_page(browser)
        browser.close()
    figures.told("pyvis' own page, settled", theirs, "s", f"at most {PYVIS_PATIENCE:.0f} s waited")
    figures.at_least("times faster than pyvis", theirs / small["ours"], PYVIS, "", size)
    figures.at_most("times the canvas", small["ours"] / small["canvas"], CANVAS_SMALL, "", size)
    people, ties = LARGE
    size = f"{people:,} people, {ties:,} ties, medians of {TIMES}"
    large = measured(figures, people, ties)
    told(figures, large, size)
    figures.at_most("times sigma", large["ours"] / large["sigma"], SIGMA, "", size)
    figures.at_most("times the canvas", large["ours"] / large["canvas"], CANVAS_LARGE, "", size)
    figures.leave()


def told(figures: Figures, medians: dict[str, float], size: str) -> None:
    """Tell what was measured."""
    for name, taken in medians.items():
        figures.told(f"{name}, settled", taken, "s", size)


if __name__ == "__main__":
    main()
