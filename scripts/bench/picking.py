"""What `planted.py` does inside pytest: run chosen tests, and write how each of them went."""

import json
import signal
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest

_PATIENCE = 60.0  # seconds that any test gets
_LONGER = 20  # times what it took when nothing was wrong


class Picking:
    """Which tests run, in which order, and what became of them."""

    def __init__(self, picked: Path | None, told: Path) -> None:
        given = json.loads(picked.read_text(encoding="utf-8")) if picked else None
        self._picked: dict[str, float] | None = given  # with the seconds that each took
        self._told = told
        self._took: dict[str, float] = {}
        self._failed: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave what was not picked."""
        if self._picked is not None:
            places = {name: place for place, name in enumerate(self._picked)}
            left = [item for item in items if item.nodeid not in places]
            items[:] = sorted(
                (item for item in items if item.nodeid in places),
                key=lambda item: places[item.nodeid],
            )
            config.hook.pytest_deselected(items=left)
        self._took = dict.fromkeys((item.nodeid for item in items), 0.0)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """End a test that has no end: what was planted may be an endless loop."""
        if self._picked is not None:
            signal.signal(signal.SIGALRM, _give_up)
            signal.setitimer(
                signal.ITIMER_REAL, max(_PATIENCE, _LONGER * self._picked[item.nodeid])
            )
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a test took and whether it failed."""
        self._took[report.nodeid] = round(self._took[report.nodeid] + report.duration, 3)
        if report.failed and report.nodeid not in self._failed:
            self._failed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        text = json.dumps({"took": self._took, "failed": self._failed})
        self._told.write_text(text, encoding="utf-8")


def _give_up(_number: int, _frame: FrameType | None) -> NoReturn:
    pytest.fail("this takes too long")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `planted.py` say which tests, and where the outcome goes."""
    parser.addoption("--picked", type=Path, help="JSON: ids of tests, with their seconds")
    parser.addoption("--told", type=Path, help="where to write what became of each test")


def pytest_configure(config: pytest.Config) -> None:
    """Look on, if asked to."""
    if config.getoption("--told"):
        # `planted.py` asks so to stop; whatever runs in the background would not hear it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        picking = Picking(config.getoption("--picked"), config.getoption("--told"))
        config.pluginmanager.register(picking)
