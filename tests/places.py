"""Places to restore into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgresql


@pytest.fixture
def elsewhere(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[str, Path]]:
    """A place with nothing in it: the address of a database, and a folder."""
    folder = tmp_path / "elsewhere"
    if engine_name == "sqlite":
        yield f"sqlite:///{folder / 'kring.sqlite3'}", folder
        return
    cluster: postgresql.Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield cluster.url(name), folder
    cluster.drop(name)
