"""What is asked about an organisation, and how one is picked in another form."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.core.i18n import _, _l
from crm.neighbourhoods.models import Area
from crm.stakeholders.models import Helix, Organisation
from crm.stakeholders.queries.organisations import Filter
from crm.stakeholders.rules.fields import typed_tags
from crm.stakeholders.services.organisations import OrganisationDetails
from crm.web.forms import AskedForm, Form, Revision
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
LONGEST_NOTE = 5_000
TEXTS = ("name", "kind", "website", "street", "postcode", "town", "note")
PLAUSIBLE_ID = re.compile(r"[0-9]{1,9}")


class OrganisationForm(Form, Revision):
    """All that is kept of an organisation."""

    name = StringField(_l("Name"), [DataRequired(), Length(max=LONGEST)])
    kind = StringField(_l("Kind of organisation"), [Length(max=80)])
    helix = SelectField(_l("Usual helix"), [DataRequired()])
    second_helix = SelectField(_l("Second helix"))
    website = StringField(_l("Website"), [Length(max=500)])
    street = StringField(_l("Street and number"), [Length(max=LONGEST)])
    postcode = StringField(_l("Postcode"), [Length(max=20)])
    town = StringField(_l("Town"), [Length(max=LONGEST)])
    area = StringField(_l("Neighbourhood"), [Length(max=120)])
    tags = StringField(_l("Tags"), [Length(max=1_000)])
    note = TextAreaField(_l("Note"), [Length(max=LONGEST_NOTE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helixes = [(helix.value, label(helix)) for helix in Helix]
        self.helix.choices = [("", _("Choose a helix")), *helixes]
        self.second_helix.choices = [("", _("None")), *helixes]

    @classmethod
    def of(cls, record: Organisation) -> "OrganisationForm":
        """Return the form filled from an organisation."""
        typed = {
            **{name: getattr(record, name) for name in (*TEXTS, "revision")},
            "helix": record.helix.value,
            "second_helix": record.second_helix.value if record.second_helix else "",
            "area": record.area.name if record.area else "",
            "tags": ", ".join(tag.word for tag in record.tags),
        }
        return cls(formdata=None, data=typed)

    def details(self) -> OrganisationDetails:
        """Return what was asked."""
        second = self.second_helix.data
        return OrganisationDetails(
            **self.texts(*TEXTS, "area"),
            helix=Helix(self.helix.data),
            second_helix=Helix(second) if second else None,
            tags=typed_tags(self.tags.data or ""),
        )


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
