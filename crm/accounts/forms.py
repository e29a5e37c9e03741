"""What is asked of somebody who enters or changes their account."""

from dataclasses import replace

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
    """Name and a password of one's own; the link says the address."""

    name = StringField(_l("Your name"), [DataRequired(), Length(max=LONGEST)])
    password = PasswordField(_l("Password"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> tuple[Newcomer, str]:
        """Return what the newcomer told, and the password."""
        told = Newcomer(name=(self.name.data or "").strip(), locale=language())
        return told, self.password.data or ""


class FirstForm(NewcomerForm):
    """The address too, for whoever is the very first."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(), Email(_l("This is no e-mail address.")), Length(max=LONGEST)],
    )

    def details(self) -> tuple[Newcomer, str]:
        """Return what the newcomer told, and the password."""
        told, password = super().details()
        return replace(told, email=(self.email.data or "").strip()), password


class OwnPasswordForm(Form):
    """The password of the account that one has; it stands beside the form of newcomers."""

    password = PasswordField(_l("Password"), [DataRequired(), Length(max=LONGEST)])

    def __init__(self) -> None:
        super().__init__(prefix="own-")

    def details(self) -> str:
        """Return the password."""
        return self.password.data or ""


class NewPasswordForm(Form):
    """A new password after a reset."""

    password = PasswordField(_l("New password"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> str:
        """Return the password."""
        return self.password.data or ""


class ChangePasswordForm(Form):
    """The old password and a new one."""

    old = PasswordField(_l("Present password"), [DataRequired(), Length(max=LONGEST)])
    password = PasswordField(_l("New password"), [DataRequired(), Length(max=LONGEST)])

    def details(self) -> tuple[str, str]:
        """Return the old and the new password."""
        return self.old.data or "", self.password.data or ""


class AddressForm(Form):
    """Another address to sign in with, and the password; it stands beside the form above."""

    email = EmailField(
        _l("E-mail address"),
        [DataRequired(), Email(_l("This is no e-mail address.")), Length(max=LONGEST)],
    )
    password = PasswordField(_l("Present password"), [DataRequired(), Length(max=LONGEST)])

    def __init__(self, email: str = "") -> None:
        super().__init__(prefix="address-", data={"email": email})

    def details(self) -> tuple[str, str]:
        """Return the address and the password."""
        return (self.email.data or "").strip(), self.password.data or ""


class ActionForm(Form):
    """A button and nothing else."""

    def details(self) -> None:
        """Return nothing."""
