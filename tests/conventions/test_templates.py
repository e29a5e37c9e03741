"""Templates: they compile, import what they use, mark every text, and hold no code or style."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.conventions import source

FOLDER = source.ROOT / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LIBRARY = re.compile(r"\bds-")
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = {"alt", "aria-description", "aria-label", "placeholder", "title"}
# A name, and the language a reader looks for by its own name.
SAME_EVERYWHERE = {"Kring", "Nederlands", "English"}
LONGEST_LINE = 160
DATA = {"application/json", "application/ld+json"}

pytestmark = pytest.mark.engine("sqlite")


class Page(HTMLParser):
    """What a template holds beside its expressions."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.code: list[str] = []
        self._silent = 0
        self.feed(JINJA.sub(lambda found: "" if found[0][1] in "#%" else "{}", text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag: its spoken attributes, and code that hides in it."""
        given = dict(attrs)
        self._silent += tag in {"script", "style"}
        self.words += [given[name] or "" for name in SPOKEN & given.keys()]
        self.code += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.code += [f"{tag} style=" for name in given if name == "style"]
        self.code += ["<style>"] if tag == "style" else []
        if tag == "script" and "src" not in given and given.get("type") not in DATA:
            self.code.append("<script>")

    def handle_endtag(self, tag: str) -> None:
        """Take the end of a tag."""
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        """Take a text between tags."""
        if not self._silent:
            self.words.append(data)

    def unmarked(self) -> list[str]:
        """Return the words that every reader would see in one language."""
        return [text.strip() for text in self.words if set(WORD.findall(text)) - SAME_EVERYWHERE]


@pytest.fixture(params=TEMPLATES)
def template(request: pytest.FixtureRequest) -> Path:
    return FOLDER / str(request.param)


def text_of(template: Path) -> str:
    return template.read_text(encoding="utf-8")


def parsed(app: Flask, template: Path) -> nodes.Template:
    return app.jinja_env.parse(text_of(template))


def imported(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.FromImport):
        for name in node.names:
            yield name if isinstance(name, str) else name[1]


def test_a_template_compiles(app: Flask, template: Path) -> None:
    app.jinja_env.get_template(str(template.relative_to(FOLDER)))


def test_a_template_imports_only_what_it_uses(app: Flask, template: Path) -> None:
    tree = parsed(app, template)
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}

    assert set(imported(tree)) - used == set()


def test_a_template_trusts_no_text(app: Flask, template: Path) -> None:
    filters = {node.name for node in parsed(app, template).find_all(nodes.Filter)}

    assert not {"safe"} & filters
    assert "autoescape" not in text_of(template)


def test_a_template_holds_no_code_and_no_style(template: Path) -> None:
    assert Page(text_of(template)).code == []


def test_a_template_marks_every_text(template: Path) -> None:
    assert Page(text_of(template)).unmarked() == []


def test_lines_of_a_template_can_be_read_at_once(template: Path) -> None:
    assert [line for line in text_of(template).splitlines() if len(line) >= LONGEST_LINE] == []


def test_classes_of_the_library_stand_in_components(template: Path) -> None:
    part = template.relative_to(FOLDER).parts[0]

    assert part in {"components", "layouts"} or not LIBRARY.search(text_of(template))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<p>Hello</p>", "Hello"),
        ('<p title="Hello">{{ _("x") }}</p>', "Hello"),
        ("<p>{{ _('x') }} and {{ y }}</p>", "{} and {}"),
    ],
)
def test_an_unmarked_text_would_be_seen(text: str, fault: str) -> None:
    assert Page(text).unmarked() == [fault]


@pytest.mark.parametrize(
    "text",
    ["<p onclick=x></p>", "<script>x</script>", "<style>p{}</style>", "<p style='top:0'></p>"],
)
def test_code_in_a_template_would_be_seen(text: str) -> None:
    assert len(Page(text).code) == 1
