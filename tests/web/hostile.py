"""What ill-meaning or unlucky people type, and how to see on a page that it stayed text."""

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes, urlencode
from xml.etree.ElementTree import Element

import html5lib

MARKUP = "<script>alert(1)</script>"
# The product stands on a page where a template took the text for its own.
PRODUCT = str(191 * 7919)
TEXTS = (
    MARKUP,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "</script><svg/onload=alert(1)>",
    "{{191*7919}}{%raw%}${191*7919}",
    "twee\u2028regels\u2029en\x85meer",
    "nul\x00teken",
    "half \ud800 teken \udfff",
    "\u202eomgekeerd\u2066\ufeff",
    "e\u0301" + "\u0301" * 200,
    "x" * 10_000,
    "%",
    "_",
    '"',
    "*",
    "NEAR(",
    "a* OR b NOT (",
    "'; DROP TABLE person; --",
    ":*|&!()<->\\",
    "-1",
    "99999999999999999999",
    "9999-99-99",
    "0000-00-00",
    "\r\nSet-Cookie: kring=x",
    "=1+1",
)
BROKEN = "nul\x00 half \ud800 twee\u2028 \u202eom\r\nSet-Cookie: kring=x"
# As much of it as a field takes, in one go.
ALL_IN_ONE = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'{{191*7919}}\u2028%_*NEAR("
# For searches and filters in the gate: what breaks out of a page, of a question to the index, of
# a column and of a kind of value; the others are of the same kinds.
ONE_OF_EACH = (ALL_IN_ONE + BROKEN, "x" * 10_000, "NEAR(", ":*|&!()<->\\", "9" * 20, "0000-00-00")
HANDLED = {"href", "src", "action", "formaction", "data", "poster"}
# Fields that take no other words than their own.
PARTICULAR = ("email", "phone", "website", "slug", "code", "year", "helix")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form on a page."""

    name: str
    kind: str
    value: str

    @property
    def takes_words(self) -> bool:
        """Whether people type into it what they like."""
        plain = self.kind in {"text", "search", "textarea"}
        return plain and not any(word in self.name for word in PARTICULAR)

    @property
    def usual(self) -> str:
        """What an empty field is given where words would be refused."""
        if self.kind == "date":
            return "2027-05-04"
        if self.kind == "time":
            return "16:00" if self.name.startswith("ends") else "14:00"
        return ""


@dataclass(frozen=True, slots=True)
class PageForm:
    """One form on a page, as a browser would send it."""

    method: str
    action: str
    fields: tuple[Field, ...]


def tree(html: str) -> Element:
    """Return the page as a browser reads it."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parsed: Element = parser.parse(html)
    return parsed


def faults(html: str) -> list[str]:
    """Return what became code on a page that should have stayed text."""
    # Reading a page takes longer than making it, so only those that hold something typed are.
    elements = tree(html).iter() if "alert(1)" in html else ()
    found = [fault for element in elements for fault in _faults_of(element)]
    return [*found, *(["a template ran"] if PRODUCT in html else [])]


def forms(html: str, address: str) -> list[PageForm]:
    """Return the forms on the page at `address`."""
    reader = _FormReader(address)
    reader.feed(html)
    return [PageForm(method, action, tuple(fields)) for method, action, fields in reader.found]


def filled(form: PageForm, text: str, *, everywhere: bool = False) -> list[tuple[str, str]]:
    """Return what is sent if `text` is typed wherever it may be kept, or into every field."""
    return [
        (field.name, text if everywhere or field.takes_words else field.value or field.usual)
        for field in form.fields
        if field.name != "csrf_token"
    ]


def encoded(pairs: list[tuple[str, str]]) -> str:
    """Return fields as they travel; half a sign travels too."""
    return urlencode(pairs, errors="surrogatepass")


def quoted(text: str) -> str:
    """Return text as one part of an address."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def _faults_of(element: Element) -> list[str]:
    if not isinstance(element.tag, str):
        return []
    found = [f"{element.tag} has {name}" for name in element.keys() if name.startswith("on")]  # noqa: SIM118 - an element is no mapping
    found += [
        f"{element.tag} {name} leads to code"
        for name in HANDLED
        if (element.get(name) or "").strip().lower().startswith(("javascript:", "data:text"))
    ]
    if element.tag == "script":
        found += _faults_of_script(element)
    if element.tag == "img" and element.get("src") == "x":
        found.append("a picture that was typed")
    return found


def _faults_of_script(script: Element) -> list[str]:
    if "json" not in (script.get("type") or ""):
        return ["a script that was typed"] if (script.text or "").strip() else []
    try:
        json.loads(script.text or "")
    except ValueError:
        return ["data that are broken"]
    return []


class _FormReader(HTMLParser):
    """Gathers forms; a browser's whole parser would take most of the time of the tests."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[tuple[str, str, list[Field]]] = []
        self.inside = False
        self.select: str | None = None
        self.must_choose = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, a field or a choice."""
        given = dict(attrs)
        if tag == "form":
            self.inside = True
            self.found.append(
                ((given.get("method") or "get").lower(), given.get("action") or self.address, [])
            )
        elif self.inside and tag == "option" and self.select is not None:
            self._choose(given)
        elif self.inside and given.get("name") and "disabled" not in given:
            self._add(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Note where a form ends, or a list of choices."""
        self.inside = self.inside and tag != "form"
        self.select = None if tag == "select" else self.select

    def _add(self, tag: str, given: dict[str, str | None]) -> None:
        kind = (given.get("type") or "text").lower() if tag == "input" else tag
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self.select, self.must_choose = name, "required" in given
        unticked = kind in {"radio", "checkbox"} and "checked" not in given
        if tag in {"input", "select", "textarea"} and kind != "file" and not unticked:
            self.found[-1][2].append(Field(name, kind, value))

    def _choose(self, given: dict[str, str | None]) -> None:
        fields = self.found[-1][2]
        chosen = fields[-1].value
        first = self.must_choose and not chosen
        if given.get("value") and (first or "selected" in given):
            fields[-1] = Field(self.select or "", "select", given.get("value") or "")
