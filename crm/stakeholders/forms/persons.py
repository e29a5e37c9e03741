"""What is asked about a person and their roles."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from crm.core import clock, conditions
from crm.core.cleaning import clean_line
from crm.core.conditions import Condition, ConditionKind, ConditionRefused, Group, Pick, tidy
from crm.core.i18n import _, _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.stakeholders.forms.organisations import Looked, OrganisationPicker
from crm.stakeholders.models import Affiliation, Helix, Person
from crm.stakeholders.queries.condition_filter import Narrowing, read
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.rules.fields import typed_tags
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.languages import NAMES, named
from crm.stakeholders.values.names import FormOfAddress, NameParts, NameUse
from crm.web.forms import AskedForm, Form, Revision, SelectChoice, choices_of, where_typed

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


LONGEST_NOTE = 5_000
# Room for more without JavaScript: after saving there are as many empty lines again.
EMPTY_LINES = 2
# A list makes its fields without asking the form, which would have them cleaned.
ONE_LINE = (where_typed(clean_line),)
NAME_PARTS = ("initials", "first_name", "prefix", "surname", "partner_prefix", "partner_surname")
NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class PersonForm(Form, Revision):
    """All that is kept of a person."""

    initials = StringField(_l("Initials"), [Length(max=40)])
    first_name = StringField(_l("First name"), [Length(max=LONGEST)])
    prefix = StringField(_l("Prefix"), [Length(max=40)])
    surname = StringField(_l("Surname"), [Length(max=LONGEST)])
    partner_prefix = StringField(_l("Partner's prefix"), [Length(max=40)])
    partner_surname = StringField(_l("Partner's surname"), [Length(max=LONGEST)])
    name_use = SelectField(_l("Name in use"), default=NameUse.OWN.value)
    form_of_address = SelectField(_l("Form of address"), default=FormOfAddress.NEUTRAL.value)
    emails = FieldList(
        StringField(_l("E-mail address"), [Length(max=254)], filters=ONE_LINE),
        _l("E-mail addresses"),
        min_entries=EMPTY_LINES,
    )
    phones = FieldList(
        StringField(_l("Phone number"), [Length(max=60)], filters=ONE_LINE),
        _l("Phone numbers"),
        min_entries=EMPTY_LINES,
    )
    language = SelectField(_l("Language"), default=next(iter(NAMES)))
    area = StringField(_l("Neighbourhood"), [Length(max=120)])
    tags = StringField(_l("Tags"), [Length(max=1_000)])
    is_private = BooleanField(_l("Treat as a private person"))
    note = TextAreaField(_l("Note"), [Length(max=LONGEST_NOTE)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_use.choices = choices_of(NameUse)
        self.form_of_address.choices = choices_of(FormOfAddress)
        self.language.choices = [
            SelectChoice(code, name) for code, name in named([*NAMES, self.language.data]).items()
        ]

    @classmethod
    def of(cls, record: Person) -> "PersonForm":
        """Return the form filled from a person."""
        kept = (*NAME_PARTS, "language", "is_private", "note", "revision")
        typed = {
            **{name: getattr(record, name) for name in kept},
            "name_use": record.name_use.value,
            "form_of_address": record.form_of_address.value,
            "emails": [email.address for email in record.emails] + [""] * EMPTY_LINES,
            "phones": [phone.raw or phone.number for phone in record.phones] + [""] * EMPTY_LINES,
            "area": record.area.name if record.area else "",
            "tags": ", ".join(tag.word for tag in record.tags),
        }
        return cls(formdata=None, data=typed)

    def details(self) -> PersonDetails:
        """Return what was asked."""
        name = NameParts(
            **self.texts(*NAME_PARTS),
            name_use=NameUse(self.name_use.data),
            form_of_address=FormOfAddress(self.form_of_address.data),
        )
        return PersonDetails(
            name,
            emails=tuple(text or "" for text in self.emails.data),
            phones=tuple(text or "" for text in self.phones.data),
            language=self.language.data or "",
            area=self.area.data or "",
            tags=typed_tags(self.tags.data or ""),
            note=self.note.data or "",
            is_private=bool(self.is_private.data),
        )


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
            emails=tuple(filter(None, self.emails.data)),
            phones=tuple(filter(None, self.phones.data)),
            area=self.area.data or "",
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
            is_asked = own.in_list is in_list and kind in conditions.kinds(actor)
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
    if not text or kind not in conditions.kinds(actor):
        return None
    try:
        given = kind.bind_values(Condition(kind.key, (text,)), actor, clock.today())
    except ConditionRefused:
        return None
    return kind.condition(given)


def number(text: str | None) -> int | None:
    """Return the positive whole number that `text` is, or nothing."""
    return int(text) if text and NUMBER.fullmatch(text) else None
