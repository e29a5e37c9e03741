"""A process gives back what it no longer uses, however it was used."""

import subprocess
import sys

import pytest

KEPT_BACK = """
from pathlib import Path
from crm.core import heap

heap.LOOKED_EVERY = 0
size = lambda: int(Path("/proc/self/statm").read_text().split()[1]) * heap._PAGE // 1024 ** 2
own, sizes = heap.Heap(), []
grown = [own.has_grown()]
used = [bytearray(2_000) for _ in range(30_000)]
behind = bytearray(2_000)
grown.append(own.has_grown())
del used
sizes.append(size())
own.give_back()
sizes.append(size())
grown.append(own.has_grown())
print(grown, sizes[0] - sizes[1])
"""


@pytest.mark.engine("sqlite")
def test_what_is_used_no_more_goes_back_though_something_small_stands_behind_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KEPT_BACK], check=True, capture_output=True, text=True
    )

    grown, _bracket, given_back = done.stdout.rpartition("] ")
    assert grown == "[False, True, False"
    assert int(given_back) > 30
