"""What is asked about a project and its members."""

from wtforms import EmailField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from crm.accounts.forms import ADDRESS
from crm.core.i18n import _l
from crm.core.permissions import Role
from crm.projects.models import SMALLEST_GROUP
from crm.projects.services import LONGEST_ADDRESS, ProjectDetails, ProjectSettings
from crm.web.forms import Form, Revision, SelectChoice, choices_of

LONGEST, LARGEST_SMALLEST = 200, 50


class ProjectForm(Form):
    """Name and description of a project."""

    name = StringField(_l("Name of the project"), [DataRequired(), Length(max=LONGEST)])
    slug = StringField(_l("Short name"), [Length(max=60)])
    description = TextAreaField(_l("What it is about"), [Length(max=2000)])

    def details(self) -> ProjectDetails:
        """Return what was asked."""
        return ProjectDetails(
            name=(self.name.data or "").strip(),
            slug=(self.slug.data or "").strip(),
            description=(self.description.data or "").strip(),
        )


class SettingsForm(Form, Revision):
    """What a leader decides about a project."""

    name = StringField(_l("Name of the project"), [DataRequired(), Length(max=LONGEST)])
    description = TextAreaField(_l("What it is about"), [Length(max=2000)])
    reply_address = EmailField(_l("Address for answers"), [Length(max=LONGEST_ADDRESS)])
    smallest_group = IntegerField(
        _l("Smallest group of a neighbourhood"), [InputRequired(), NumberRange(1, LARGEST_SMALLEST)]
    )

    def details(self) -> ProjectSettings:
        """Return what was asked."""
        return ProjectSettings(
            name=(self.name.data or "").strip(),
            description=(self.description.data or "").strip(),
            smallest_group=self.smallest_group.data or SMALLEST_GROUP,
            reply_address=self.reply_address.data or "",
        )


class ColleagueForm(Form):
    """Whom to let in, as what."""

    email = EmailField(_l("E-mail address of your colleague"), ADDRESS)
    role = SelectField(_l("Role"), [DataRequired()])

    def __init__(self) -> None:
        super().__init__()
        self.role.choices = choices_of(Role)

    def details(self) -> tuple[str, Role]:
        """Return the address and the role."""
        return (self.email.data or "").strip(), Role(self.role.data)


class RoleForm(Form):
    """Another role for a member."""

    role = SelectField(
        _l("Role"), [DataRequired()], choices=[SelectChoice(role.value) for role in Role]
    )

    def details(self) -> Role:
        """Return the role."""
        return Role(self.role.data)
