"""Since when changes of the network are told."""

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import DateField
from wtforms.validators import Optional

from crm.core.i18n import _l
from crm.web.forms import AskedForm


class ChangesForm(AskedForm):
    """One day."""

    since = DateField(_l("What changed since"), [Optional()])

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        self.validate()

    @property
    def day(self) -> date | None:
        """The day, if one is asked for."""
        day: date | None = None if self.errors else self.since.data
        return day
