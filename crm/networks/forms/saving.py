"""What is asked of who saves a view of the network, or makes a link to one."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from crm.core.i18n import _l, ngettext
from crm.networks.forms.appearance import AppearanceForm
from crm.networks.forms.filters import NetworkFilterForm
from crm.networks.models import SavedView
from crm.networks.services import ViewDetails
from crm.web.forms import Form, SelectChoice

LONGEST_NAME = 100
LONGEST_QUERY = 2_000
LIFETIMES = (7, 30, 90, 365)  # days


def kept(args: MultiDict[str, str]) -> str:
    """Return what is asked of the network and of its look, as an address asks it, in one way."""
    query = {**NetworkFilterForm(args).query(), **AppearanceForm(args).query()}
    return urlencode(query, doseq=True)


def asked_again(query: str) -> MultiDict[str, str]:
    """Return what was kept as if it stood in the address."""
    return MultiDict(parse_qsl(query))


class ViewForm(Form):
    """The name of a saved view, and whether the project finds it."""

    name = StringField(_l("Name"), [DataRequired(_l("Fill in a name.")), Length(max=LONGEST_NAME)])
    is_shared = BooleanField(_l("Share with everybody in the project"))

    @classmethod
    def of(cls, record: object) -> "ViewForm":
        """Return the form filled from a view."""
        if not isinstance(record, SavedView):
            raise TypeError(record)
        return cls(formdata=None, data={"name": record.name, "is_shared": record.is_shared})

    def details(self) -> ViewDetails:
        """Return what was asked."""
        return ViewDetails(self.name.data or "", is_shared=bool(self.is_shared.data))


class NewViewForm(ViewForm):
    """The same for a view that is yet to be kept, with what it asks."""

    query = HiddenField(validators=[Length(max=LONGEST_QUERY)])

    @property
    def asks(self) -> str:
        """What is kept of the network that is looked at, in its one way."""
        return kept(asked_again(self.query.data or ""))


def lifetimes() -> list[tuple[int, str]]:
    """Return for how many days a link can be made to work, with their words."""
    return [(days, ngettext("%(num)s day", "%(num)s days", days)) for days in LIFETIMES]


class LinkForm(Form):
    """For how long a link to a saved view works."""

    days = SelectField(_l("Works for"), coerce=int, default=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days.choices = [SelectChoice(days, words) for days, words in lifetimes()]

    def details(self) -> timedelta:
        """Return the time that was asked."""
        return timedelta(days=self.days.data)
