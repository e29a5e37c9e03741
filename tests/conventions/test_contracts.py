"""The import contracts: kept as the code stands, and seen to break when they should."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")

FORBIDDEN = [
    ("crm/core/clock.py", "import crm.web.pages", "Features import only those below them"),
    ("crm/accounts/models.py", "import crm.projects.models", "Features import only those below"),
    ("crm/accounts/models.py", "import crm.accounts.queries", "Inside a feature, files import"),
    ("crm/accounts/queries.py", "import flask", "The domain knows no HTTP"),
    ("crm/projects/services.py", "import wtforms", "The domain knows no HTTP"),
    ("crm/projects/views.py", "import sqlalchemy", "Views and forms write no SQL"),
    ("crm/web/pages.py", "import config", "Only the assembly reads the settings"),
    ("crm/networks/rules/graph.py", "import igraph", "Only one module knows igraph"),
    ("crm/gadgets/__init__.py", "", "Features import only those below them"),
    ("crm/accounts/gadgets.py", "", "Inside a feature, files import only those below them"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "crm", tmp_path / "crm", ignore=shutil.ignore_patterns("static", "translations")
    )
    for name in ("config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def verdict(tree: Path) -> tuple[int, str]:
    command = [str(LINT), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=tree, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_code_keeps_the_contracts(tree: Path) -> None:
    code, report = verdict(tree)

    assert code == 0, report


@pytest.mark.parametrize(("path", "line", "contract"), FORBIDDEN)
def test_a_planted_import_breaks_its_contract(
    tree: Path, path: str, line: str, contract: str
) -> None:
    file = tree / path
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as planted:
        planted.write(f"\n{line}\n")

    code, report = verdict(tree)

    assert code == 1, report
    assert any(row.startswith(contract) and "BROKEN" in row for row in report.splitlines()), report
