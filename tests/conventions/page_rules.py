"""What every page must be: valid HTML that a screen reader can make sense of."""

from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

CONTROLS = {"input", "select", "textarea"}
SILENT = {"hidden", "submit", "button", "reset", "image"}
UNSEEN = {"script", "style", "template"}


def parse(html: str) -> tuple[Element, list[str]]:
    """Return the page as a tree, and what is not valid in it."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(html)
    errors = [f"line {place[0]}: {name} {details}" for place, name, details in parser.errors]
    return tree, errors


def faults(html: str) -> list[str]:
    """Return what is wrong with a page, in words."""
    tree, found = parse(html)
    headings = len(tree.findall(".//h1"))
    if headings != 1:
        found.append(f"{headings} h1")
    if not (tree.findtext(".//title") or "").strip():
        found.append("no title")
    if not tree.get("lang"):
        found.append("no language")
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    found += [f"id {name} stands {times} times" for name, times in ids.items() if times > 1]
    return [*found, *_dangling(tree, set(ids)), *_unnamed(tree)]


def words(html: str) -> list[str]:
    """Return the texts of a page that a reader sees or hears, one by one."""
    tree, _ = parse(html)
    texts: list[str] = []
    _gather(tree, texts)
    return [text.strip() for text in texts if text.strip()]


def _gather(element: Element, texts: list[str]) -> None:
    if element.tag not in UNSEEN:
        texts.append(element.text or "")
        texts += [element.get(name) or "" for name in ("alt", "aria-label", "placeholder", "title")]
        for child in element:
            _gather(child, texts)
    texts.append(element.tail or "")


def _dangling(tree: Element, ids: set[str | None]) -> list[str]:
    pairs = [
        (name, target)
        for element in tree.iter()
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget")
        for target in (element.get(name) or "").split()
    ]
    return [
        f"{name} names {target}, which is not there" for name, target in pairs if target not in ids
    ]


def _unnamed(tree: Element) -> list[str]:
    labelled = {label.get("for") for label in tree.iter("label")}
    wrapped = {control for label in tree.iter("label") for control in label.iter()}
    return [
        f"{control.tag} {control.get('name')} has no label"
        for control in tree.iter()
        if control.tag in CONTROLS
        and control.get("type") not in SILENT
        and control.get("id") not in labelled
        and control not in wrapped
        and not (control.get("aria-label") or control.get("aria-labelledby"))
    ]
