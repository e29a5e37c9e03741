"""
Whatever is typed, wherever: the page answers, nothing becomes code, nothing slips in beside.

Each sweep is one test in one application, so that a page is fetched once for all that is on it.
"""

from collections.abc import Iterator
from html import unescape
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from crm.core.db import Base, Database
from crm.core.permissions import Role
from crm.projects import queries
from crm.web.gate import IdConverter
from tests import demonstration, factories, walk
from tests.depth import cases
from tests.web import hostile

# The gate sweeps once, on the stricter one: PostgreSQL refuses half signs, days and large numbers
# that SQLite takes. The questions to SQLite's own index are in `tests/core/test_search.py`.
pytestmark = [pytest.mark.on_demo, pytest.mark.engine("postgresql", "sqlite")]
# Every word that a list takes in its address, and some that it does not.
PARAMETERS = (
    "q", "page", "sort", "order", "direction", "helix", "area", "tag", "organisation", "private",
    "kind", "phase", "year", "track", "status", "outcome", "count", "side", "from", "until", "tie",
    "view", "weight", "minimum", "next",
)  # fmt: skip
EVERYWHERE = (hostile.ALL_IN_ONE + hostile.BROKEN, "9999-99-99", "9" * 20)
TYPED = (hostile.MARKUP, hostile.BROKEN, "x" * 10_000)
FORM = "application/x-www-form-urlencoded"
ANSWERS = {200, 303, 400, 404, 409, 413}
Seen = set[tuple[str, tuple[str, ...]]]  # forms, by where they lead and their fields
# These end what the walk needs; each has its own test elsewhere.
ENDING = ("/sign-out", "/remove", "/cancel", "/password", "/run", "/demo", "/end",
          "/forget")  # fmt: skip


NUMBERS = ("0", "-1", "2147483648", "9223372036854775808", "9" * 40, "1.5", "abc", "%00", "1;")
# No other page takes a number in another way: the gate tries these on each, the others on one.
TOO_LARGE = ("2147483648", "9" * 40)
# An empty form that is refused leads back to where it stands, whatever the number; and a number
# that cannot be leaves an address that is only read.
ALSO: dict[str, set[int]] = {"GET": set(), "POST": {303, 405}}


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The demo on either engine; forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def leader(demo: Flask) -> FlaskClient:
    """Somebody who may do everything in the demo project."""
    return entered(demo, Role.LEADER)


def entered(demo: Flask, role: Role) -> FlaskClient:
    """Return a client of somebody with a role in the demo project; a leader administers too."""
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        project = queries.by_slug(demonstration.SLUG)
        assert project is not None
        who = factories.account(administrator=role is Role.LEADER)
        return factories.sign_in(demo.test_client(), factories.member(project, role, who=who))


def lists() -> list[str]:
    """Return the lists on which the names of all kinds of records stand."""
    kinds = ("persons", "organisations", "initiatives", "sessions", "areas")
    return [f"/projects/{demonstration.SLUG}/{kind}" for kind in kinds]


def send(client: FlaskClient, form: hostile.PageForm, pairs: list[tuple[str, str]]) -> TestResponse:
    """Send a form as a browser would."""
    if form.method == "get":
        return client.get(f"{form.action.partition('?')[0]}?{hostile.encoded(pairs)}")
    return client.post(form.action, data=hostile.encoded(pairs), content_type=FORM)


def judged(answer: TestResponse) -> list[str]:
    """Return what is wrong with an answer."""
    wrong = [] if answer.status_code in ANSWERS else [answer.status]
    if answer.headers.get("Set-Cookie", "").startswith("kring=x"):
        wrong.append("a header that was typed")
    return wrong + (hostile.faults(answer.text) if answer.mimetype == "text/html" else [])


def page_forms(demo: Flask, client: FlaskClient) -> Iterator[tuple[str, hostile.PageForm]]:
    """Yield each form of the product once, with the page it stands on."""
    seen: Seen = set()
    for stop in walk.reads(demo):
        for form in forms_on(client, stop.address, seen):
            yield stop.address, form


def forms_on(client: FlaskClient, address: str, seen: Seen) -> Iterator[hostile.PageForm]:
    """Yield the forms on a page that were not seen before, and note them."""
    answer = client.get(address)
    html = answer.text if answer.mimetype == "text/html" else ""
    for form in hostile.forms(html, address):
        key = (form.action.partition("?")[0], tuple(field.name for field in form.fields))
        if key not in seen and not form.action.endswith(ENDING):
            seen.add(key)
            yield form


def test_every_address_search_and_filter_takes_every_text(demo: Flask, leader: FlaskClient) -> None:
    wrong, seen, filters = {}, Seen(), 0
    for stop in walk.reads(demo):
        for text in (hostile.ALL_IN_ONE + hostile.BROKEN, "99999999999999999999"):
            asked = hostile.encoded([(name, text) for name in PARAMETERS])
            answer = leader.get(f"{stop.address}?{asked}")
            wrong[stop.address, "", text[:20]] = judged(answer)
        for form in forms_on(leader, stop.address, seen):
            filters += form.method == "get"
            texts = cases(hostile.ONE_OF_EACH, hostile.TEXTS) if form.method == "get" else ()
            for text in texts:
                answer = send(leader, form, hostile.filled(form, text, everywhere=True))
                wrong[stop.address, form.action, text[:20]] = judged(answer)

    assert filters
    assert {place: faults for place, faults in wrong.items() if faults} == {}


