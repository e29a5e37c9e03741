"""Where the shared example data lie; they are not part of the project and may be absent."""

import os
from pathlib import Path

import pytest


def _found() -> Path | None:
    asked = os.environ.get("KRING_SHARED")
    places = [Path(asked)] if asked else [up / "shared" for up in Path(__file__).parents]
    return next((place / "data" for place in places if (place / "data").is_dir()), None)


SHARED_DATA = _found()
needs_shared_data = pytest.mark.skipif(
    SHARED_DATA is None, reason="the shared example data are not here (KRING_SHARED)"
)


def shared(name: str) -> Path:
    """Return the path of a shared example, such as "contacts/nl_excel_puntkomma_cp1252.csv"."""
    assert SHARED_DATA is not None
    return SHARED_DATA / name
