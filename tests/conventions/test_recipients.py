"""Recipients: two modules make them, and there is one door into the outbox."""

import ast
from collections.abc import Iterator

from tests.conventions import source

# The only two that make somebody into a recipient, and the one door into the outbox.
MAKE_RECIPIENTS = {"consent/rules.py", "accounts/rules/recipients.py"}
FILL_THE_OUTBOX = {"messages/services/outbox.py"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in source.files("crm"):
        yield str(path.relative_to(source.ROOT / "crm")), source.tree(path)


def imports(tree: ast.Module, module: str, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and any(one.name == name for one in node.names)
        for node in ast.walk(tree)
    )


def calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
            yield node


def test_nobody_else_makes_a_recipient() -> None:
    makers = {
        place
        for place, tree in modules()
        if (imports(tree, "crm.core.mail", "Recipient") or place == "core/mail.py")
        and any(calls(tree, "Recipient"))
    }

    assert makers == MAKE_RECIPIENTS


def test_there_is_one_door_into_the_outbox() -> None:
    adding = ("add_missing", "add_many", "insert")
    fillers = {
        place
        for place, tree in modules()
        if any(calls(tree, "OutboxMessage"))
        or any(
            call.args and ast.unparse(call.args[0]) == "OutboxMessage"
            for name in adding
            for call in calls(tree, name)
        )
    }

    assert fillers == FILL_THE_OUTBOX
