"""What is asked about whom one may write to: a ground with its source."""

from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, RadioField, StringField
from wtforms.validators import Length, Optional

from crm.consent import rules
from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Ground
from crm.core import clock
from crm.core.i18n import _, _l
from crm.stakeholders.forms.showing import LONGEST
from crm.stakeholders.services.showing import moment_of
from crm.web.forms import Form, SelectChoice, choices_of
from crm.web.rendering import label

USUAL = ""


class GroundForm(Form):
    """On which ground somebody may be written to for one purpose."""

    basis = RadioField(_l("Basis"), default=USUAL)
    source = StringField(_l("Where they said this"), [Length(max=LONGEST)])
    on = DateField(_l("Date"), [Optional()])
    reason = StringField(_l("Reason of this change"), [Length(max=LONGEST)])

    def offer(self, purpose: ContactPurpose, usual: Basis) -> None:
        """Fill the choices: the usual ground, and those that reach this purpose."""
        # The usual one is offered once, unless it was noted by itself.
        offered = [basis for basis in Basis if basis is not usual or basis == self.basis.data]
        fitting = [basis for basis in offered if rules.fits(basis, purpose)]
        as_usual = SelectChoice(USUAL, _("As usual: %(basis)s", basis=label(usual)))
        self.basis.choices = [as_usual, *choices_of(fitting)]

    @classmethod
    def of_noted(cls, known: Ground | None) -> "GroundForm":
        """Return the form filled from what was noted; the date is that of today otherwise."""
        if known is None:
            return cls(formdata=None, data={"on": clock.today()})
        at = (known.at or clock.now()).astimezone(ZoneInfo(clock.zone()))
        typed = {"basis": known.basis.value, "source": known.source, "on": at.date()}
        return cls(formdata=None, data=typed)

    def details(self) -> dict[str, Any]:
        """Return the ground, none for the usual one, and why it changes, as it is noted."""
        ground = None
        if self.basis.data != USUAL:
            at = moment_of(self.on.data or clock.today())
            ground = Ground(Basis(self.basis.data), self.source.data or "", at)
        return {"ground": ground, "reason": self.reason.data or ""}
