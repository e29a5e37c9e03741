"""How the picture is to look; it stands in the address and changes nothing."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField

from crm.core.i18n import _l
from crm.networks.appearance import SIZES, Appearance, LabelsShown
from crm.networks.forms.filters import OneOfField, choices_of
from crm.networks.measures import PointMeasure
from crm.web.forms import AskedForm, SelectChoice
from crm.web.rendering import label


def _sizes() -> list[SelectChoice]:
    return [SelectChoice(measure.value, str(label(measure))) for measure in SIZES]


class AppearanceForm(AskedForm):
    """What marks grow with, and which have their name beside them."""

    size = OneOfField(_l("Marks grow with"), _sizes)
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
