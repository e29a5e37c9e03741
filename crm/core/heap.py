"""
What a process no longer uses of its memory, given back to the system.

Left to itself the C library keeps most of what it once had, since something small is still used
somewhere behind it: a process would stay as large as its largest page made it, for good.
"""

import ctypes
import gc
import resource
import time
from pathlib import Path

GROWN = 12 * 1024 * 1024
"""By so many bytes a process has to grow before it is worth the while."""
LOOKED_EVERY = 1.0
"""Seconds between two looks at how large it is."""
_PAGE = resource.getpagesize()
_SIZES = Path("/proc/self/statm")


class Heap:
    """The memory of this process, which is looked at now and then."""

    def __init__(self) -> None:
        self._usual = 0
        self._looked_at = 0.0

    def has_grown(self) -> bool:
        """Whether it is larger than it was when it last gave back what it did not use."""
        now = time.monotonic()
        if now - self._looked_at < LOOKED_EVERY:
            return False
        self._looked_at = now
        size = _size()
        self._usual = min(self._usual or size, size)
        return size - self._usual >= GROWN

    def give_back(self) -> None:
        """Give back what is not used now."""
        # First, as values in a circle take their room until they are collected.
        gc.collect()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:  # other C libraries do without
            trim(0)
        self._usual = _size()


def _size() -> int:
    """Return how much of the memory this process has, in bytes; 0 where the system tells not."""
    try:
        return int(_SIZES.read_text(encoding="ascii").split()[1]) * _PAGE
    except OSError:
        return 0
