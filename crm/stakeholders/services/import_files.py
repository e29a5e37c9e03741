"""Changes of the file of an import: kept with it, read in another way, thrown away."""

from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import remove_many, session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.importing.reading import is_text
from crm.stakeholders.importing.rejected_rows import without_reasons
from crm.stakeholders.importing.serialisation import Choices, choices_text, table_text
from crm.stakeholders.importing.tables import Reading, Table
from crm.stakeholders.models import ContactImport, ImportFile, ImportState
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import import_files as queries
from crm.stakeholders.queries import import_memory

LONGEST_FILE_NAME = 200


class ImportBegun(Conflict):
    """The rows are on their way into the register, or there already."""

    message = _l("This list is being imported. It can no longer be read in another way.")


@command(StakeholderPermission.EDIT)
def keep_file(
    _actor: Actor, contact_import: ContactImport, *, content: bytes, table: Table
) -> None:
    """Keep the file that a table was read from."""
    kept = ImportFile(
        contact_import_id=contact_import.id, content=content, is_text=is_text(content)
    )
    _note(kept, table)
    session().add(kept)


@command(StakeholderPermission.EDIT)
def keep_unread(
    actor: Actor, _project: Project, *, file_name: str, content: bytes
) -> ContactImport:
    """Keep a file in which no list was found, for somebody to say how it is to be read."""
    begun = ContactImport(
        file_name=clean_line(file_name)[:LONGEST_FILE_NAME],
        state=ImportState.UPLOADED,
        made_by_id=actor.account_id,
        mapping=choices_text(Choices({})),
    )
    session().add(begun)
    session().flush()
    nothing = Table((), (), (), heading_row=0)
    keep_file(actor, begun, content=content, table=nothing)
    return begun


@command(StakeholderPermission.EDIT)
def read_again(_actor: Actor, contact_import: ContactImport, *, how: Reading) -> None:
    """
    Read the file of an import in another way; what its columns hold is proposed anew.

    :raises ImportBegun: if it is being carried out, or over
    :raises NotFound: if the file is kept no longer
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    session().refresh(contact_import, with_for_update=True)
    is_open = contact_import.state in {ImportState.UPLOADED, ImportState.MAPPED}
    if not is_open or contact_import.begun_at is not None:
        raise ImportBegun
    read = queries.read_again(contact_import, how)
    table = without_reasons(read)
    contact_import.table = table_text(table)
    contact_import.mapping = choices_text(import_memory.proposed_choices(table))
    contact_import.rows = len(table.rows)
    contact_import.state = ImportState.UPLOADED
    kept = queries.file_of(contact_import)
    if kept is not None:
        _note(kept, read)


def throw_away(import_ids: list[int]) -> None:
    """Throw away the files of these imports, inside a command."""
    if import_ids:
        remove_many(ImportFile, ImportFile.contact_import_id.in_(import_ids))


def _note(kept: ImportFile, table: Table) -> None:
    kept.encoding, kept.delimiter, kept.quote = table.encoding, table.delimiter, table.quote
    kept.heading_row = table.heading_row
