"""People who come into the register along with a list that is about something else."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm.core import clock, undo
from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import among, session
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.choices import Choice, Decisions
from crm.stakeholders.importing.organisations import HelixOfNew
from crm.stakeholders.importing.planner import make_plan
from crm.stakeholders.models import ContactImport, ImportState, PersonOrigin
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries.existing_records import register_for
from crm.stakeholders.services.import_files import LONGEST_FILE_NAME
from crm.stakeholders.services.import_writing import write


@dataclass(frozen=True, slots=True)
class Newcomers:
    """People of a list who are new here, and the helix of new organisations that no row says."""

    file_name: str
    candidates: Sequence[Candidate]
    helix_of_new: HelixOfNew


@command(StakeholderPermission.EDIT)
def add_newcomers(
    actor: Actor, project: Project, *, brought: Newcomers, step: undo.Step
) -> dict[int, int]:
    """
    Put people of a list into the register, as an import that is done; return row → person id.

    Where each value came from is kept, as of any import. Whoever is known already is somebody
    else here: the caller has asked. A list that comes in parts is one import.

    :param step: the step that this is part of, one for each list
    """
    candidates = brought.candidates
    if not candidates:
        return {}
    plan = make_plan(
        candidates,
        register_for(candidates),
        brought.helix_of_new,
        Decisions(rows={candidate.row: Choice.NEW for candidate in candidates}),
        all_differ=True,
    )
    # The import as which earlier parts of the same list came in.
    begun = select(ContactImport).where(ContactImport.step_id == step.id)
    whole = session().scalar(begun)
    if whole is None:
        whole = ContactImport(
            file_name=clean_line(brought.file_name)[:LONGEST_FILE_NAME],
            state=ImportState.DONE,
            made_by_id=actor.account_id,
            finished_at=clock.now(),
            step_id=step.id,
            rows=0,
            new=0,
            handled=0,
        )
        session().add(whole)
        session().flush()
    write(actor, project, whole, plan)
    for count in ("rows", "new", "handled"):
        setattr(whole, count, getattr(whole, count) + len(plan.rows))
    made = select(PersonOrigin.row, PersonOrigin.person_id)
    of_these = among(PersonOrigin.row, [candidate.row for candidate in candidates])
    rows = session().execute(made.where(PersonOrigin.contact_import_id == whole.id, of_these))
    return {row[0]: row[1] for row in rows}
