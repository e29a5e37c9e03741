"""What somebody does not want any more."""

from collections.abc import Iterable

from wtforms import RadioField

from crm.core.i18n import _l
from crm.messages.services.unsubscribing import Wish
from crm.web.forms import PersonalForm, choices_of


class WishForm(PersonalForm):
    """One choice, and a button that acts."""

    wish = RadioField(_l("What do you not want any more?"), default=Wish.BULK.value)

    def offer(self, wishes: Iterable[Wish]) -> "WishForm":
        """Return the form with these wishes to choose from."""
        self.wish.choices = choices_of(wishes)
        return self

    def details(self) -> Wish:
        """Return what was chosen."""
        return Wish(self.wish.data)
