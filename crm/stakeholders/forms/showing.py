"""What is asked about an objection: where somebody said it, or took it back."""

from wtforms import DateField, StringField
from wtforms.validators import Length, Optional

from crm.core import clock
from crm.core.i18n import _l
from crm.stakeholders.models import Objected
from crm.stakeholders.services.showing import moment_of
from crm.web.forms import Form

LONGEST = 500


class ObjectionForm(Form):
    """Where and when somebody said that they object: to being shown, or to being written to."""

    source = StringField(_l("Where they said this"), [Length(max=LONGEST)])
    on = DateField(_l("Date"), [Optional()])

    def details(self) -> Objected:
        """Return what was asked; without a date it was today."""
        return Objected(self.source.data or "", moment_of(self.on.data or clock.today()))


class LiftForm(Form):
    """Where somebody took their objection back."""

    source = StringField(_l("Where they said this"), [Length(max=LONGEST)])

    def details(self) -> str:
        """Return what was asked, which stays in the audit trail."""
        return self.source.data or ""
