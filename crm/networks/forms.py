"""What of the network is asked for; it stands in the address and changes nothing."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FloatField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget, NumberInput

from crm.core.i18n import LazyString, _l
from crm.networks.selection import NetworkView, Selection, TieKind, TieWeight
from crm.stakeholders.models import Helix
from crm.web.forms import SelectChoice
from crm.web.rendering import label


def _choices(enum: type[StrEnum]) -> Callable[[], list[SelectChoice]]:
    """Return what offers the members of `enum` in the reader's words."""
    return lambda: [SelectChoice(member.value, str(label(member))) for member in enum]


class OneOfField(SelectField):
    """One of a few; the first where the address says nothing."""

    def __init__(self, words: LazyString, kinds: type[StrEnum], **more: Any) -> None:
        self.usual = next(iter(kinds)).value
        super().__init__(words, choices=_choices(kinds), **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first where nothing is asked."""
        super().process_formdata(valuelist or [self.usual])


class TicksField(SelectMultipleField):
    """Boxes to tick; none of them means all of them."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, words: LazyString, kinds: type[StrEnum], **more: Any) -> None:
        self.everything = [kind.value for kind in kinds]
        super().__init__(words, choices=_choices(kinds), **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Tick every box where the address says nothing of use."""
        self.data = [value for value in self.everything if value in valuelist] or self.everything


class NetworkFilterForm(wtforms.Form):
    """View, kinds of tie, weight, window, helixes and minimum weight."""

    view = OneOfField(_l("Show"), NetworkView)
    tie = TicksField(_l("Tied by"), TieKind)
    helix = TicksField(_l("Helix"), Helix)
    since = DateField(_l("From"), [Optional()], name="from")
    until = DateField(_l("Until"), [Optional()])
    weight = OneOfField(_l("Weight of a tie"), TieWeight)
    minimum = FloatField(
        _l("Minimum weight"),
        [Optional(), NumberRange(min=0, max=1_000_000)],
        widget=NumberInput(step="any", min=0),
    )

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        self.validate()

    def chosen(self) -> Selection:
        """Return what was asked; what makes no sense counts as not asked, and its field says so."""
        wrong = self.errors
        return Selection(
            view=NetworkView.PEOPLE if "view" in wrong else NetworkView(self.view.data),
            kinds=frozenset(map(TieKind, self.tie.data or self.tie.everything)),
            weight=TieWeight.COUNT if "weight" in wrong else TieWeight(self.weight.data),
            since=None if "since" in wrong else self.since.data,
            until=None if "until" in wrong else self.until.data,
            helixes=frozenset(map(Helix, self.helix.data or self.helix.everything)),
            minimum=None if "minimum" in wrong else self.minimum.data,
        )

    @property
    def used(self) -> int:
        """How many questions were answered otherwise than usual."""
        return len(self.query())

    def query(self) -> dict[str, Any]:
        """Return the part of an address that asks the same again."""
        asked = self.chosen()
        usual = Selection()
        parts = {
            "view": asked.view if asked.view is not usual.view else None,
            "tie": sorted(asked.kinds) if asked.kinds != usual.kinds else None,
            "helix": sorted(asked.helixes) if asked.helixes != usual.helixes else None,
            "from": asked.since,
            "until": asked.until,
            "weight": asked.weight if asked.weight is not usual.weight else None,
            "minimum": asked.minimum,
        }
        return {name: value for name, value in parts.items() if value is not None}
