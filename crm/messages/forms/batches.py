"""What narrows the list of recipients of a batch."""

from typing import Any

from wtforms import SelectField

from crm.core.i18n import _l
from crm.messages.progress import Status
from crm.web.forms import AskedForm, SelectChoice, choices_of


class StatusFilterForm(AskedForm):
    """Which messages of a batch are listed; it stands in the address and changes nothing."""

    status = SelectField(_l("State"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.choices = [SelectChoice("", _l("All")), *choices_of(Status)]

    def chosen(self) -> Status | None:
        """Return the state that was asked for; what makes no sense counts as not asked."""
        return next((one for one in Status if one.value == self.status.data), None)

    def typed(self) -> dict[str, str]:
        """Return what was chosen, as it stands in an address."""
        chosen = self.chosen()
        return {"status": chosen.value} if chosen else {}
