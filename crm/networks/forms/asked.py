"""What of the network is asked for in an address, which can be kept under a name."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FloatField,
    HiddenField,
    IntegerField,
    MonthField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget, NumberInput

from crm.core import ties
from crm.core.i18n import LazyString, _, _l, ngettext
from crm.networks.models import SavedView
from crm.networks.queries.materials import Offers
from crm.networks.rules.figures import PointMeasure
from crm.networks.rules.picture import SIZES, Appearance, LabelsShown
from crm.networks.rules.selection import NetworkView, Selection, TieWeight, month_end
from crm.networks.services.saved_views import ViewDetails
from crm.projects.models import Membership
from crm.stakeholders.models import Helix
from crm.web.forms import AskedForm, Form, SelectChoice
from crm.web.rendering import label

USUAL = Selection()
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
POINT = r"[a-z][1-9][0-9]{0,8}$"
LONGEST_HALF_LIFE, MOST_TIES = 36_500, 100
LONGEST_NAME = 100
LONGEST_QUERY = 2_000
LIFETIMES = (7, 30, 90, 365)  # days


def choices_of(enum: type[StrEnum]) -> Callable[[], list[SelectChoice]]:
    """Return what offers the members of `enum` in the reader's words."""
    return lambda: [SelectChoice(member.value, str(label(member))) for member in enum]


