"""Questions about the file of an import: whether it is kept, and what it says read like this."""

from sqlalchemy import select
from sqlalchemy.orm import undefer

from crm.core.db import session
from crm.core.errors import NotFound
from crm.stakeholders.importing.reading import read
from crm.stakeholders.importing.tables import Reading, Table
from crm.stakeholders.models import ContactImport, ImportFile


def file_of(contact_import: ContactImport) -> ImportFile | None:
    """Return what is known of the file of an import, without what is in it."""
    return session().scalar(
        select(ImportFile).where(ImportFile.contact_import_id == contact_import.id)
    )


def read_again(contact_import: ContactImport, how: Reading) -> Table:
    """
    Return the table in the file of an import, read like this; nothing is kept.

    What is not said stays as it is now; the line of the headings is looked for anew.

    :raises NotFound: if the file is kept no longer
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    file = session().scalar(
        select(ImportFile)
        .where(ImportFile.contact_import_id == contact_import.id)
        .options(undefer(ImportFile.content))
    )
    if file is None:
        raise NotFound
    used = Reading(
        encoding=how.encoding or file.encoding,
        delimiter=how.delimiter or file.delimiter,
        quote=how.quote or file.quote,
        heading_row=how.heading_row,
    )
    return read(file.content, contact_import.file_name, used)
