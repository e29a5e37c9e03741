"""People who come into the register along with a list that is about something else."""

from collections.abc import Sequence

from sqlalchemy import select

from crm.core import clock, undo
from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.decisions import Choice, Decisions
from crm.stakeholders.importing.new_organisations import HelixOfNew
from crm.stakeholders.importing.plan import make_plan
from crm.stakeholders.models import ContactImport, ImportState, PersonOrigin
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries.imports import register_for
from crm.stakeholders.services.import_files import LONGEST_FILE_NAME
from crm.stakeholders.services.import_writing import write


@command(StakeholderPermission.EDIT)
def add_newcomers(
    actor: Actor,
    project: Project,
    *,
    file_name: str,
    candidates: Sequence[Candidate],
    step: undo.Step,
) -> dict[int, int]:
    """
    Put people of a list into the register, as an import that is done; return row → person id.

    Where each value came from is kept, as of any import. Whoever is known already is somebody
    else here: the caller has asked.

    :param step: the step that this is part of
    """
    if not candidates:
        return {}
    plan = make_plan(
        candidates,
        register_for(candidates),
        HelixOfNew(),
        Decisions(rows={one.row: Choice.NEW for one in candidates}),
    )
    brought = _done(actor, file_name, len(plan.rows), step)
    write(actor, project, brought, plan)
    made = select(PersonOrigin.row, PersonOrigin.person_id)
    rows = session().execute(made.where(PersonOrigin.contact_import_id == brought.id))
    return {row[0]: row[1] for row in rows}


def _done(actor: Actor, file_name: str, rows: int, step: undo.Step) -> ContactImport:
    """Return an import that is over, of which all rows were new."""
    brought = ContactImport(
        file_name=clean_line(file_name)[:LONGEST_FILE_NAME],
        state=ImportState.DONE,
        made_by_id=actor.account_id,
        finished_at=clock.now(),
        rows=rows,
        new=rows,
        handled=rows,
        step_id=step.id,
    )
    session().add(brought)
    session().flush()
    return brought
