"""What is asked of somebody who is invited, on the page of their own link."""

import re
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from crm.core.i18n import _l
from crm.design_sessions.models import Answer, Invitation
from crm.design_sessions.services.answering import GIVEN, WithdrawScope
from crm.design_sessions.services.needs import LONGEST
from crm.web.forms import AnswerField, PersonalForm, choices_of

SEQUENCE = re.compile(r"[0-9]{1,9}")
NEVER_SEEN = -1


class AnswerForm(PersonalForm):
    """Yes, maybe or no, to the time and place that the page told of."""

    answer = AnswerField(_l("Do you come?"))
    seen_sequence = HiddenField(default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer.choices = choices_of(GIVEN)

    @classmethod
    def before(cls, invitation: Invitation, chosen: str = "") -> "AnswerForm":
        """
        Return the form as somebody finds it: their answer is chosen, or what a link proposes.

        :param chosen: yes, maybe or no; it chooses and sends nothing
        """
        given = chosen if chosen in set(GIVEN) else invitation.answer.value
        sequence = str(invitation.design_session.sequence)
        return cls(formdata=None, data={"answer": given, "seen_sequence": sequence})

    def details(self) -> tuple[Answer, int]:
        """Return the answer, and the sequence of the session that it is about."""
        seen = self.seen_sequence.data or ""
        return Answer(self.answer.data), int(seen) if SEQUENCE.fullmatch(seen) else NEVER_SEEN


class NeedForm(PersonalForm):
    """One kind of need, with the consent to keep it."""

    words = TextAreaField(_l("What do you need?"), [Length(max=LONGEST)])
    agreed = BooleanField(
        _l("You may keep this for this session. I know that you remove it 14 days after.")
    )

    def details(self) -> dict[str, Any]:
        """Return the words and whether they may be kept."""
        return {"words": self.words.data or "", "agreed": bool(self.agreed.data)}


class ColleagueForm(PersonalForm):
    """Somebody whom an invited person would like to bring."""

    name = StringField(_l("Name of your colleague"), [Length(max=200)])
    email = StringField(_l("E-mail address"), [Length(max=254)])
    organisation = StringField(_l("Organisation"), [Length(max=200)])

    def details(self) -> dict[str, str]:
        """Return what was asked."""
        return {name: getattr(self, name).data or "" for name in ("name", "email", "organisation")}


class StopForm(PersonalForm):
    """For what somebody does not want to be asked any more."""

    scope = RadioField(
        _l("What do you not want to be asked for?"), default=WithdrawScope.SESSION.value
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope.choices = choices_of(WithdrawScope)

    def details(self) -> WithdrawScope:
        """Return what was chosen."""
        return WithdrawScope(self.scope.data)
