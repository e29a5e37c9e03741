"""What is asked when somebody notes that people gave their address for a session."""

from flask import request
from wtforms import StringField
from wtforms.validators import Length

from crm.core.i18n import _l
from crm.design_sessions.forms.reading import number
from crm.web.forms import Form


class GivenForm(Form):
    """Ticks beside names (`person`), and where these people gave their address."""

    source = StringField(_l("Where did they give it?"), [Length(max=200)])

    def details(self) -> tuple[list[int], str]:
        """Return who was ticked, and where they gave their address."""
        ticked = [number(given) for given in request.form.getlist("person")]
        return [one for one in ticked if one is not None], self.source.data or ""
