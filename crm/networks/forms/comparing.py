"""Which two networks are compared."""

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from crm.core.i18n import _l
from crm.projects.models import Membership
from crm.web.forms import AskedForm, SelectChoice


class CompareForm(AskedForm):
    """Two dates, or another project."""

    first = DateField(_l("As of"), [Optional()])
    second = DateField(_l("And as of"), [Optional()])
    other = SelectField(_l("Or with the project"), default="")

    def __init__(self, asked: MultiDict[str, str], others: list[Membership]) -> None:
        super().__init__(asked)
        choices = [SelectChoice(one.project.slug, one.project.name) for one in others]
        self.other.choices = [SelectChoice("", ""), *choices]
        self.validate()

    @property
    def dates(self) -> tuple[date, date] | None:
        """The two dates, the earlier first, if both are given."""
        if self.first.data is None or self.second.data is None:
            return None
        return min(self.first.data, self.second.data), max(self.first.data, self.second.data)
