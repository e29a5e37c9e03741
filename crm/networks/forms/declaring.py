"""What is asked about ties that somebody declares."""

import re
from collections.abc import Iterable

from wtforms import DateField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from crm.core.i18n import _l
from crm.core.ties import organisation_key, person_key
from crm.initiatives.queries import Candidate
from crm.networks.queries import Offered
from crm.networks.services import Declared
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
            SelectChoice(one.key, f"{one.name} ({one.about})" if one.about else one.name)
            for one in candidates
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
        self.chosen.choices = [SelectChoice(one.key, one.name) for one in listed]
        if not self.is_submitted():
            self.chosen.data = [one.key for one in listed if one.is_chosen]

    def details(self) -> tuple[list[str], str]:
        """Return the keys that were ticked, and who is missing."""
        return list(self.chosen.data or ()), self.missed.data or ""
