"""What is asked about an initiative, and about the part that somebody has in it."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from crm.core.i18n import _, _l
from crm.initiatives.models import Initiative, InitiativeStatus, InitiativeTrack, Involvement
from crm.initiatives.queries import Candidate, InitiativeFilter
from crm.initiatives.services import InitiativeDetails, InvolvementDetails, Stakeholder
from crm.web.forms import AskedForm, Form, Revision, SelectChoice, choices_of

LONGEST_NAME = 200
LONGEST_WORDS = 120
LONGEST_TEXT = 5_000
DATES = ["%Y-%m-%d", "%d-%m-%Y"]
# Nine digits at most: a longer number is no key of a row, and too large for the column.
STAKEHOLDER = re.compile(r"(person|organisation)-([1-9][0-9]{0,8})")


class InitiativeForm(Form, Revision):
    """All that is kept of an initiative."""

    name = StringField(_l("Name"), [DataRequired(_l("Fill in a name.")), Length(max=LONGEST_NAME)])
    track = SelectField(_l("Track"), [DataRequired()])
    # Not "status": that is the status of the answer that shows this form.
    stage = SelectField(_l("Status"), [DataRequired()])
    area = StringField(_l("Neighbourhood"), [Length(max=LONGEST_WORDS)])
    since = DateField(_l("From"), [Optional()], format=DATES)
    until = DateField(_l("Until"), [Optional()], format=DATES)
    description = TextAreaField(_l("Description"), [Length(max=LONGEST_TEXT)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.track.choices = choices_of(InitiativeTrack)
        self.stage.choices = choices_of(InitiativeStatus)

    @classmethod
    def of(cls, record: object) -> "InitiativeForm":
        """Return the form filled from an initiative."""
        if not isinstance(record, Initiative):
            raise TypeError(record)
        kept = ("name", "track", "since", "until", "description", "revision")
        typed = {name: getattr(record, name) for name in kept} | {"stage": record.status}
        return cls(formdata=None, data={**typed, "area": record.area.name if record.area else ""})

    def details(self) -> InitiativeDetails:
        """Return what was asked."""
        return InitiativeDetails(
            name=self.name.data or "",
            track=InitiativeTrack(self.track.data),
            status=InitiativeStatus(self.stage.data),
            description=self.description.data or "",
            area=self.area.data or "",
            since=self.since.data,
            until=self.until.data,
        )


class InvolvementForm(Form, Revision):
    """The part somebody has in an initiative."""

    role = StringField(_l("Role in it"), [Length(max=LONGEST_WORDS)])
    since = DateField(_l("From"), [Optional()], format=DATES)
    until = DateField(_l("Until"), [Optional()], format=DATES)

    @classmethod
    def of(cls, record: object) -> "InvolvementForm":
        """Return the form filled from an involvement."""
        if not isinstance(record, Involvement):
            raise TypeError(record)
        return cls(formdata=None, obj=record)

    def details(self) -> InvolvementDetails:
        """Return what was asked."""
        return InvolvementDetails(
            role=self.role.data or "", since=self.since.data, until=self.until.data
        )


class StakeholderForm(InvolvementForm):
    """Who gets a part in an initiative, and which part."""

    # The candidates are not remembered between two pages: the service knows who is here.
    stakeholder = RadioField(
        _l("Who"),
        [InputRequired(_l("Choose one person or one organisation."))],
        validate_choice=False,
    )

    def offer(self, candidates: Iterable[Candidate]) -> None:
        """Let somebody choose from these."""
        self.stakeholder.choices = [
            SelectChoice(who.key, f"{who.name} ({who.about})" if who.about else who.name)
            for who in candidates
        ]

    @property
    def chosen(self) -> Stakeholder:
        """The person or organisation that was chosen; neither if what was sent is no id."""
        match = STAKEHOLDER.fullmatch(self.stakeholder.data or "")
        return Stakeholder(**{f"{match[1]}_id": int(match[2])}) if match else Stakeholder()


class InitiativeChoiceForm(InvolvementForm):
    """In which initiative a stakeholder gets a part, and which part."""

    initiative = SelectField(
        _l("Initiative or pilot"),
        [InputRequired(_l("Choose an initiative or a pilot."))],
        validate_choice=False,
    )

    def offer(self, initiatives: Iterable[tuple[int, str]]) -> None:
        """Let somebody choose from these."""
        choices = [SelectChoice(str(key), name) for key, name in initiatives]
        self.initiative.choices = [SelectChoice("", _("Choose")), *choices]

    @property
    def chosen(self) -> int:
        """The id of the initiative that was chosen; 0, which none has, if it is no id."""
        typed = self.initiative.data or ""
        return int(typed) if re.fullmatch(r"[1-9][0-9]{0,8}", typed) else 0


class FilterForm(AskedForm):
    """What a list of initiatives is narrowed to; it stands in the address and changes nothing."""

    q = StringField(_l("Search"))
    track = SelectField(_l("Track"), validate_choice=False)
    status = SelectField(_l("Status"), validate_choice=False)
    area = SelectField(_l("Neighbourhood"), validate_choice=False)

    def __init__(self, typed: Any, areas: Iterable[tuple[int, str]]) -> None:
        super().__init__(formdata=typed)
        every = SelectChoice("", _("All"))
        self.track.choices = [every, *choices_of(InitiativeTrack)]
        self.status.choices = [every, *choices_of(InitiativeStatus)]
        self.area.choices = [every, *(SelectChoice(str(key), name) for key, name in areas)]

    def details(self) -> InitiativeFilter:
        """Return what was asked; what does not exist leaves nothing out."""
        track, status, area = map(_known, (self.track, self.status, self.area))
        return InitiativeFilter(
            search=(self.q.data or "").strip(),
            track=InitiativeTrack(track) if track else None,
            status=InitiativeStatus(status) if status else None,
            area_id=int(area) if area else None,
        )

    @property
    def chosen(self) -> int:
        """How many filters are in use."""
        asked = self.details()
        return sum(map(bool, (asked.search, asked.track, asked.status, asked.area_id)))


def _known(field: SelectField) -> str:
    values = {str(choice[0]) for choice in field.iter_choices()}
    return str(field.data) if field.data in values else ""
