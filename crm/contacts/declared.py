"""What the feature says of itself to the rest: rows that refer, and its steps."""

from collections.abc import Sequence

from sqlalchemy import select

from crm.contacts import models
from crm.contacts.services import import_preview
from crm.core.db import among, session
from crm.core.i18n import _, _l, ngettext, written_number
from crm.core.permissions import Actor
from crm.core.references import Blanked, Moved, Reference
from crm.core.undo import RowWords, Step, StepKind
from crm.stakeholders.policy import StakeholderPermission

REFERENCES = tuple(
    Reference(
        model,
        f"{owner}_id",
        Moved.REPOINTED,
        told,
        Blanked.REMOVED,
        kept=f"as long as the {owner}",
        # Of an organisation it counts as a reason to keep it.
        is_own=owner == "person",
    )
    for owner, model, told in (
        ("person", models.PersonOrigin, ("row", "raw")),
        ("organisation", models.OrganisationOrigin, ("row",)),
    )
)


def files(_actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    """Return which files were imported."""
    ids = {step.id: step.about.get("import_id") for step in steps}
    asked = select(
        models.ContactImport.id, models.ContactImport.file_name, models.ContactImport.rows
    )
    rows = session().execute(asked.where(among(models.ContactImport.id, set(ids.values()))))
    told = {row.id: file_words(row.file_name, row.rows) for row in rows}
    return {step_id: told.get(import_id, "") for step_id, import_id in ids.items()}


def file_words(name: str, rows: int) -> str:
    """Return what a list was: the name of its file, and how many rows it had if that is known."""
    if not rows:
        return name
    return str(ngettext("%(file)s, %(num)s row", "%(file)s, %(num)s rows", rows, file=name))


def _of_import(step: Step) -> str:
    new, changed = map(written_number, (step.about["new"], step.about["changed"]))
    return str(_("%(new)s new, %(changed)s changed", new=new, changed=changed))


STEPS = (
    StepKind(
        import_preview.STEP,
        _l("Import"),
        StakeholderPermission.EDIT,
        _of_import,
        files,
        "importing.contact_import",
        "import_id",
    ),
)
TOLD = (
    RowWords(
        models.PersonOrigin,
        _l("Rows of imported lists"),
        unseen=("contact_import_id", "row", "raw", "given", "is_new"),
        owner="person_id",
    ),
    RowWords(
        models.OrganisationOrigin,
        _l("Rows of imported lists"),
        unseen=("contact_import_id", "row", "given"),
        owner="organisation_id",
    ),
    RowWords(
        models.RememberedWord,
        _l("Remembered words of lists"),
        fields={"word": _l("Word"), "meaning": _l("Meaning")},
        unseen=("field", "word_key", "chosen_at"),
    ),
    RowWords(
        models.RememberedColumns,
        _l("Remembered columns of lists"),
        unseen=("headings_key", "columns", "chosen_at"),
    ),
)
