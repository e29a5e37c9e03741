"""What is asked before something is sent to many people: when, and whether that is right."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, DateField, EmailField, HiddenField, RadioField, TimeField
from wtforms.validators import Length, Optional

from crm.core import clock, tokens
from crm.core.db import project_in_scope
from crm.core.i18n import _, _l
from crm.messages.services.sending import Sending, moment
from crm.projects import queries as projects
from crm.projects.services import LONGEST_ADDRESS
from crm.web.forms import Form, SelectChoice

CLOCK = ["%H:%M", "%H:%M:%S"]


class When(StrEnum):
    """When a batch goes."""

    NOW = "now"
    LATER = "later"


class SendForm(Form):
    """
    When to send, and that people with one address may each get it.

    As long as the project has no address for answers, that is asked as well.

    Its key is random and stays the same however often the form is sent.
    """

    key = HiddenField(validators=[Length(max=60)])
    when = RadioField(_l("When"), default=When.NOW.value)
    at_date = DateField(_l("Day"), [Optional()])
    at_time = TimeField(_l("Time"), [Optional()], format=CLOCK)
    reply_address = EmailField(_l("Address for answers"), [Length(max=LONGEST_ADDRESS)])
    despite_doubles = BooleanField(_l("Continue anyway: each of them gets a message"))
    zone = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key.data = self.key.data or tokens.new()
        self.when.choices = [
            SelectChoice(When.NOW.value, _l("Now")),
            SelectChoice(When.LATER.value, _l("Later, at the day and time below")),
        ]
        project_id = project_in_scope()
        if project_id is None or projects.project(project_id).reply_address:
            del self.reply_address

    def at(self, zone: str) -> "SendForm":
        """Return the form for a place: times are those of its clock."""
        self.zone = zone
        return self

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask for a day and a time where it is sent later."""
        valid: bool = super().validate(extra_validators)
        is_whole = self.at_date.data and self.at_time.data
        if self.when.data != When.LATER.value or is_whole or self.at_date.errors:
            return valid
        self.at_date.errors = [_("Fill in a day and a time, or send now.")]
        return False

    def details(self) -> Any:
        """Return how it is sent."""
        return self.sending()

    def sending(self) -> Sending:
        """Return how it is sent."""
        not_before = None
        if self.when.data == When.LATER.value:
            day, time = self.at_date.data, self.at_time.data
            assert day is not None  # noqa: S101 - validation has seen both
            assert time is not None  # noqa: S101 - as above
            local = datetime.combine(day, time.replace(second=0))
            not_before = moment(local, self.zone or clock.zone())
        return Sending(
            self.key.data or "",
            not_before,
            despite_doubles=bool(self.despite_doubles.data),
            reply_address=self.data.get("reply_address") or "",
        )
