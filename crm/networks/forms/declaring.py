"""What is asked about ties that somebody declares, and of whoever looks up a name."""

import re
from collections.abc import Iterable

from wtforms import DateField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.core.i18n import _l
from crm.core.ties import organisation_key, person_key
from crm.initiatives.queries import Candidate
from crm.networks.queries.declared_ties import Offered
from crm.networks.services.declared_ties import Declared
from crm.web.forms import Form, PersonalForm, SelectChoice

LONGEST = 300
CANDIDATE = re.compile(r"(person|organisation)-([1-9][0-9]{0,8})")


class DeclareForm(Form):
    """With whom somebody works, as the project team knows it."""

    stakeholder = RadioField(
        _l("Works with"),
        [InputRequired(_l("Choose one person or one organisation."))],
        validate_choice=False,
    )
    about = StringField(_l("What they do together"), [Length(max=LONGEST)])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def offer(self, candidates: Iterable[Candidate]) -> None:
        """Let somebody choose from these."""
        self.stakeholder.choices = [
            SelectChoice(found.key, f"{found.name} ({found.about})" if found.about else found.name)
            for found in candidates
        ]

    def details(self) -> Declared:
        """Return what was asked; the other end is nobody if what was sent is no id."""
        match = CANDIDATE.fullmatch(self.stakeholder.data or "")
        kind, number = (match[1], int(match[2])) if match else ("person", 0)
        key = person_key(number) if kind == "person" else organisation_key(number)
        return Declared(key, self.about.data or "", self.since.data, self.until.data)


class OwnTiesForm(PersonalForm):
    """With whom somebody says they work, from a short list."""

    chosen = SelectMultipleField(
        _l("I work with"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    missed = TextAreaField(_l("Who is missing?"), [Length(max=LONGEST)])

    def offer(self, offered: Iterable[Offered]) -> None:
        """Let somebody choose from these; what was chosen before is ticked on a fresh page."""
        listed = list(offered)
        self.chosen.choices = [SelectChoice(found.key, found.name) for found in listed]
        if not self.is_submitted():
            self.chosen.data = [found.key for found in listed if found.is_chosen]

    def details(self) -> tuple[list[str], str]:
        """Return the keys that were ticked, and who is missing."""
        return list(self.chosen.data or ()), self.missed.data or ""


class LookupForm(Form):
    """Why a name is needed."""

    reason = StringField(_l("Why you need this name"), [Length(max=500)])

    def details(self) -> str:
        """Return the reason."""
        return self.reason.data or ""
