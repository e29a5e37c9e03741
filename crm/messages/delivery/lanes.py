"""Lanes: the ways by which messages leave, each with its own limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.core import mail
from crm.messages.delivery.server import server
from crm.messages.rules import throttle
from crm.messages.rules.throttle import Preset

FILES = "files"


@dataclass(frozen=True, slots=True)
class Lane:
    """
    One way out: a mail server, or files.

    :param is_demo: whose messages take it: of demo projects only, of all but those, or of all
    """

    name: str
    preset: Preset = throttle.PRESETS["none"]
    is_demo: bool | None = None

    @property
    def is_limited(self) -> bool:
        """Whether the mail server sets limits that all workers share."""
        return self.preset.per_minute > 0

    @property
    def to_files(self) -> bool:
        """Whether messages of this lane become files."""
        return self.name == FILES


def lanes() -> Sequence[Lane]:
    """Return the ways out of this installation; made-up people never get mail."""
    settings = mail.settings()
    if not settings.server:
        return [Lane(FILES)]
    preset = throttle.preset(settings.throttle)
    return [Lane(server(settings.server).name, preset, is_demo=False), Lane(FILES, is_demo=True)]
