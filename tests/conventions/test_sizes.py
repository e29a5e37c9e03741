"""Sizes: guard rails. What is read together stands together; past these it is too much."""

from tests.conventions import source

FILE_LINES = 500
FUNCTION_LINES = 40
VIEW_LINES = 20
OURS = ("crm", "scripts")


def test_no_file_is_past_500_lines() -> None:
    paths = [*source.files(*OURS, "tests", "migrations/env.py"), source.ROOT / "config.py"]

    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}

    assert [f"{path}: {lines}" for path, lines in lengths.items() if lines > FILE_LINES] == []


def test_no_function_is_past_40_lines() -> None:
    long = [
        f"{source.named(function, path)}: {source.length(function)}"
        for path in source.files(*OURS)
        for function in source.functions(path)
        if source.length(function) > FUNCTION_LINES
    ]

    assert long == []


def test_no_view_is_past_20_lines() -> None:
    long = [
        f"{source.named(function, path)}: {source.length(function)}"
        for path in source.files("crm")
        for function in source.functions(path)
        if any(word.endswith((".get", ".post")) for word in source.decorators(function))
        and source.length(function) > VIEW_LINES
    ]

    assert long == []
