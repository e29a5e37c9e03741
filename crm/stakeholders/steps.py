"""What the register says of its steps, which can be undone."""

from crm.core.i18n import _, _l
from crm.core.undo import Step, StepKind
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services import imports, segments, selections


def _of_import(step: Step) -> str:
    about = step.about
    return str(_("%(new)s new, %(changed)s changed", new=about["new"], changed=about["changed"]))


def _of_segment(_step: Step) -> str:
    return str(_("A segment"))


def _of_selection(step: Step) -> str:
    return str(_("%(persons)s people", persons=step.about["persons"]))


STEPS = (
    StepKind(
        imports.STEP,
        _l("Import"),
        StakeholderPermission.EDIT,
        _of_import,
        endpoint="importing.contact_import",
        argument="import_id",
    ),
    StepKind(segments.STEP, _l("Removal"), StakeholderPermission.KEEP, _of_segment),
    StepKind(selections.TAG, _l("Tag given"), StakeholderPermission.EDIT, _of_selection),
    StepKind(selections.UNTAG, _l("Tag taken away"), StakeholderPermission.EDIT, _of_selection),
    StepKind(selections.AFFILIATE, _l("Role given"), StakeholderPermission.EDIT, _of_selection),
)
