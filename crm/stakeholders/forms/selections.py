"""What is asked of who does something with many people of a list at once."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import Length, Optional

from crm.core.i18n import _l
from crm.stakeholders.forms.affiliations import RoleFields
from crm.stakeholders.forms.persons import number
from crm.stakeholders.models import Helix
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.web.forms import Form

LONGEST = 200
LONGEST_TAGS = 1_000


@dataclass(frozen=True, slots=True)
class Ticked:
    """Who was ticked in a list, or that everybody in it is meant."""

    ids: frozenset[int]
    everybody: bool

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> "Ticked":
        """Return who is meant by an address."""
        given = {number(one) for one in args.getlist("person")}
        return cls(frozenset(one for one in given if one), bool(args.get("everybody")))


class SelectionForm(Form):
    """The base of forms about many people: how many they were when it was opened."""

    expected = HiddenField(default="")

    @property
    def seen(self) -> int | None:
        """How many people the page showed."""
        return number(self.expected.data)


class TagForm(SelectionForm):
    """Tags to give or to take away."""

    word = StringField(_l("Tags"), [Length(max=LONGEST_TAGS)])

    def details(self) -> str:
        """Return what was typed: one tag or several."""
        return self.word.data or ""


class RoleForm(SelectionForm, RoleFields):
    """A role that many people get."""

    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_helixes()

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
        )
