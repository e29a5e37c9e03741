"""The locks: what runs is what was tested."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


def pins(name: str) -> set[tuple[str, str, str]]:
    return set(PIN.findall((ROOT / name).read_text()))


def test_the_tools_are_locked_beside_the_same_versions_as_run() -> None:
    run_time, tools = pins("requirements.txt"), pins("requirements-dev.txt")

    assert run_time
    assert run_time <= tools


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text()

    assert "://" not in text
    assert len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) == len(pins(name))
