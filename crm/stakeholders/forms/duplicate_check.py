"""Which likely twins somebody looked at before they save a new record."""

import re
from typing import ClassVar

from wtforms import StringField

_ID = re.compile(r"[1-9][0-9]{0,8}")


class Looked:
    """A form for a new record that remembers which known ones were shown beside it."""

    twins_seen: ClassVar[StringField] = StringField("")

    @property
    def seen(self) -> frozenset[int]:
        """The ids of those that were looked at, so that another one is meant."""
        return frozenset(int(one) for one in _ID.findall(str(self.twins_seen.data or "")[:200]))
