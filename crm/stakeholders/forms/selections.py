"""What is chosen of a list: whom to change, and which pairs to look at."""

from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from crm.core import fields
from crm.core.i18n import _, _l
from crm.stakeholders.forms.persons import RoleFields, number
from crm.stakeholders.models import Kind, PairState
from crm.stakeholders.queries.duplicates import PairFilter
from crm.stakeholders.rules.likeness import Why
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.web.fields import control, offer
from crm.web.forms import AskedForm, Form, SelectChoice, choices_of

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
        given = map(number, args.getlist("person"))
        return cls(frozenset(filter(None, given)), bool(args.get("everybody")))


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
        return replace(self.role_asked(), since=self.since.data, until=self.until.data)


class ValueForm(SelectionForm):
    """A value of a field that many people get."""

    def __init__(self, one: fields.Field) -> None:
        self._unbound_fields = [*self._unbound_fields, ("value", control(one))]
        super().__init__(prefix=f"{one.name}-")
        self._kind = one.kind
        if one.kind.control == "choice":
            offer(self["value"], one.kind)

    def details(self) -> Any:
        """Return the value."""
        return self._kind.of(self["value"].data)


OF_NAMES = (Why.SAME_NAME, Why.INITIALS_FIT, Why.NEAR_NAME)
OF_PERSONS = (Why.SAME_EMAIL, Why.SAME_PHONE, *OF_NAMES, Why.SAME_ORGANISATION, Why.SAME_AREA)
OF_PLACES = (Why.PART_OF_NAME, Why.LETTERS_FIT, Why.SAME_WEBSITE, Why.SAME_ADDRESS)
OF_ORGANISATIONS = (Why.SAME_NAME, Why.NEAR_NAME, *OF_PLACES)
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
        levels = [SelectChoice(level, _("%(score)s or more", score=level)) for level in LEVELS]
        self.least.choices = [SelectChoice("", _("All")), *levels]

    def chosen(self) -> PairFilter:
        """Return what was asked; what makes no sense counts as not asked."""
        kind, state, why = (field.data or "" for field in (self.kind, self.state, self.why))
        return PairFilter(
            kind=Kind(kind) if kind in set(Kind) else Kind.PERSON,
            state=PairState(state) if state in set(PairState) else PairState.OPEN,
            least=number(self.least.data) or 0,
            why=Why(why) if why in set(Why) else None,
        )

    def asked(self) -> dict[str, str]:
        """Return the same, but for what the list shows anyway."""
        usual = {"state": PairState.OPEN.value}
        return {name: text for name, text in super().asked().items() if text != usual.get(name)}
