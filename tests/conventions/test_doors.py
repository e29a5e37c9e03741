"""The doors: changes go through commands, the clock and the settings through one place."""

import ast
import re

from crm.features import FEATURES
from tests.conventions import source

# Only the core ends a transaction; a command's own flush is allowed, since it ends nothing.
ENDING = {"commit", "rollback", "begin", "begin_nested"}
CLOCKS = {"now", "utcnow", "today"}
# What a service says of itself when it is called by commands and is none.
PART = re.compile(r"inside (a|the) command")
WRITING = {
    "add", "add_all", "add_many", "add_missing", "change_many", "delete", "execute", "flush",
    "remove_many", "set_many",
}  # fmt: skip


def outside_core() -> list[tuple[str, ast.Call]]:
    paths = [path for path in source.files("crm") if "core" not in path.parts]
    return [
        (f"{path.relative_to(source.ROOT)}:{node.lineno}", node)
        for path in paths
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Call)
    ]


def test_nothing_ends_a_transaction_outside_the_core() -> None:
    found = [
        place
        for place, call in outside_core()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ENDING
        # A step is begun inside a command, and ends nothing.
        and ast.unparse(call.func) != "undo.begin"
    ]

    assert found == []


def test_the_only_clock_is_the_clock() -> None:
    found = [
        f"{place} {ast.unparse(call.func)}"
        for place, call in outside_core()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in CLOCKS
        and ast.unparse(call.func.value).split(".")[-1] in {"datetime", "date"}
    ]

    assert found == []


def writes(function: source.Function) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in WRITING:
            return True
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            return True
    return False


def test_every_service_is_a_command_a_reaction_or_part_of_one() -> None:
    reactions = {
        f"{react.__module__.removeprefix('crm.')}.{react.__name__}"
        for feature in FEATURES
        for _, react in feature.reactions
    }
    strays = []
    for path in source.files("crm"):
        module = ".".join(path.relative_to(source.ROOT / "crm").with_suffix("").parts)
        if "services" not in module.split("."):
            continue
        for function in source.tree(path).body:
            if not isinstance(function, source.Function) or function.name.startswith("_"):
                continue
            part = PART.search(ast.get_docstring(function) or "") or not writes(function)
            declared = "command" in source.decorators(function)
            if not (part or declared or f"{module}.{function.name}" in reactions):
                strays.append(source.named(function, path))

    assert strays == []
