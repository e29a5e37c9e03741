"""The network as a page by itself: nothing in it leads outside, and names stay text."""

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import html5lib
import pytest
from flask import Flask

from crm.networks.views.exports import ExportFormat, written
from crm.networks.views.exports.standalone import MOST_ROWS
from crm.networks.views.exports.takeaway import Takeaway, TakenPoint, picture_of, writable
from tests.networks.test_export_pictures import DEGENERATE, HEADING, PAIR, point
from tests.web.hostile import TEXTS

pytestmark = pytest.mark.engine("sqlite")
OUTSIDE = re.compile(r"""(?:src|href|action|poster|srcset)\s*=\s*["']?(?!#|data:)[^\s>]""")
URL = re.compile(r"url\(\s*['\"]?(?!data:)([^)]*)\)")


def page(app: Flask, takeaway: Takeaway) -> str:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return written(ExportFormat.HTML, takeaway).decode()


def part(text: str, begin: str, end: str) -> str:
    return text.partition(begin)[2].partition(end)[0]


def named(name: str) -> Takeaway:
    points: tuple[TakenPoint, ...] = (point(0, writable(name)), point(1, "Bo Proef", 300, 200))
    return Takeaway(HEADING, points, PAIR.ties)


def test_picture_data_tables_and_drawing_hold_everybody(app: Flask) -> None:
    text = page(app, PAIR)

    data = json.loads(part(text, 'id="network-data">', "</script>"))
    assert [node["label"] for node in data["nodes"]] == ["Ans Proef", "Bo Proef"]
    assert [node["x"] for node in data["nodes"]] == [0, 300]
    assert len(data["edges"]) == 1
    assert text.count("<td") == 5 + 2 * 4
    assert "<noscript>" in text
    assert "<title>Ans Proef</title>" in text


def test_it_has_empty_chairs_and_the_months_of_ties() -> None:
    chair = replace(point(0, "Pittelo", 600, 200), id="e0", kind="chair")
    dated = replace(PAIR.ties[0], first=date(2021, 3, 1), last=date(2021, 4, 30))

    data = picture_of(replace(PAIR, ties=(dated,), chairs=(chair,)))

    assert data["nodes"][-1]["group"] == "government-seat"
    assert (data["edges"][0]["first"], data["edges"][0]["last"]) == (24254, 24255)


def test_a_table_that_is_cut_says_how_much_is_left_out(app: Flask) -> None:
    many = tuple(point(number, f"Naam {number}") for number in range(MOST_ROWS + 3))

    text = page(app, Takeaway(HEADING, many, ()))

    assert "3 others do not" in text
    assert "Naam 2002" in text


def test_nothing_in_it_leads_outside(app: Flask) -> None:
    text = page(app, PAIR)

    style, script = part(text, "<style>", "</style>"), part(text, "<script>", "</script>")
    markup = text.replace(style, "").replace(script, "")
    assert OUTSIDE.findall(markup) == []
    assert URL.findall(style) == []
    assert "@import" not in style


def test_its_policy_lets_only_its_own_script_and_style_in(app: Flask) -> None:
    text = page(app, PAIR)

    policy = part(text, 'http-equiv="Content-Security-Policy" content="', '"')
    for tag in ("style", "script"):
        content = part(text, f"<{tag}>", f"</{tag}>").encode()
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy
    assert policy.startswith("default-src &#39;none&#39;;")
    assert "unsafe" not in policy


def elements(text: str) -> Counter[tuple[str, frozenset[str]]]:
    """Return the elements of a page with their attributes; a name may be too wide for a label."""
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    found = Counter((str(one.tag), frozenset(map(str, one.attrib))) for one in tree.iter())
    return Counter({key: count for key, count in found.items() if not key[0].endswith("}text")})


@pytest.mark.parametrize("name", TEXTS)
def test_any_name_stays_text_on_the_page(app: Flask, name: str) -> None:
    plain, text = page(app, named("Ans Proef")), page(app, named(name))

    assert elements(text) == elements(plain)
    data = json.loads(part(text, 'id="network-data">', "</script>"))
    assert data["nodes"][0]["label"] == writable(name)


@pytest.mark.parametrize("case", DEGENERATE)
def test_odd_networks_make_a_page(app: Flask, case: str) -> None:
    assert "</html>" in page(app, DEGENERATE[case])
