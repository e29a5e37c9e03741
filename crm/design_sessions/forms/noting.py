"""What a planner notes who hears an answer by phone or by mail."""

from typing import Any

from wtforms import HiddenField

from crm.core.i18n import _l
from crm.design_sessions.forms.reading import number
from crm.design_sessions.models import Answer, Invitation
from crm.design_sessions.services.answering import GIVEN
from crm.web.forms import AnswerField, Form, choices_of


class NotedAnswerForm(Form):
    """What somebody said, to the time and place that the page told of."""

    answer = AnswerField(_l("What did they say?"))
    seen = HiddenField(default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer.choices = choices_of(GIVEN)

    @classmethod
    def before(cls, invitation: Invitation) -> "NotedAnswerForm":
        """Return the form with the answer that stands."""
        sequence = str(invitation.design_session.sequence)
        return cls(formdata=None, data={"answer": invitation.answer.value, "seen": sequence})

    def details(self) -> tuple[Answer, int]:
        """Return the answer, and the sequence of the session that it is about."""
        return Answer(self.answer.data), number(self.seen.data) or 0
