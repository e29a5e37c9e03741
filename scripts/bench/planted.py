"""
How many of the faults that `scripts/test --all` finds the gate finds as well.

Plants faults in a copy of a commit, one at a time, and runs the tests that touch the line: those of
the gate until one fails, and only if none does what `--all` adds to them. Which test touches what
is recorded once a commit, folder by folder, and kept outside the tree, as is what came of a fault:
after a stop the script goes on where it was. What `--all` adds is the other database, which touches
what the first one does, and more examples.

A fault that fails no test may be no fault at all: it counts for neither side, and is printed.
"""

import argparse
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from coverage import CoverageData
from figures import ROOT, Figures
from planting import KINDS, Fault, Lines, faults

FAULTS = 40
LEAST = 0.95
SECONDS = 1800.0
MORE_EXAMPLES = 5  # of the same property, with `--all`
SHARED = (".venv", "node_modules")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kring" / "planted"
SETTINGS = "[run]\nsource = crm\nrelative_files = True\n"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "picking"]
# How pytest ends: all well, a test failed, nothing could be loaded, or there is no such test.
WELL, FAILED, UNLOADED, NOTHING = 0, 1, frozenset({2, 4}), 5
STARTING = 0.05  # seconds, of any test
LOADING = "loading the module"
_SQLITE = re.compile(r"(?<=[\[-])sqlite(?=[\]-])")

Tests = dict[str, float]
"""Ids of tests, with the seconds that each takes."""
Told = dict[str, Any]
"""What `picking.py` wrote: "took" and "failed"."""


class OutOfTime(Exception):
    """A fault got all the time that was asked for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which test found a fault, by the gate and else by what `--all` adds."""

    gate: str = ""
    rest: str = ""
    left: str = ""
    """What there was no time for."""

    def __str__(self) -> str:
        if self.gate or self.rest:
            return f"{'gate' if self.gate else '--all'}: {self.gate or self.rest}"
        return f"no time for {self.left}" if self.left else "not found"


