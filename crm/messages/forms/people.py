"""What is asked before mail goes to a stopped address again."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from crm.core.i18n import _l
from crm.web.forms import Form

LONGEST = 500


class LiftForm(Form):
    """Why mail may go to an address again."""

    reason = StringField(_l("Reason"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> str:
        """Return the reason, which stays in the audit trail."""
        return self.reason.data or ""
