"""What is asked of somebody who enters or changes their account."""

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Email, Length

from crm.accounts.services import Newcomer
from crm.core.i18n import _l
from crm.web.forms import Form
from crm.web.i18n import language

LONGEST = 200


class SignInForm(Form):
    """Address and password."""

    email = EmailField(_l("E-mail address"), [DataRequired(), Length(max=LONGEST)])
    password = PasswordField(_l("Password"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> tuple[str, str]:
        """Return address and password."""
        return self.email.data or "", self.password.data or ""


class ForgottenForm(Form):
    """The address somebody signs in with."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(), Email(_l("This is no e-mail address.")), Length(max=LONGEST)],
    )

    def details(self) -> str:
        """Return the address."""
        return self.email.data or ""


class NewcomerForm(Form):
    """Name, address and a password of one's own."""

    name = StringField(_l("Your name"), [DataRequired(), Length(max=LONGEST)])
    email = EmailField(
        _l("E-mail address"),
        [DataRequired(), Email(_l("This is no e-mail address.")), Length(max=LONGEST)],
    )
    password = PasswordField(_l("Password"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> Newcomer:
        """Return what the newcomer told."""
        return Newcomer(
            name=(self.name.data or "").strip(),
            email=(self.email.data or "").strip(),
            password=self.password.data or "",
            locale=language(),
        )


class NewPasswordForm(Form):
    """A new password after a reset."""

    password = PasswordField(_l("New password"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> Newcomer:
        """Return the password; name and address are known already."""
        return Newcomer(name="", email="", password=self.password.data or "")


class ChangePasswordForm(Form):
    """The old password and a new one."""

    old = PasswordField(_l("Present password"), [DataRequired(), Length(max=LONGEST)])
    password = PasswordField(_l("New password"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> tuple[str, str]:
        """Return the old and the new password."""
        return self.old.data or "", self.password.data or ""


class ActionForm(Form):
    """A button and nothing else."""

    def details(self) -> None:
        """Return nothing."""
