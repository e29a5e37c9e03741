"""What is asked of whoever looks up a name."""

from wtforms import StringField
from wtforms.validators import Length

from crm.core.i18n import _l
from crm.web.forms import Form


class LookupForm(Form):
    """Why a name is needed."""

    reason = StringField(_l("Why you need this name"), [Length(max=500)])

    def details(self) -> str:
        """Return the reason."""
        return self.reason.data or ""
