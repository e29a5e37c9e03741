"""The manifest of steps."""

from crm.core.i18n import _, _l, written_number
from crm.core.undo import UNDO, Step, StepKind
from crm.steps.jobs import UNDOING
from crm.steps.policy import RULES, StepPermission
from crm.steps.views.pages import pages
from crm.web.feature import Feature, NavigationItem


def _describe(step: Step) -> str:
    rows = written_number(step.about.get("rows", 0))
    return str(_("%(rows)s records put back", rows=rows))


FEATURE = Feature(
    name="steps",
    pages=(pages,),
    rules=RULES,
    tasks=(UNDOING,),
    navigation=(NavigationItem(_l("Undo"), "steps.steps", StepPermission.SEE, place=85),),
    steps=(StepKind(UNDO, _l("Undo"), StepPermission.UNDO, _describe),),
)
