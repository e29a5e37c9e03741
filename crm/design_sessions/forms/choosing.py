"""To which session many people of a list are invited."""

from typing import Any

from wtforms import SelectField
from wtforms.validators import DataRequired

from crm.core.i18n import _, _l
from crm.design_sessions import queries
from crm.stakeholders.forms.selections import SelectionForm
from crm.web.forms import SelectChoice


class SessionForm(SelectionForm):
    """One of the sessions that have not ended."""

    session = SelectField(_l("Session"), [DataRequired(_l("Choose a session."))], coerce=str)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [SelectChoice(str(key), words) for key, words in queries.to_come()]
        self.session.choices = [SelectChoice("", _("Choose …")), *offered]

    def details(self) -> int:
        """Return the id of the session."""
        return int(self.session.data)
