"""The source of Kring as trees, for tests that read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str) -> list[Path]:
    """Return the Python files under folders of the project, in order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Yield every function and method of a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Return how many lines the body takes, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    last = function.end_lineno or function.lineno
    return last - body[0].lineno + 1 if body else 0


def named(function: Function, path: Path) -> str:
    """Return where a function stands, for a report."""
    return f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"


def decorators(function: Function) -> set[str]:
    """Return the decorators' own words, such as `command` or `pages.get`."""
    calls = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    return {ast.unparse(call) for call in calls}
