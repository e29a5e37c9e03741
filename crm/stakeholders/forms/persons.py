"""What is asked about a person and their roles."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.validators import Length, Optional

from crm.core import clock, conditions
from crm.core.conditions import Condition, ConditionKind, ConditionRefused, Group, Pick, tidy
from crm.core.i18n import _, _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.stakeholders.forms.organisations import Looked, OrganisationPicker
from crm.stakeholders.models import Affiliation, Helix, Person
from crm.stakeholders.queries.condition_filter import Narrowing, read
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.persons import DETAILED, NAME_PARTS, NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from crm.web.fields import FieldsForm
from crm.web.forms import AskedForm, Form, SelectChoice, choices_of

LONGEST = 200
# Told beside the choice, in which at 320 pixels only a few words fit.
HELIX_AS_USUAL = _l("As usual is the organisation's, or end users without one.")


class RoleFields(OrganisationPicker):
    """The questions that a role takes, on its own page and with a new person."""

    role = StringField(_l("Role"), [Length(max=LONGEST)])
    helix = SelectField(_l("Helix"), description=HELIX_AS_USUAL, default="")
    helix_reason = StringField(_l("Why another helix"), [Length(max=1_000)])

    def offer_helixes(self) -> None:
        """Fill the choices of helix."""
        self.helix.choices = [SelectChoice("", _("As usual")), *choices_of(Helix)]

    def role_asked(self) -> AffiliationDetails:
        """Return the role that was asked, without a period."""
        return AffiliationDetails(
            organisation=self.organisation.data or "",
            make_organisation=bool(self.make_organisation.data),
            role=self.role.data or "",
            helix=Helix(self.helix.data) if self.helix.data else None,
            helix_reason=self.helix_reason.data or "",
        )


class AffiliationForm(Form, RoleFields):
    """A role: where, as what, for which helix, from when until when."""

    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])
    is_main = BooleanField(_l("This is the main role"))
    revision = HiddenField(default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_helixes()

    @classmethod
    def of(cls, record: Affiliation) -> "AffiliationForm":
        """Return the form filled from a role."""
        kept = ("role", "helix_reason", "since", "until", "is_main", "revision")
        typed = {
            **{name: getattr(record, name) for name in kept},
            "helix": record.helix.value,
            "organisation": record.organisation.name if record.organisation else "",
        }
        return cls(formdata=None, data=typed)

    def details(self) -> AffiliationDetails:
        """Return what was asked."""
        is_main = bool(self.is_main.data)
        since, until = self.since.data, self.until.data
        return replace(self.role_asked(), since=since, until=until, is_main=is_main)


NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class PersonForm(FieldsForm):
    """All that is kept of a person."""

    model = Person
    laid_out = DETAILED

    def details(self) -> PersonDetails:
        """Return what was asked."""
        given = self.given()
        name = NameParts(**{part: given.pop(part) for part in NAME_PARTS})
        return PersonDetails(name, **given)


class NewPersonForm(PersonForm, RoleFields, Looked):
    """A person who is new, with a first role where one is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_helixes()

    def details(self) -> NewPerson:  # type: ignore[override]  # a new person is asked for more
        """Return what was asked; nothing about a role gives none."""
        role = self.role_asked()
        given = role.organisation or role.role or role.helix
        return NewPerson(super().details(), (role,) if given else ())

    def typed(self) -> NewPerson:
        """Return what is typed so far and tells who is meant; nothing of it needs to be right."""
        name = self.texts("initials", "first_name", "surname", "partner_surname")
        details = PersonDetails(
            NameParts(**name),
            emails=tuple(filter(None, self["emails"].data)),
            phones=tuple(filter(None, self["phones"].data)),
            area=self["area"].data or "",
        )
        return NewPerson(details, (AffiliationDetails(self.organisation.data or ""),))


class RemoveForm(Form):
    """Whether something is really to go, and why."""

    reason = StringField(_l("Reason"), [Length(max=500)])

    def details(self) -> str:
        """Return the reason, which stays in the audit trail."""
        return self.reason.data or ""


