"""Holding a register while a list comes in, so that two lists never bring the same person."""

from sqlalchemy import or_, select

from crm.core.db import session
from crm.projects.models import Project
from crm.stakeholders.models import ContactImport, ImportState


def hold_register(project_id: int) -> None:
    """
    Wait until no other list comes into a project, and keep others waiting; inside a command.

    Whoever adds somebody by hand does not wait.
    """
    held = select(Project.id).where(Project.id == project_id)
    session().execute(held.with_for_update(key_share=True))


def another_goes_before(contact_import: ContactImport) -> bool:
    """Return whether another list of the project began to come in earlier, and is not done yet."""
    begun_at, number = contact_import.begun_at, contact_import.id
    is_earlier = or_(
        ContactImport.begun_at < begun_at,
        (ContactImport.begun_at == begun_at) & (ContactImport.id < number),
    )
    is_under_way = ContactImport.state == ImportState.MAPPED
    found = select(ContactImport.id).where(is_under_way, is_earlier, ContactImport.id != number)
    return session().scalar(found.limit(1)) is not None
