"""What a list of pairs that look like one is narrowed to."""

from wtforms import HiddenField, SelectField

from crm.core.i18n import _, _l
from crm.stakeholders.forms.persons import number
from crm.stakeholders.likeness import Why
from crm.stakeholders.models import Kind, PairState
from crm.stakeholders.queries.duplicates import PairFilter
from crm.web.forms import AskedForm, SelectChoice, choices_of

OF_PERSONS = (
    Why.SAME_EMAIL, Why.SAME_PHONE, Why.SAME_NAME, Why.INITIALS_FIT, Why.NEAR_NAME,
    Why.SAME_ORGANISATION, Why.SAME_AREA,
)  # fmt: skip
OF_ORGANISATIONS = (
    Why.SAME_NAME, Why.NEAR_NAME, Why.PART_OF_NAME, Why.LETTERS_FIT, Why.SAME_WEBSITE,
    Why.SAME_ADDRESS,
)  # fmt: skip
LEVELS = ("70", "80", "90")


class PairFilterForm(AskedForm):
    """What the list shows; it stands in the address and changes nothing."""

    kind = HiddenField(default="")
    state = SelectField(_l("State"), default=PairState.OPEN.value)
    why = SelectField(_l("Reason"), default="")
    least = SelectField(_l("Score"), default="")

    def offer(self) -> None:
        """Fill the choices."""
        reasons = OF_PERSONS if self.chosen().kind is Kind.PERSON else OF_ORGANISATIONS
        self.state.choices = choices_of(PairState)
        self.why.choices = [SelectChoice("", _("All")), *choices_of(reasons)]
        levels = [SelectChoice(one, _("%(score)s or more", score=one)) for one in LEVELS]
        self.least.choices = [SelectChoice("", _("All")), *levels]

    def chosen(self) -> PairFilter:
        """Return what was asked; what makes no sense counts as not asked."""
        kind, state, why = (one.data or "" for one in (self.kind, self.state, self.why))
        return PairFilter(
            kind=Kind(kind) if kind in set(Kind) else Kind.PERSON,
            state=PairState(state) if state in set(PairState) else PairState.OPEN,
            least=number(self.least.data) or 0,
            why=Why(why) if why in set(Why) else None,
        )

    def asked(self) -> dict[str, str]:
        """Return the same as parts of an address, for links that keep the choice."""
        usual = {"state": PairState.OPEN.value}
        return {
            name: str(field.data)
            for name, field in self._fields.items()
            if field.data and field.data != usual.get(name)
        }
