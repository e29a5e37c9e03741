"""What somebody can correct about themselves."""

from typing import Any

from wtforms import FieldList, SelectField, StringField
from wtforms.validators import Length

from crm.core.cleaning import clean_line
from crm.core.i18n import _l
from crm.stakeholders.languages import named
from crm.stakeholders.models import Person
from crm.stakeholders.services.correcting import OwnDetails
from crm.web.forms import PersonalForm, Revision, SelectChoice, where_typed
from crm.web.i18n import LANGUAGES

ONE_LINE = (where_typed(clean_line),)


class OwnDetailsForm(PersonalForm, Revision):
    """Name, addresses, numbers and language."""

    initials = StringField(_l("Initials"), [Length(max=40)])
    first_name = StringField(_l("First name"), [Length(max=200)])
    prefix = StringField(_l("Prefix"), [Length(max=40)])
    surname = StringField(_l("Surname"), [Length(max=200)])
    emails = FieldList(
        StringField(_l("E-mail address"), [Length(max=254)], filters=ONE_LINE),
        _l("E-mail addresses"),
        min_entries=1,
    )
    phones = FieldList(
        StringField(_l("Phone number"), [Length(max=60)], filters=ONE_LINE),
        _l("Phone numbers"),
        min_entries=1,
    )
    language = SelectField(_l("Language"), default=LANGUAGES[0])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Others than ours only where a planner chose them, who has to write the words in them.
        spoken = named([*LANGUAGES, self.language.data])
        self.language.choices = [SelectChoice(code, name) for code, name in spoken.items()]

    @classmethod
    def of(cls, record: object) -> "OwnDetailsForm":
        """Return the form filled from a person, with an empty line for one more."""
        if not isinstance(record, Person):
            raise TypeError(record)
        names = ("initials", "first_name", "prefix", "surname", "language", "revision")
        typed = {
            **{name: getattr(record, name) for name in names},
            "emails": [*(email.address for email in record.emails), ""],
            "phones": [*(phone.raw or phone.number for phone in record.phones), ""],
        }
        return cls(formdata=None, data=typed)

    def details(self) -> OwnDetails:
        """Return what was asked."""
        return OwnDetails(
            initials=self.initials.data or "",
            first_name=self.first_name.data or "",
            prefix=self.prefix.data or "",
            surname=self.surname.data or "",
            emails=tuple(text or "" for text in self.emails.data),
            phones=tuple(text or "" for text in self.phones.data),
            language=self.language.data or "",
        )
