"""What is asked about a role of a person."""

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from crm.core.i18n import _, _l
from crm.stakeholders.forms.organisations import OrganisationPicker
from crm.stakeholders.models import Affiliation, Helix
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.web.forms import Form, SelectChoice, choices_of

LONGEST = 200
# Told beside the choice, in which at 320 pixels only a few words fit.
HELIX_AS_USUAL = _l("As usual is the organisation's, or end users without one.")


class RoleFields(OrganisationPicker):
    """The questions that a role takes, on its own page and with a new person."""

    role = StringField(_l("Role"), [Length(max=LONGEST)])
    helix = SelectField(_l("Helix"), description=HELIX_AS_USUAL, default="")
    helix_reason = StringField(_l("Why another helix"), [Length(max=1_000)])

    def offer_helixes(self) -> None:
        """Fill the choices of helix."""
        as_usual = SelectChoice("", _("As usual"))
        self.helix.choices = [as_usual, *choices_of(Helix)]


class AffiliationForm(Form, RoleFields):
    """A role: where, as what, for which helix, from when until when."""

    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    is_main = BooleanField(_l("This is the main role"))
    revision = HiddenField(default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_helixes()

    @classmethod
    def of(cls, record: object) -> "AffiliationForm":
        """Return the form filled from a role."""
        if not isinstance(record, Affiliation):
            raise TypeError(record)
        kept = ("role", "helix_reason", "since", "until", "is_main", "revision")
        typed = {
            **{name: getattr(record, name) for name in kept},
            "helix": record.helix.value,
            "organisation": record.organisation.name if record.organisation else "",
        }
        return cls(formdata=None, data=typed)

    def details(self) -> AffiliationDetails:
        """Return what was asked."""
        return AffiliationDetails(
            organisation=self.organisation.data or "",
            make_organisation=bool(self.make_organisation.data),
            role=self.role.data or "",
            helix=Helix(self.helix.data) if self.helix.data else None,
            helix_reason=self.helix_reason.data or "",
            since=self.since.data,
            until=self.until.data,
            is_main=bool(self.is_main.data),
        )
