"""
How large and how plain the house is: lines, modules, imports, functions, comments, and three ways.

The limits are those of the issue that made this script. Where a later one lets `crm` grow, those
on lines and modules grow in that proportion; shares, medians and percentiles stay.
"""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import databases
from figures import ROOT, Figures
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.cli.demo import load_demo
from crm.core.db import Database, project_scope, session
from crm.core.permissions import Role
from crm.design_sessions.models import Invitation
from crm.design_sessions.rules.links import answer_token
from crm.projects import queries
from tests import factories
from tests.contacts import pages
from tests.conventions import source

ADDED_BY_E = 2_500  # at most; it added 6,979 lines net
LINES = 64_000 + ADDED_BY_E
MODULES = 500
IMPORT_SHARE = 0.09
WITH_ONE_IMPORTER = 130
FUNCTION_MEDIAN, FUNCTION_95TH = 7, 30
COMMENTS = 2.5  # in a hundred lines
# Modules outside core and web that each way passed before pieces were put together, at 0c9114b.
BEFORE = {"an answered invitation": 27, "an imported row": 89, "the evidence of a tie": 45}
SHORTER = 2 / 3
SLUG = "assen-i2i"
HOUSE = ROOT / "crm"
MECHANISMS = {"core", "web"}
ROW = "Voornaam;Achternaam;E-mail\nAns;Proefhuis;ans@proefhuis.example\n"


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the house, read once."""

    name: str
    lines: int
    import_lines: int
    comments: int
    functions: list[int]
    imported: set[str]


def read_house() -> dict[str, Module]:
    """Return every module of `crm` by name."""
    paths = source.files("crm")
    names = {path: _name(path) for path in paths}
    known = set(names.values())
    return {name: _read(path, name, known) for path, name in names.items()}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _read(path: Path, name: str, known: set[str]) -> Module:
    text, tree = path.read_text(encoding="utf-8"), source.tree(path)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    lengths = [
        (function.end_lineno or function.lineno) - function.lineno + 1
        for function in source.functions(path)
    ]
    return Module(
        name=name,
        lines=len(text.splitlines()),
        import_lines=sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in imports),
        comments=_comments(text),
        functions=lengths,
        imported={found for node in imports for found in _imported(node, known)} - {name},
    )


def _comments(text: str) -> int:
    """Return how many comments say something to people: no word to a tool counts."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    said = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return sum(not re.match(r"# ?(noqa|type: ignore|fmt:|pragma)", words) for words in said)


def _imported(node: ast.Import | ast.ImportFrom, known: set[str]) -> Iterator[str]:
    """Yield the modules of the house that a statement imports, or takes names from."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
        return
    for alias in node.names:
        inner = f"{node.module}.{alias.name}"
        if inner in known:
            yield inner
        elif node.module in known:
            yield str(node.module)


def tell_of_pieces(figures: Figures) -> None:
    """Tell how many lines, modules, imports, functions and comments there are."""
    house = read_house()
    modules = house.values()
    lines = sum(module.lines for module in modules)
    figures.at_most("lines of crm", lines, LINES, "lines", f"{ADDED_BY_E:,} of them for issue E")
    figures.at_most("modules of crm", len(house), MODULES, "modules")
    imports = sum(module.import_lines for module in modules)
    figures.at_most("share of import lines", imports / lines, IMPORT_SHARE, "of all lines")
    importers = Counter(name for module in modules for name in module.imported)
    single = [name for name in house if importers[name] == 1]
    figures.at_most("modules with one importer", len(single), WITH_ONE_IMPORTER, "modules")
    lengths = [length for module in modules for length in module.functions]
    figures.at_least("function, median", statistics.median(lengths), FUNCTION_MEDIAN, "lines")
    longest = statistics.quantiles(lengths, n=20)[-1]
    figures.at_most("function, 95th percentile", longest, FUNCTION_95TH, "lines")
    comments = sum(module.comments for module in modules) * 100 / lines
    figures.at_least("comments", comments, COMMENTS, "in a hundred lines")


class Trace:
    """Which modules outside core and web worked while something was done."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self._seen: set[str] = set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look on inside a `with` block."""
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        file = frame.f_code.co_filename
        # What a module does while it is loaded is on nobody's way.
        if event != "call" or file in self._seen or frame.f_code.co_name == "<module>":
            return
        self._seen.add(file)
        path = Path(file)
        if not path.is_relative_to(HOUSE) or path.suffix != ".py":
            return
        if path.relative_to(HOUSE).parts[0] not in MECHANISMS:
            self.passed.add(_name(path))


def tell_of_ways(figures: Figures) -> None:
    """Tell how many modules three ways through the product pass, beside how many it were."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/kring.sqlite3"
        with databases.application(url, KRING_TESTING="yes") as app:
            client, token = _prepared(app)
            tie = _a_tie(client)
            ways: dict[str, Callable[[], None]] = {
                "an answered invitation": lambda: _answer(app.test_client(), token),
                "an imported row": lambda: _import(client),
                "the evidence of a tie": lambda: _expect(client.get(tie).status_code, 200),
            }
            for name, walk in ways.items():
                trace = Trace()
                with trace.running():
                    walk()
                limit = int(BEFORE[name] * SHORTER)
                words = f"{BEFORE[name]} before; {', '.join(sorted(trace.passed))}"
                figures.at_most(
                    f"modules passed by {name}", len(trace.passed), limit, "modules", words
                )


def _prepared(app: Flask) -> tuple[FlaskClient, str]:
    """Load the demo; return a leader who is signed in, and the token of an invitation."""
    database: Database = app.extensions["kring_database"]
    with app.app_context():
        load_demo()
    with database.opened():
        project = queries.by_slug(SLUG)
        if project is None:
            raise SystemExit("there is no demo")
        with project_scope(project.id):
            latest = select(Invitation).order_by(Invitation.id.desc()).limit(1)
            token = answer_token(session().scalars(latest).one())
        return factories.sign_in(app.test_client(), factories.member(project, Role.LEADER)), token


def _answer(client: FlaskClient, token: str) -> None:
    form = client.get(f"/r/{token}").text
    _expect(client.post(f"/r/{token}", data={**_hidden(form), "answer": "yes"}).status_code, 303)


def _import(client: FlaskClient) -> None:
    start = f"/projects/{SLUG}/persons/import"
    sent = {**_hidden(client.get(start).text), "file": (io.BytesIO(ROW.encode()), "lijst.csv")}
    address = client.post(start, data=sent).location
    columns = client.get(address).text
    client.post(f"{address}/columns", data={**_hidden(columns), **pages.as_proposed(columns)})
    check = client.get(address).text
    text = client.post(f"{address}/run", data=_hidden(check), follow_redirects=True).text
    _expect("Proefhuis" in text, wanted=True)


def _a_tie(client: FlaskClient) -> str:
    """Return the address of what made a tie of somebody."""
    listed = client.get(f"/projects/{SLUG}/persons").text
    for person in re.findall(r"/persons/(\d+)\"", listed):
        page = client.get(f"/projects/{SLUG}/network/people/{person}").text
        found = re.search(r'href="([^"]*[?&;]with=[^"]*)"', page)
        if found:
            return found[1].replace("&amp;", "&")
    raise SystemExit("nobody has a tie")


def _hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [
        (re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)) for one in fields
    ]
    return {name[1]: value[1] for name, value in pairs if name and value}


def _expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"{wanted!r} was expected, not {found!r}")


def main() -> None:
    """Tell of the pieces, then of the ways."""
    figures = Figures()
    tell_of_pieces(figures)
    tell_of_ways(figures)
    figures.leave()


if __name__ == "__main__":
    main()