@dataclass(frozen=True, slots=True)
class Copy:
    """A commit in a folder of its own, in which faults may be planted."""

    root: Path

    def run(
        self, words: Sequence[str], picked: Tests | None, seconds: float | None = None
    ) -> tuple[int, Told]:
        """Run pytest; return how it ended, and what became of each test."""
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "told"
            options = ["--told", str(told)]
            if picked is not None:
                list_ = Path(folder) / "picked"
                list_.write_text(json.dumps(picked), encoding="utf-8")
                options += ["--picked", str(list_)]
            status, said = self._ended([*PYTEST, *options, *words], seconds)
            if status not in {WELL, FAILED, *UNLOADED, NOTHING}:
                raise SystemExit(f"pytest ended with {status}\n{said}")
            known = json.loads(told.read_text(encoding="utf-8")) if told.exists() else {}
        return status, known

    def _ended(self, command: list[str], seconds: float | None) -> tuple[int, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("KRING_")}
        environment = {**own, "PYTHONPATH": str(Path(__file__).parent)}
        with subprocess.Popen(
            command, cwd=self.root, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                said, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                _end(process)
                raise OutOfTime from None
        return process.returncode, said

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        """Have a fault in the copy inside a `with` block."""
        path = self.root / fault.at.file
        sound = path.read_bytes()
        try:
            _write(path, fault.planted(sound))
            yield
        finally:
            _write(path, sound)


def _end(process: subprocess.Popen[str]) -> None:
    """Let pytest tidy up after itself, and end what is left."""
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    # What was compiled is told apart by second and size only.
    Path(cache_from_source(str(path))).unlink(missing_ok=True)


@contextmanager
def copied(commit: str) -> Iterator[Copy]:
    """Give a copy of a commit; nothing is ever planted in the tree itself."""
    with tempfile.TemporaryDirectory(prefix="kring-planted-") as folder:
        root = Path(folder) / "kring"
        _git("clone", "--quiet", "--shared", "--no-checkout", str(ROOT), str(root))
        _git("-C", str(root), "checkout", "--quiet", commit)
        for name in SHARED:
            if (ROOT / name).exists():
                (root / name).symlink_to((ROOT / name).resolve())
        yield Copy(root)


def _git(*words: str) -> str:
    command = ["git", *words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


class Recording:
    """Which tests of the gate touch which lines."""

    def __init__(self, copy: Copy, kept: Path) -> None:
        self._copy = copy
        self._kept = kept
        self._folders: list[str] = []
        self._took: Tests = {}

    def add(self, folder: str) -> None:
        """Record the tests that stand in a folder, unless that was done before."""
        name = folder.replace("/", "-")
        told = self._kept / f"{name}.json"
        if not told.exists():
            self._record(folder, name, told)
        known = json.loads(told.read_text(encoding="utf-8"))
        for failed in known["failed"]:
            print(f"left out, since it fails without a fault: {failed}", flush=True)
            del known["took"][failed]
        self._folders.append(name)
        self._took |= known["took"]

    def _record(self, folder: str, name: str, told: Path) -> None:
        self._kept.mkdir(parents=True, exist_ok=True)
        settings, part = self._kept / "settings", self._kept / f"{name}.part"
        settings.write_text(f"{SETTINGS}data_file = {part}\n", encoding="utf-8")
        words = ["--cov=crm", "--cov-context=test", "--cov-report=", f"--cov-config={settings}"]
        files = sorted((self._copy.root / folder).glob("test_*.py"))
        print(f"recording {folder}", flush=True)
        _status, known = self._copy.run([*words, *map(str, files)], None)
        part.rename(self._kept / f"{name}.coverage")
        told.write_text(json.dumps(known), encoding="utf-8")

    def touching(self, fault: Fault) -> Tests:
        """Return the tests that meet a fault, first those that are likely to find it soon."""
        names = {name for lines in fault.touched_by for name in self._on(lines)}
        feature = f"tests/{Path(fault.at.file).parts[1]}/"
        runs = self._runs(fault.at.file)

        def unlikeliness(name: str) -> tuple[bool, float, str]:
            # Who is about a file runs much of it in little time.
            seconds_a_line = (self._took[name] + STARTING) / max(1, runs[name])
            return not name.startswith(feature), seconds_a_line, name

        return {name: self._took[name] for name in sorted(names, key=unlikeliness)}

    def _on(self, lines: Lines) -> set[str]:
        return {
            name
            for folder in self._folders
            for line, names in self._tests(folder, lines.file).items()
            if lines.first <= line <= lines.last
            for name in names
        }

    def _runs(self, file: str) -> Counter[str]:
        """Return how many lines of a file each test runs."""
        return Counter(
            name
            for folder in self._folders
            for names in self._tests(folder, file).values()
            for name in names
        )

    @cache  # noqa: B019 - as long as the script itself
    def _tests(self, folder: str, file: str) -> dict[int, set[str]]:
        """Return by line who runs it: no test does while a module is loaded."""
        data = CoverageData(str(self._kept / f"{folder}.coverage"))
        data.read()
        return {
            line: {context.rpartition("|")[0] for context in contexts} & self._took.keys()
            for line, contexts in data.contexts_by_lineno(file).items()
        }


def chosen(
    possible: dict[str, list[Fault]], recording: Recording, seed: int, count: int
) -> list[Fault]:
    """Return faults of each kind in turn, all of them on lines that a test touches."""
    chance = random.Random(seed)
    left = [iter(chance.sample(possible[kind], len(possible[kind]))) for kind in KINDS]
    touched = [filter(recording.touching, of_kind) for of_kind in left]
    turns = (next(touched[number % len(KINDS)], None) for number in range(count))
    return [fault for fault in turns if fault]


def outcome(copy: Copy, fault: Fault, tests: Tests, seconds: float) -> Outcome:
    """Return what finds a fault."""
    until = time.monotonic() + seconds
    left = f"{len(tests)} tests of the gate"
    try:
        with copy.planted(fault):
            found = _first(copy, tests, [], until)
            if found:
                return Outcome(gate=found)
            further = _added(copy, tests)
            left = f"{len(further)} tests of --all"
            return Outcome(rest=_first(copy, further, ["--all"], until))
    except OutOfTime:
        return Outcome(left=left)


def _first(copy: Copy, tests: Tests, words: list[str], until: float) -> str:
    """Return the first test that fails, and fails once more: others fail by chance."""
    left = dict(tests)
    while left:
        status, known = _picked(copy, left, ["-x", *words], until)
        if status in {WELL, NOTHING}:
            return ""
        if status in UNLOADED:
            return LOADING
        failed = known["failed"][0]
        status, _known = _picked(copy, {failed: left[failed]}, words, until)
        if status not in {WELL, NOTHING}:
            return str(failed)
        names = list(left)
        left = {name: left[name] for name in names[names.index(failed) + 1 :]}
    return ""


def _picked(copy: Copy, tests: Tests, words: list[str], until: float) -> tuple[int, Told]:
    files = dict.fromkeys(name.partition("::")[0] for name in tests)
    return copy.run([*words, *files], tests, max(1.0, until - time.monotonic()))


def _added(copy: Copy, tests: Tests) -> Tests:
    """Return what `--all` does beyond the gate: the other database, and more examples."""
    added = {}
    for name, took in tests.items():
        path, _, function = name.partition("::")
        elsewhere = f"{path}::{_SQLITE.sub('postgresql', function)}"
        if elsewhere not in tests:
            added[elsewhere] = took
        if re.search("hypothesis|depth", (copy.root / path).read_text(encoding="utf-8")):
            added[name] = took * MORE_EXAMPLES
    return added


def _outcomes(
    recording: Recording, copy: Copy, chosen_: list[Fault], kept: Path, seconds: float
) -> Iterator[Outcome]:
    """Yield what came of each fault, also of those of a run before."""
    for number, fault in enumerate(chosen_, 1):
        name = hashlib.sha256(f"{fault}{fault.start}{fault.after}".encode()).hexdigest()[:16]
        path = kept / f"fault-{name}.json"
        if path.exists():
            known = Outcome(**json.loads(path.read_text(encoding="utf-8")))
        else:
            known = outcome(copy, fault, recording.touching(fault), seconds)
            if not known.left:
                path.write_text(json.dumps(asdict(known)), encoding="utf-8")
        print(f"{number:>3} {known}\n    {fault}", flush=True)
        yield known


def main() -> None:
    """Record what was not recorded yet, plant, and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=FAULTS, help="0 to record only")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="at most for each fault")
    parser.add_argument("--commit", default="HEAD")
    parser.add_argument("--tests", nargs="*", help="folders, such as tests/accounts; else all")
    parser.add_argument("--only", default="crm", help="plant here only, such as crm/accounts")
    parser.add_argument("--cache", type=Path, default=CACHE)
    asked = parser.parse_args()
    commit = _git("rev-parse", asked.commit)
    kept = asked.cache.resolve() / commit
    with copied(commit) as copy:
        recording = Recording(copy, kept)
        for folder in asked.tests or _folders(copy.root):
            recording.add(folder)
        possible = {
            kind: [fault for fault in of_kind if fault.at.file.startswith(asked.only)]
            for kind, of_kind in faults(copy.root).items()
        }
        planted = chosen(possible, recording, asked.seed, asked.faults)
        outcomes = list(_outcomes(recording, copy, planted, kept, asked.seconds))
    if asked.faults:
        _tell(outcomes, f"commit {commit[:7]}, seed {asked.seed}")


def _folders(root: Path) -> list[str]:
    found = {path.parent for path in (root / "tests").rglob("test_*.py")}
    return sorted(str(folder.relative_to(root)) for folder in found)


def _tell(outcomes: list[Outcome], how: str) -> None:
    figures = Figures()
    gate = sum(bool(one.gate) for one in outcomes)
    everything = sum(bool(one.gate or one.rest) for one in outcomes)
    figures.told("faults planted", len(outcomes), "faults", how)
    figures.told("found by those of --all", everything, "faults", how)
    figures.told("found by those of the gate", gate, "faults", how)
    if everything:
        share = gate / everything
        figures.at_least("found by the gate", share, LEAST, "of what --all finds", how)
    figures.exactly("not tried to the end", sum(bool(one.left) for one in outcomes), 0, how)
    figures.leave()


if __name__ == "__main__":
    main()
