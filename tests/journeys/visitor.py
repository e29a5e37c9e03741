"""Somebody without JavaScript, who follows links and answers forms by the words on the page."""

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.journeys.answering import Answer, answer, question, sent, texts
from tests.journeys.document import Element, read


class Visitor:
    """A browser of before 1995, with the page that it shows."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        self.response: TestResponse
        self.page: Element

    def open(self, address: str) -> Self:
        """Go to an address."""
        return self._show(self.client.get(address, follow_redirects=True))

    def follow(self, words: str) -> Self:
        """Follow the first link with these words, seen or only heard."""
        return self.open(self.address_of(words))

    def address_of(self, words: str) -> str:
        """Return where the first link with these words leads."""
        links = [one for one in self.page.all("a") if "href" in one.given]
        return _called(words, links).given["href"]

    def words(self, beginning: str) -> str:
        """Return the whole words of the first link or button that begins so."""
        found = [one.given.get("aria-label") or one.text for one in self.page.all("a", "button")]
        return next(words for words in found if words.startswith(beginning))

    def press(self, words: str, answers: Mapping[str, Answer] | None = None) -> Self:
        """Answer questions of a form and press its button; the rest stays as it stands."""
        buttons = [one for one in self.page.all("button") if one.given.get("type") != "button"]
        button = _called(words, buttons)
        form = self._form_of(button)
        assert form, f"{words!r} belongs to no form"
        for label, given in (answers or {}).items():
            answer(form, label, given)
        fields = sent(form)
        if "name" in button.given:
            fields.append((button.given["name"], button.given.get("value", "")))
        here = f"{self.path}?{self.response.request.query_string.decode()}"
        address = button.given.get("formaction") or form.given.get("action") or here
        if form.given.get("method", "get") == "get":
            return self.open(f"{address.partition('?')[0]}?{urlencode(texts(fields))}")
        data = MultiDict(fields)
        return self._show(self.client.post(address, data=data, follow_redirects=True))

    @property
    def text(self) -> str:
        """What a reader sees, with single spaces."""
        return self.page.text

    @property
    def path(self) -> str:
        """The address of the page, without what follows the question mark."""
        return self.response.request.path

    @property
    def heading(self) -> str:
        """The words at the head of the page."""
        return next(self.page.all("h1")).text

    def rows(self, caption: str) -> list[list[str]]:
        """Return the cells of the table with this caption, by row, without its head."""
        table = next(one for one in self.page.all("table") if _caption(one) == caption)
        return [[cell.text for cell in row.all("td", "th")] for row in table.all("tr")][1:]

    def wrong(self, label: str) -> str:
        """Return what stands in red beside a question."""
        described = question(self.page, label).given.get("aria-describedby", "").split()
        errors = [one for one in self.page.all("ul") if one.given.get("id") in described]
        return " ".join(one.text for one in errors)

    def _form_of(self, button: Element) -> Element | None:
        if "form" not in button.given:
            return button.inside("form")
        forms = self.page.all("form")
        return next((one for one in forms if one.given.get("id") == button.given["form"]), None)

    def _show(self, response: TestResponse) -> Self:
        self.response = response
        is_page = response.mimetype == "text/html"
        self.page = read(response.text) if is_page else Element("file", {})
        return self


def _called(words: str, elements: list[Element]) -> Element:
    for one in elements:
        if words in {one.text, one.given.get("aria-label")}:
            return one
    raise AssertionError(f"no {words!r} among {[one.text for one in elements]}")


def _caption(table: Element) -> str:
    return next((one.text for one in table.all("caption")), "")
