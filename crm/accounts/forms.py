"""What is asked of somebody who enters or changes their account."""

from collections.abc import Callable
from dataclasses import replace

from flask import flash
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Email, Length

from crm.accounts.services import Newcomer
from crm.core.i18n import _l
from crm.web.forms import Form
from crm.web.i18n import language

LONGEST = 200
NEEDED = [DataRequired(), Length(max=LONGEST)]
ADDRESS = [DataRequired(), Email(_l("This is no e-mail address.")), Length(max=LONGEST)]


class SignInForm(Form):
    """Address and password."""

    email = EmailField(_l("E-mail address"), NEEDED)
    password = PasswordField(_l("Password"), NEEDED)

    def details(self) -> tuple[str, str]:
        """Return address and password."""
        return self.email.data or "", self.password.data or ""


class ForgottenForm(Form):
    """The address somebody signs in with."""

    email = EmailField(_l("E-mail address"), ADDRESS)

    def details(self) -> str:
        """Return the address."""
        return self.email.data or ""


class NewcomerForm(Form):
    """Name and a password of one's own; the link says the address."""

    name = StringField(_l("Your name"), NEEDED)
    password = PasswordField(_l("Password"), NEEDED)

    def details(self) -> tuple[Newcomer, str]:
        """Return what the newcomer told, and the password."""
        told = Newcomer(name=(self.name.data or "").strip(), locale=language())
        return told, self.password.data or ""


class FirstForm(NewcomerForm):
    """The address too, for whoever is the very first."""

    email = EmailField(_l("E-mail address"), ADDRESS)

    def details(self) -> tuple[Newcomer, str]:
        """Return what the newcomer told, and the password."""
        told, password = super().details()
        return replace(told, email=(self.email.data or "").strip()), password


class NewPasswordForm(Form):
    """A new password after a reset."""

    password = PasswordField(_l("New password"), NEEDED)

    def details(self) -> str:
        """Return the password."""
        return self.password.data or ""


class OwnPasswordForm(NewPasswordForm):
    """The password of the account that one has."""

    password = PasswordField(_l("Password"), NEEDED)

    def __init__(self) -> None:
        # It stands on one page with the form of newcomers, whose field has the same name.
        super().__init__(prefix="own-")


class ChangePasswordForm(Form):
    """The old password and a new one."""

    old = PasswordField(_l("Present password"), NEEDED)
    password = PasswordField(_l("New password"), NEEDED)

    def details(self) -> tuple[str, str]:
        """Return the old and the new password."""
        return self.old.data or "", self.password.data or ""


class AddressForm(Form):
    """Another address to sign in with, and the password."""

    email = EmailField(_l("E-mail address"), ADDRESS)
    password = PasswordField(_l("Present password"), NEEDED)

    def __init__(self, email: str = "") -> None:
        # It stands on one page with the form for another password.
        super().__init__(prefix="address-", data={"email": email})

    def details(self) -> tuple[str, str]:
        """Return the address and the password."""
        return (self.email.data or "").strip(), self.password.data or ""


class ActionForm(Form):
    """A button and nothing else."""

    def details(self) -> None:
        """Return nothing."""


def press(act: Callable[[], object], said: str = "") -> None:
    """Do what a button asks, and tell on the next page that it is done, or why not."""
    form = ActionForm()
    form.attempt(lambda _none: act())
    for refusal in form.refusals:
        flash(refusal, "danger")
    if said and not form.is_refused:
        flash(said, "success")
