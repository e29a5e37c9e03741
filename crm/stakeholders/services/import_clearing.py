"""Throwing away what is kept of imports that nobody goes on with."""

from datetime import timedelta

from sqlalchemy import or_

from crm.core import clock
from crm.core.commands import command
from crm.core.db import change_many
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.models import ContactImport, ImportState
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.import_files import throw_away
from crm.stakeholders.services.import_reports import throw_reports_away

KEPT = timedelta(days=7)


@command(StakeholderPermission.EDIT)
def clear_old_imports(_actor: Actor, _project: Project) -> None:
    """Throw away what is kept of imports that began more than seven days ago."""
    is_old = ContactImport.made_at < clock.now() - KEPT
    is_open = ContactImport.state.in_([ImportState.UPLOADED, ImportState.MAPPED])
    cancelled = {
        "state": ImportState.CANCELLED,
        "finished_at": clock.now(),
        "asked_words": "[]",
    }
    throw_away(change_many(ContactImport, is_old & is_open, cancelled))
    nothing = {"table": "", "overview": None, "rejected_rows": "", "decisions": "{}"}
    holds_text = or_(
        *(getattr(ContactImport, name).is_distinct_from(empty) for name, empty in nothing.items())
    )
    throw_reports_away(change_many(ContactImport, is_old & holds_text, nothing))
