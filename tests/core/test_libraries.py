"""A library that is loaded by its first use is from then on what it is."""

import sys
from pathlib import Path

import pytest

from crm.core.libraries import Later


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    package = tmp_path / "weights"
    package.mkdir()
    (package / "__init__.py").write_text("HEAVY = 1000")
    (package / "scales.py").write_text("FINE = 0.001")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("weights", "weights.scales"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return Later("weights")


def test_it_is_loaded_when_something_of_it_is_asked_for(later: Later) -> None:
    before = "weights" in sys.modules

    assert later.HEAVY == 1000
    assert ("weights" in sys.modules, before) == (True, False)


def test_a_part_of_it_is_loaded_by_its_first_use_too(later: Later) -> None:
    assert later.HEAVY == 1000
    assert "weights.scales" not in sys.modules

    assert later.scales.FINE == 0.001


def test_what_it_does_not_hold_is_told_as_by_any_module(later: Later) -> None:
    with pytest.raises(AttributeError, match="'weights' has no attribute 'light'"):
        _ = later.light


def test_a_library_that_is_not_there_says_so() -> None:
    with pytest.raises(ModuleNotFoundError):
        _ = Later("no_such_library_anywhere").anything