def test_every_form_takes_every_text_as_text(demo: Flask, leader: FlaskClient) -> None:
    wrong = {}
    for address, form in list(page_forms(demo, leader)):
        if form.method != "post":
            continue
        for text in EVERYWHERE:
            answer = send(leader, form, hostile.filled(form, text, everywhere=True))
            wrong[address, form.action, text[:20]] = judged(answer)
        for text in TYPED:
            answer = send(leader, form, hostile.filled(form, text))
            wrong[address, form.action, f"typed {text[:20]}"] = judged(answer)

    after = {address: hostile.faults(html) for address, html in walk.pages(demo, leader).items()}
    assert {place: faults for place, faults in wrong.items() if faults} == {}
    assert {address: faults for address, faults in after.items() if faults} == {}
    # It was kept, or this would show nothing.
    kept = [hostile.MARKUP in unescape(leader.get(address).text) for address in lists()]
    assert kept == [True] * len(kept)


def test_a_number_that_no_row_can_have_is_no_page(demo: Flask, leader: FlaskClient) -> None:
    rules = [rule for rule in demo.url_map.iter_rules() if ids_of(rule)]
    codes = {}
    for rule in rules:
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        for number in NUMBERS if rule is rules[0] else cases(TOO_LARGE, NUMBERS):
            address = rule.rule.replace("<project_slug>", demonstration.SLUG)
            for name in ids_of(rule):
                address = address.replace(f"<int:{name}>", number)
            codes[method, address] = leader.open(address, method=method).status_code

    assert codes
    assert {a: code for a, code in codes.items() if code not in {404, *ALSO[a[0]]}} == {}
    # Whole numbers that fit an id, all by the same class.
    assert {type(rule._converters[name]) for rule in rules for name in ids_of(rule)} == {
        IdConverter
    }


def ids_of(rule: Rule) -> list[str]:
    """Return the numbers of rows in an address."""
    return [name for name in rule.arguments if name.endswith("_id")]


def test_a_word_in_a_path_is_only_a_word(app: Flask, leader: FlaskClient) -> None:
    paths = ("/projects/{}/persons", "/links/{}", "/static/{}", "/{}")
    places = [path.format(hostile.quoted(text)) for path in paths for text in hostile.TEXTS]

    signed_in = {place: leader.get(place).status_code for place in places}
    nobody = {place: app.test_client().get(place).status_code for place in places}

    assert {place for place, code in signed_in.items() if code not in {400, 404}} == set()
    assert {place for place, code in nobody.items() if code not in {303, 400, 404}} == set()


def test_what_is_typed_to_get_in_is_only_text(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    codes = {}
    for text in hostile.TEXTS:
        typed = hostile.encoded([("email", text), ("password", text), ("next", text)])
        headers = {"User-Agent": "x" * 5_000}
        answer = client.post("/sign-in", data=typed, content_type=FORM, headers=headers)
        codes[text[:20]] = (answer.status_code, hostile.faults(answer.text))

    assert {text: pair for text, pair in codes.items() if pair != (400, [])} == {}


def test_fields_that_a_form_does_not_have_change_nothing(demo: Flask) -> None:
    planner = entered(demo, Role.PLANNER)
    extra = {
        "project_id": "999", "account_id": "1", "is_administrator": "yes", "is_admin": "1",
        "pseudonym": "7", "id": "999999", "created_by": "1",
    }  # fmt: skip
    before = who_is_what(demo)
    for _address, form in list(page_forms(demo, planner)):
        # Whoever makes a project leads that one, and rightly so.
        if form.method == "post" and form.action != "/projects/new":
            names = {field.name for field in form.fields}
            more = [(name, value) for name, value in extra.items() if name not in names]
            more += [("role", "leader")] if "role" not in names else []
            answer = send(planner, form, [*hostile.filled(form, "Gewoon"), *more])
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR

    assert who_is_what(demo) == before
    assert rows_outside(demo) == {}


def who_is_what(demo: Flask) -> list[tuple[object, ...]]:
    """Return every role and every administrator."""
    database: Database = demo.extensions["kring_database"]
    member, account = Base.metadata.tables["membership"], Base.metadata.tables["account"]
    with database.engine.connect() as connection:
        roles = connection.execute(select(member.c.account_id, member.c.role)).all()
        rights = connection.execute(select(account.c.id, account.c.is_administrator)).all()
    return sorted((*map(tuple, roles), *map(tuple, rights)), key=str)


def rows_outside(demo: Flask) -> dict[str, int]:
    """Return by table how many rows belong to another project than the first made one."""
    database: Database = demo.extensions["kring_database"]
    tables: list[Table] = [
        table
        for table in Base.metadata.tables.values()
        if "project_id" in table.c and not table.name.startswith(("audit", "access", "job"))
    ]
    with database.engine.connect() as connection:
        project = Base.metadata.tables["project"]
        ours = connection.scalar(select(project.c.id).where(project.c.slug == demonstration.SLUG))
        counts = {
            table.name: connection.scalar(
                select(func.count()).select_from(table).where(table.c.project_id != ours)
            )
            for table in tables
        }
    return {name: count for name, count in counts.items() if count}
