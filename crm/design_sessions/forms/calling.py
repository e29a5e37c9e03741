"""What is asked after a call: what was said, and who is next on the list."""

from dataclasses import dataclass

from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf

from crm.core.i18n import _l
from crm.design_sessions.forms.reading import number
from crm.design_sessions.services import Said
from crm.web.forms import Form


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call, and the sequence of the session that the caller told of."""

    said: Said
    seen_sequence: int


class CallForm(Form):
    """A button for each thing that can come of a call."""

    said = StringField(_l("Answer"), [AnyOf([one.value for one in Said])])
    seen = HiddenField(default="")
    following = HiddenField(default="")

    def details(self) -> Called:
        """Return what came of the call."""
        return Called(Said(self.said.data or ""), number(self.seen.data) or 0)

    @property
    def next_id(self) -> int | None:
        """The invitation that stood below on the list."""
        return number(self.following.data)

    def said_no(self) -> str:
        """Return why it could not be noted."""
        return " ".join(self.refusals) or str(_l("Choose one of the answers."))
