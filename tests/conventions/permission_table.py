"""The written table of who holds which permission, as `docs/permissions.md` says it."""

from functools import cache

from tests.conventions import source

WHO = ("nobody", "no role", "reviewer", "planner", "leader", "administrator")
HELD = {"yes": True, "–": False}
_PAGE = source.ROOT / "docs" / "permissions.md"


@cache
def holders() -> dict[str, set[str]]:
    """Return by permission who holds it."""
    found: dict[str, set[str]] = {}
    for line in _PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            name, _words, *held = cells
            found[name.strip("`")] = {
                who for who, cell in zip(WHO, held, strict=True) if HELD[cell]
            }
    return found


def columns() -> list[str]:
    """Return the people that the page names, in its order."""
    heading = next(
        line
        for line in _PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| permission")
    )
    return [cell.strip() for cell in heading.strip("|").split("|")][2:]