class OneOfField(SelectField):
    """One of a few; the first where the address says nothing."""

    def __init__(
        self, words: LazyString, offered: Callable[[], list[SelectChoice]], **more: Any
    ) -> None:
        choices = offered()
        self.usual = choices[0].value
        super().__init__(words, choices=choices, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first where nothing is asked."""
        super().process_formdata(valuelist or [self.usual])


class TicksField(SelectMultipleField):
    """Boxes to tick; none of them means all of them."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self, words: LazyString, offered: Callable[[], list[SelectChoice]], **more: Any
    ) -> None:
        choices = offered()
        self.everything = [choice.value for choice in choices]
        super().__init__(words, choices=choices, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Tick every box where the address says nothing of use."""
        self.data = [value for value in self.everything if value in valuelist] or self.everything

    @property
    def narrowed(self) -> list[str]:
        """What is ticked, where that is not everything."""
        return self.data if self.data and self.data != self.everything else []


class NumbersField(SelectMultipleField):
    """Several records by number; what is no number is not asked."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the numbers."""
        # An address that somebody typed asks for nothing, rather than for an error.
        self.data = [value for value in valuelist if NUMBER.fullmatch(value)]


class OneMonthField(MonthField):
    """A month, as its first day."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take a year and a month."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            message = _("This is no month. Write it as a year and a month: 2021-03.")
            raise ValueError(message) from None


class NetworkFilterForm(AskedForm):
    """View, window, kinds of tie, who, weight, and what is left out."""

    view = OneOfField(_l("Show"), choices_of(NetworkView))
    since = DateField(_l("From"), [Optional()], name="from")
    until = DateField(_l("Until"), [Optional()])
    month = OneMonthField(_l("As of the end of"), [Optional()])
    # When the form is made, for features register their kinds after this module is loaded.
    tie = TicksField(
        _l("Tied by"),
        lambda: [SelectChoice(source.kind, str(source.label)) for source in ties.sources()],
    )
    helix = TicksField(_l("Helix"), choices_of(Helix))
    neighbourhood = NumbersField(_l("Neighbourhood"), choices=[], validate_choice=False)
    initiative = SelectField(_l("Takes part in"), choices=[], validate_choice=False, default="")
    tag = SelectField(_l("Tag"), choices=[], validate_choice=False, default="")
    segment = SelectField(_l("Segment"), choices=[], validate_choice=False, default="")
    weight = OneOfField(_l("Weight of a tie"), choices_of(TieWeight))
    half_life = IntegerField(
        _l("Half-life in days"), [Optional(), NumberRange(min=1, max=LONGEST_HALF_LIFE)]
    )
    without_plenaries = BooleanField(_l("Leave out plenaries"))
    minimum = FloatField(
        _l("Minimum weight"),
        [Optional(), NumberRange(min=0, max=1_000_000)],
        widget=NumberInput(step="any", min=0),
    )
    per_person = IntegerField(
        _l("Ties per person"), [Optional(), NumberRange(min=1, max=MOST_TIES)]
    )
    around = HiddenField(_l("Around"), [Optional(), Regexp(POINT)])
    steps = OneOfField(
        _l("How far"),
        lambda: [
            SelectChoice("1", str(_("One tie away"))),
            SelectChoice("2", str(_("Two ties away"))),
        ],
    )

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        self.without_plenaries.description = _(
            "Sessions of more than %(number)s people tie everybody to everybody.",
            number=ties.plenary_above(),
        )
        self.validate()
        if self.since.data and self.until.data and self.until.data < self.since.data:
            self.until.errors = [_("This day lies before the first. Choose a later one.")]
        # Only what is right itself: a month is no worse for a day that cannot be read.
        since, until, month = (self._value(name) for name in ("since", "until", "month"))
        if month and ((since and month_end(month) < since) or (until and month > until)):
            self.month.errors = [
                _("This month lies outside the period. Choose another one, or none.")
            ]

    def offer(self, offers: Offers) -> None:
        """Offer the areas, initiatives and tags of the project, for a page that shows the form."""
        self.neighbourhood.choices = [SelectChoice(str(key), name) for key, name in offers.areas]
        self.initiative.choices = _or_any((str(key), name) for key, name in offers.initiatives)
        self.tag.choices = _or_any(offers.tags)
        self.segment.choices = _or_any(offers.segments)

    def refuse_segment(self) -> None:
        """Say beside the field why the segment that was asked leads to nobody."""
        message = _(
            "This segment is no longer there, or it is somebody else's own, or it says more than "
            "you may know. Choose another one, or none."
        )
        self.segment.errors = [message]

    def chosen(self) -> Selection:
        """Return what was asked; what makes no sense counts as not asked, and its field says so."""
        return Selection(
            view=self._value("view", NetworkView) or USUAL.view,
            kinds=frozenset(self.tie.narrowed),
            weight=self._value("weight", TieWeight) or USUAL.weight,
            half_life=self._value("half_life"),
            plenaries=not self.without_plenaries.data,
            since=self._value("since"),
            until=self._value("until"),
            month=self._value("month"),
            helixes=frozenset(map(Helix, self.helix.narrowed)),
            neighbourhoods=frozenset(map(int, self.neighbourhood.data or ())),
            initiative=_number(self.initiative.data),
            tag=(self.tag.data or "").strip(),
            segment=_number(self.segment.data),
            minimum=self._value("minimum"),
            per_person=self._value("per_person"),
            around=self._value("around") or None,
            steps=self._value("steps", int) or USUAL.steps,
        )

    def _value(self, name: str, made: Callable[[Any], Any] = lambda value: value) -> Any:
        """Return what a field holds, made to what it stands for; nothing where it is wrong."""
        data = self[name].data
        return None if data is None or self[name].errors else made(data)

    @property
    def used(self) -> int:
        """How many questions were answered otherwise than usual."""
        return len(self.query())

    @property
    def folded(self) -> int:
        """How many of the questions that stand folded are answered."""
        return len(self.query().keys() - {"view", "from", "until", "month"})

    def query(self) -> dict[str, Any]:
        """Return the part of an address that asks the same again."""
        return query_of(self.chosen())


def query_of(asked: Selection) -> dict[str, Any]:
    """Return the part of an address that asks for this selection."""
    parts = {
        "view": asked.view if asked.view is not USUAL.view else None,
        "tie": sorted(asked.kinds) or None,
        "helix": sorted(asked.helixes) or None,
        "from": asked.since,
        "until": asked.until,
        "month": asked.month.isoformat()[:7] if asked.month else None,
        "neighbourhood": sorted(asked.neighbourhoods) or None,
        "initiative": asked.initiative,
        "tag": asked.tag or None,
        "segment": asked.segment,
        "weight": asked.weight if asked.weight is not USUAL.weight else None,
        "half_life": asked.half_life,
        "without_plenaries": None if asked.plenaries else "y",
        "minimum": asked.minimum,
        "per_person": asked.per_person,
        "around": asked.around,
        "steps": asked.steps if asked.around and asked.steps != USUAL.steps else None,
    }
    return {name: value for name, value in parts.items() if value is not None}


def _or_any(choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", str(_("Any"))), *(SelectChoice(*choice) for choice in choices)]


def _number(typed: str | None) -> int | None:
    return int(typed) if typed and NUMBER.fullmatch(typed) else None


class AppearanceForm(AskedForm):
    """What marks grow with, and which have their name beside them."""

    size = OneOfField(
        _l("Marks grow with"),
        lambda: [SelectChoice(measure.value, str(label(measure))) for measure in SIZES],
    )
    labels = OneOfField(_l("Names"), choices_of(LabelsShown))
    chairs = BooleanField(_l("Empty chairs: each helix without anybody in a neighbourhood"))
    anyway = HiddenField()

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        self.validate()

    def chosen(self) -> Appearance:
        """Return what was asked; what makes no sense counts as not asked, and its field says so."""
        usual = Appearance()
        return Appearance(
            size=usual.size if self.size.errors else PointMeasure(self.size.data),
            labels=usual.labels if self.labels.errors else LabelsShown(self.labels.data),
            chairs=bool(self.chairs.data),
            anyway=bool(self.anyway.data),
        )

    def query(self) -> dict[str, Any]:
        """Return the part of an address that asks the same again."""
        asked, usual = self.chosen(), Appearance()
        parts = {
            "size": asked.size if asked.size is not usual.size else None,
            "labels": asked.labels if asked.labels is not usual.labels else None,
            "chairs": "y" if asked.chairs else None,
            "anyway": "y" if asked.anyway else None,
        }
        return {name: value for name, value in parts.items() if value is not None}


class ChangesForm(AskedForm):
    """One day."""

    since = DateField(_l("What changed since"), [Optional()])

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        self.validate()

    @property
    def day(self) -> date | None:
        """The day, if one is asked for."""
        day: date | None = None if self.errors else self.since.data
        return day


class CompareForm(AskedForm):
    """Two dates, or another project."""

    first = DateField(_l("As of"), [Optional()])
    second = DateField(_l("And as of"), [Optional()])
    other = SelectField(_l("Or with the project"), default="")

    def __init__(self, asked: MultiDict[str, str], others: list[Membership]) -> None:
        super().__init__(asked)
        projects = [membership.project for membership in others]
        choices = [SelectChoice(project.slug, project.name) for project in projects]
        self.other.choices = [SelectChoice("", ""), *choices]
        self.validate()

    @property
    def dates(self) -> tuple[date, date] | None:
        """The two dates, the earlier first, if both are given."""
        if self.first.data is None or self.second.data is None:
            return None
        return min(self.first.data, self.second.data), max(self.first.data, self.second.data)


def kept(args: MultiDict[str, str]) -> str:
    """Return what is asked of the network and of its look, as an address asks it, in one way."""
    # Through the forms, so that what makes no sense is not kept, and one view has one text.
    query = {**NetworkFilterForm(args).query(), **AppearanceForm(args).query()}
    return urlencode(query, doseq=True)


def asked_again(query: str) -> MultiDict[str, str]:
    """Return what was kept as if it stood in the address."""
    return MultiDict(parse_qsl(query))


class ViewForm(Form):
    """The name of a saved view, and whether the project finds it."""

    name = StringField(_l("Name"), [DataRequired(_l("Fill in a name.")), Length(max=LONGEST_NAME)])
    is_shared = BooleanField(_l("Share with everybody in the project"))

    @classmethod
    def of(cls, record: object) -> "ViewForm":
        """Return the form filled from a view."""
        if not isinstance(record, SavedView):
            raise TypeError(record)
        return cls(formdata=None, data={"name": record.name, "is_shared": record.is_shared})

    def details(self) -> ViewDetails:
        """Return what was asked."""
        return ViewDetails(self.name.data or "", is_shared=bool(self.is_shared.data))


class NewViewForm(ViewForm):
    """The same for a view that is yet to be kept, with what it asks."""

    query = HiddenField(validators=[Length(max=LONGEST_QUERY)])

    @property
    def asks(self) -> str:
        """What is kept of the network that is looked at, in its one way."""
        return kept(asked_again(self.query.data or ""))


def lifetimes() -> list[tuple[int, str]]:
    """Return for how many days a link can be made to work, with their words."""
    return [(days, ngettext("%(num)s day", "%(num)s days", days)) for days in LIFETIMES]


class LinkForm(Form):
    """For how long a link to a saved view works."""

    days = SelectField(_l("Works for"), coerce=int, default=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Here, and not beside the field: the words are in the language of who asks.
        self.days.choices = [SelectChoice(days, words) for days, words in lifetimes()]

    def details(self) -> timedelta:
        """Return the time that was asked."""
        return timedelta(days=self.days.data)
