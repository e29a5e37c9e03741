"""What is asked of whoever plans a session, invites people and notes who came."""

from crm.design_sessions.forms.attending import AttendanceForm
from crm.design_sessions.forms.calling import CallForm
from crm.design_sessions.forms.copying import CopyForm
from crm.design_sessions.forms.deciding import DecisionForm
from crm.design_sessions.forms.inviting import PeopleForm
from crm.design_sessions.forms.listing import (
    RegisterFilterForm,
    SessionFilterForm,
    SessionPeopleForm,
)
from crm.design_sessions.forms.planning import SessionForm

__all__ = [
    "AttendanceForm",
    "CallForm",
    "CopyForm",
    "DecisionForm",
    "PeopleForm",
    "RegisterFilterForm",
    "SessionFilterForm",
    "SessionForm",
    "SessionPeopleForm",
]
