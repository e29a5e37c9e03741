"""Facts: a lower feature announces one, higher features react in the same transaction."""

from collections.abc import Callable
from typing import TypeVar

import blinker

F = TypeVar("F", bound="Fact")

_signals: dict[type, blinker.Signal] = {}
_kept: list[Callable[..., None]] = []


class Fact:
    """The base of facts; each is a frozen dataclass of ids."""


def announce(fact: Fact) -> None:
    """Tell whoever listens that `fact` has happened; reactions join the transaction."""
    signal = _signals.get(type(fact))
    if signal is not None:
        signal.send(fact)


def react(kind: type[F], reaction: Callable[[F], None]) -> None:
    """Call `reaction` for each announced fact of `kind`; the same pair is kept once."""
    if reaction in _kept:
        return
    _kept.append(reaction)
    signal = _signals.setdefault(kind, blinker.Signal(kind.__name__))
    signal.connect(reaction, weak=False)
