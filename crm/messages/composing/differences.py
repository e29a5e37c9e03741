"""What changed between two versions of words, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Line:
    """A line that came or went."""

    is_added: bool
    text: str


def differences(before: str, after: str) -> list[Line]:
    """Return the lines that went and those that came in their place; empty ones are not told."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for kind, first, last, start, end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            found += [Line(is_added=False, text=line) for line in old[first:last]]
            found += [Line(is_added=True, text=line) for line in new[start:end]]
    return [line for line in found if line.text.strip()]
