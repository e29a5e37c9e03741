"""What is asked about an area."""

from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import DataRequired, Length, Optional

from crm.core.i18n import _l
from crm.neighbourhoods.services import AreaDetails
from crm.web.forms import Form


class AreaForm(Form):
    """Name, and maybe a code with its year."""

    name = StringField(_l("Name of the area"), [DataRequired(), Length(max=120)])
    code = StringField(_l("CBS code"), [Length(max=20)])
    year = IntegerField(_l("Year of the code"), [Optional()])
    revision = HiddenField(default="")

    def details(self) -> AreaDetails:
        """Return what was asked."""
        return AreaDetails(
            name=self.name.data or "", code=self.code.data or "", year=self.year.data
        )