class PersonFilterForm(AskedForm):
    """What a list of persons is narrowed to; it stands in the address and changes nothing."""

    q = StringField(_l("Name or another word"))
    helix = SelectField(_l("Helix (any role of today)"), default="")
    area = SelectField(_l("Neighbourhood"), default="")
    tag = SelectField(_l("Tag"), default="")
    organisation = HiddenField(default="")
    private = SelectField(_l("Private persons"), default="")
    where = HiddenField(default="")
    narrowing = Narrowing()
    # Conditions that a select of the list asks, and so tells.
    selected: tuple[Condition, ...] = ()

    def __init__(self, asked: MultiDict[str, str]) -> None:
        # Those of the conditions for which there is a select, before `where`.
        fields: list[tuple[str, Any]] = list(self._unbound_fields)
        fields[-1:-1] = [
            (own.name, SelectField(own.label, default=""))
            for own, _kind in conditions.own_filters()
        ]
        # For this form alone: those of its class stay as they are.
        self._unbound_fields = fields
        super().__init__(asked)

    def narrow(self, actor: Actor) -> None:
        """Read the conditions in the address, as `actor` may ask them."""
        said: list[Condition] = []
        self.selected = ()
        for own, kind in conditions.own_filters():
            found = _condition(kind, self[own.name].data or "", actor)
            if found and own.in_list:
                self.selected += (found,)
            elif found:
                said.append(found)
        parts = (conditions.write(Group(tuple(said))), self.where.data or "")
        self.narrowing = read(",".join(filter(None, parts)), actor)

    def in_words(self) -> dict[str, str]:
        """Return the parts of the address that the list tells in words, not by a select."""
        others = [own.name for own, _kind in conditions.own_filters() if not own.in_list]
        return {name: self[name].data or "" for name in (*others, "where")}

    def own(self, *, in_list: bool) -> list[SelectField]:
        """Return the selects of conditions that offer something, of the list or of other pages."""
        owns = (own.name for own, _kind in conditions.own_filters() if own.in_list is in_list)
        fields = (cast("SelectField", self[name]) for name in owns)
        return [field for field in fields if len(list(field.choices or ())) > 1]

    def offer(
        self,
        actor: Actor,
        areas: Iterable[Area],
        tags: Iterable[tuple[str, str]],
        *,
        in_list: bool = True,
    ) -> None:
        """Fill the choices: helixes, areas and tags in use, and what conditions offer `actor`."""
        everybody = SelectChoice("", _("All"))
        self.helix.choices = [everybody, *choices_of(Helix)]
        self.area.choices = [everybody, *(SelectChoice(str(area.id), area.name) for area in areas)]
        self.tag.choices = [everybody, *(SelectChoice(key, word) for key, word in tags)]
        only = (SelectChoice("yes", _("Only private")), SelectChoice("no", _("Not private")))
        self.private.choices = [everybody, *only]
        for own, kind in conditions.own_filters():
            (parameter,) = kind.parameters
            is_asked = own.in_list is in_list and _may_ask(kind, actor)
            offered = parameter.offered(actor) if is_asked and isinstance(parameter, Pick) else ()
            choices = (SelectChoice(key, words) for key, words in offered)
            cast("SelectField", self[own.name]).choices = [everybody, *choices]

    def chosen(self) -> PersonFilter:
        """Return what was asked; what makes no sense counts as not asked."""
        helix, where = self.helix.data or "", self.narrowing.meant
        return PersonFilter(
            search=(self.q.data or "").strip(),
            helix=Helix(helix) if helix in set(Helix) else None,
            area_id=number(self.area.data),
            tag=self.tag.data or "",
            organisation_id=number(self.organisation.data),
            private={"yes": True, "no": False}.get(self.private.data or ""),
            # Not made tidy, which would drop the group that holds nobody: here it must hold.
            where=Group((*self.selected, where)) if self.selected else where,
        )

    def as_conditions(self) -> Group:
        """Return all that is chosen as conditions, but for the words that are looked for."""
        chosen = self.chosen()
        given = {
            "helix": chosen.helix,
            "neighbourhood": chosen.area_id,
            "tag": fold(chosen.tag).replace(" ", "-"),
            "organisation": chosen.organisation_id,
        }
        parts = [Condition(kind, (str(value),)) for kind, value in given.items() if value]
        if chosen.private is not None:
            parts.append(Condition("private", negated=not chosen.private))
        return tidy(Group((*parts, *self.selected, self.narrowing.asked)))


def _condition(kind: ConditionKind, text: str, actor: Actor) -> Condition | None:
    """Return what a select asks; nothing where that makes no sense or `actor` may not know it."""
    if not text or not _may_ask(kind, actor):
        return None
    try:
        given = kind.bind_values(Condition(kind.key, (text,)), actor, clock.today())
    except ConditionRefused:
        return None
    return kind.condition(given)


def _may_ask(kind: ConditionKind, actor: Actor) -> bool:
    # By its key: that of a field is made anew each time.
    return kind.key in {one.key for one in conditions.kinds(actor)}


def number(text: str | None) -> int | None:
    """Return the positive whole number that `text` is, or nothing."""
    return int(text) if text and NUMBER.fullmatch(text) else None
