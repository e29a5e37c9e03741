"""Addresses of built assets."""

import json
from functools import cache
from pathlib import Path

MANIFEST = Path(__file__).parent.parent / "static" / "dist" / "manifest.json"


@cache
def _built() -> dict[str, str]:
    names: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """
    Return the address of a built file, such as "app.css"; it changes when its content does.

    :raises KeyError: if `scripts/assets` builds no such file
    """
    return f"/static/dist/{_built()[name]}"


def content(name: str) -> str:
    """
    Return what stands in a built file of text, for a page that carries it along.

    :raises KeyError: if `scripts/assets` builds no such file
    """
    return (MANIFEST.parent / _built()[name]).read_text(encoding="utf-8")
