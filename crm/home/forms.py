"""What is asked of the list of accounts."""

from typing import Any

from wtforms import SelectField, StringField

from crm.accounts.models import AccountState
from crm.core.i18n import _, _l
from crm.home.queries.start import AccountFilter
from crm.web.forms import AskedForm, SelectChoice, choices_of


class AccountsForm(AskedForm):
    """What the list of accounts is narrowed to; it stands in the address and changes nothing."""

    q = StringField(_l("Name or e-mail address"))
    state = SelectField(_l("Account"), validate_choice=False)

    def __init__(self, typed: Any) -> None:
        super().__init__(formdata=typed)
        self.state.choices = [SelectChoice("", _("All")), *choices_of(AccountState)]

    def details(self) -> AccountFilter:
        """Return what was asked; what does not exist leaves nothing out."""
        state = str(self.state.data or "")
        return AccountFilter(
            search=(self.q.data or "").strip(),
            state=AccountState(state) if state in set(AccountState) else None,
        )

    @property
    def chosen(self) -> int:
        """How many filters are in use."""
        asked = self.details()
        return sum(map(bool, (asked.search, asked.state)))
