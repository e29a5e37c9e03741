"""What the two databases do each in their own way is tested on both, whatever changed."""

import ast
from pathlib import Path

from tests.conventions import source

# Those who race are told apart by locks, and SQL of one's own is read by each in its own way.
APART = {
    ("threading", "Thread"),
    ("concurrent.futures", "ThreadPoolExecutor"),
    ("sqlalchemy", "text"),
}
USES_DATA = ("app", "opened", "project", "database_url", "demo", "post", "elsewhere")
MARKS = ("both_engines", "engine")


def imported(path: Path) -> set[tuple[str, str]]:
    """Return what a module imports by name."""
    return {
        (node.module or "", alias.name)
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def uses_data(path: Path) -> bool:
    """Whether a test of the module asks for a database."""
    tests = (one for one in source.functions(path) if one.name.startswith("test_"))
    return any(argument.arg in USES_DATA for test in tests for argument in test.args.args)


def is_marked(path: Path) -> bool:
    """Whether the module, or a test in it, says on which engines it runs."""
    text = path.read_text(encoding="utf-8")
    return any(f"pytest.mark.{mark}(" in text for mark in MARKS)


def test_what_races_or_writes_sql_says_on_which_engines_it_runs() -> None:
    modules = [path for path in source.files("tests") if imported(path) & APART and uses_data(path)]

    assert modules
    assert [str(path) for path in modules if not is_marked(path)] == []
