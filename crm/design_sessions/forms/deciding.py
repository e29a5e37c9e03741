"""What is asked when a planner decides about a colleague who was proposed."""

from dataclasses import dataclass

from wtforms import SelectField, StringField
from wtforms.validators import AnyOf

from crm.core.i18n import _, _l
from crm.design_sessions.forms.reading import number
from crm.design_sessions.models import ProposalState
from crm.stakeholders.models import Helix
from crm.web.forms import Form, SelectChoice, choices_of

DECISIONS = (ProposalState.INVITED, ProposalState.DECLINED)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a proposal, and what a new person would count for."""

    state: ProposalState
    helix: Helix | None
    person_id: int | None


class DecisionForm(Form):
    """Two buttons, and who it is: somebody of the register, or somebody new for a helix."""

    state = StringField(_l("Decision"), [AnyOf([one.value for one in DECISIONS])])
    helix = SelectField(_l("Helix"), default="")
    person = StringField(_l("Who is it?"))

    def __init__(self) -> None:
        super().__init__()
        self.helix.choices = [SelectChoice("", ""), *choices_of(Helix)]

    def details(self) -> Decision:
        """Return what was decided."""
        return Decision(
            state=ProposalState(self.state.data or ""),
            helix=Helix(self.helix.data) if self.helix.data else None,
            person_id=number(self.person.data),
        )

    def outcome(self) -> str:
        """Return in words what came of it."""
        if self.is_refused:
            why = " ".join(map(str, [*self.refusals, *self.helix.errors]))
            return why or str(_("Choose invite or decline."))
        if self.state.data == ProposalState.INVITED.value:
            return str(_("The colleague is on the list. Send the invitation."))
        return str(_("The proposal is declined. Nobody gets a message about it."))
