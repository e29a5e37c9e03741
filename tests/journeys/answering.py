"""Answering the questions of a form by their labels, and what is sent then."""

import io
from collections.abc import Iterable

from tests.journeys.document import Element

File = tuple[bytes, str]
Answer = str | bool | File
Sent = tuple[str, str | tuple[io.BytesIO, str]]
TICKED = {"checkbox", "radio"}


def question(form: Element, label: str) -> Element:
    """Return the control, or group of choices, with a label; "Group > Label" looks in a group."""
    place, _group, rest = label.rpartition(" > ")
    if place:
        form = next(one for one in form.all("div") if one.given.get("aria-label") == place)
        label = rest
    labels = {one.given.get("for", ""): _words(one) for one in form.all("label")}
    asked = [
        (one, (one.given.get("aria-label"), labels.get(one.given.get("id", " ")), _legend(one)))
        for one in form.all("input", "select", "textarea", "fieldset")
    ]
    for one, names in asked:
        if label in names:
            return one
    # A label may say more than what is asked: "Helix (any role of today)".
    for one, names in asked:
        if any(name and name.startswith(f"{label} ") for name in names):
            return one
    raise AssertionError(f"no question {label!r} among {[*labels.values()]}")


def answer(form: Element, label: str, given: Answer) -> None:
    """Answer a question: words of an option, a tick, a file (content and name), or text."""
    control = question(form, label)
    if control.tag == "fieldset":
        labels = [_words(one) for one in control.all("label")]
        whole = next((words for words in labels if words.startswith(str(given))), str(given))
        _choose(control.all("input"), question(control, whole), "checked")
    elif control.tag == "select":
        options = list(control.all("option"))
        named = [one for one in options if one.text == given]
        assert named, f"no {given!r} among {[one.text for one in options]}"
        _choose(options, named[0], "selected")
    elif isinstance(given, bool):
        _choose([control], control if given else None, "checked")
    else:
        control.answer = given


def sent(form: Element) -> list[Sent]:
    """Return what a browser sends of a form, but for its button."""
    found: list[Sent] = []
    for one in form.all("input", "select", "textarea"):
        name, kind = one.given.get("name", ""), one.given.get("type", "text")
        if not name or (kind in TICKED and "checked" not in one.given):
            continue
        if kind == "file":
            content, file_name = one.answer if isinstance(one.answer, tuple) else (b"", "")
            found.append((name, (io.BytesIO(content), file_name)))
        else:
            found += [(name, value) for value in _values(one, kind)]
    return found


def texts(fields: Iterable[Sent]) -> list[tuple[str, str]]:
    """Return the fields that are text."""
    return [(name, value) for name, value in fields if isinstance(value, str)]


def _words(label: Element) -> str:
    return label.text.removesuffix(" *")


def _legend(group: Element) -> str | None:
    parts = (one for one in group.children if isinstance(one, Element) and one.tag == "legend")
    return next((_words(one) for one in parts), None)


def _choose(options: Iterable[Element], chosen: Element | None, mark: str) -> None:
    for one in options:
        one.given.pop(mark, None)
        if one is chosen:
            one.given[mark] = ""


def _values(control: Element, kind: str) -> list[str]:
    if isinstance(control.answer, str):
        return [control.answer]
    if control.tag == "textarea":
        return [control.text]
    if control.tag == "select":
        options = list(control.all("option"))
        chosen = [one for one in options if "selected" in one.given]
        if not chosen and "multiple" not in control.given:
            chosen = options[:1]
        return [one.given.get("value", one.text) for one in chosen]
    return [control.given.get("value", "on" if kind in TICKED else "")]
