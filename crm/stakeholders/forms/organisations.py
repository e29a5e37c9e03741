"""What is asked about an organisation, and how one is picked in another form."""

import re
from collections.abc import Iterable
from dataclasses import fields
from typing import ClassVar

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from crm.core.i18n import _, _l
from crm.neighbourhoods.models import Area
from crm.stakeholders.models import Helix, Organisation
from crm.stakeholders.queries.organisations import Filter
from crm.stakeholders.services.organisations import OrganisationDetails
from crm.web.fields import FieldsForm
from crm.web.forms import AskedForm
from crm.web.rendering import label

# No longer than an id that the database can hold: what is typed there is anybody's.
_ID = re.compile(r"[1-9][0-9]{0,8}")


class Looked:
    """A form for a new record that remembers which known ones were shown beside it."""

    twins_seen: ClassVar[StringField] = StringField("")

    @property
    def seen(self) -> frozenset[int]:
        """The ids of those that were looked at, so that another one is meant."""
        return frozenset(map(int, _ID.findall(str(self.twins_seen.data or "")[:200])))


LONGEST = 200
PLAUSIBLE_ID = re.compile(r"[0-9]{1,9}")


class OrganisationForm(FieldsForm):
    """All that is kept of an organisation."""

    model = Organisation
    laid_out = frozenset(one.name for one in fields(OrganisationDetails))

    def details(self) -> OrganisationDetails:
        """Return what was asked."""
        return OrganisationDetails(**self.given())


class NewOrganisationForm(OrganisationForm, Looked):
    """An organisation that is new."""

    def typed(self) -> OrganisationDetails:
        """Return what is typed so far and tells which is meant; nothing of it needs to be right."""
        typed = self.texts("name", "website", "street", "postcode", "town")
        return OrganisationDetails(**typed, helix=Helix.END_USERS)


class OrganisationFilterForm(AskedForm):
    """What a list of organisations is narrowed to; it stands in the address and changes nothing."""

    q = StringField(_l("Name, town or tag"))
    helix = SelectField(_l("Helix"), default="")
    area = SelectField(_l("Neighbourhood"), default="")
    tag = SelectField(_l("Tag"), default="")

    def offer(self, areas: Iterable[Area], tags: Iterable[tuple[str, str]]) -> None:
        """Fill the choices: the four helixes, and the areas and tags that are in use."""
        all_of_them = ("", _("All"))
        self.helix.choices = [all_of_them, *((helix.value, label(helix)) for helix in Helix)]
        self.area.choices = [all_of_them, *((str(area.id), area.name) for area in areas)]
        self.tag.choices = [all_of_them, *tags]

    def chosen(self) -> Filter:
        """Return what was asked; what makes no sense counts as not asked."""
        helix, area = self.helix.data or "", self.area.data or ""
        return Filter(
            search=(self.q.data or "").strip(),
            helix=Helix(helix) if helix in set(Helix) else None,
            area_id=int(area) if PLAUSIBLE_ID.fullmatch(area) else None,
            tag=self.tag.data or "",
        )


class OrganisationPicker:
    """Two fields for a form in which somebody picks an organisation by typing its name."""

    organisation = StringField(_l("Organisation"), [Length(max=LONGEST)])
    make_organisation = BooleanField(_l("Make this organisation"))
