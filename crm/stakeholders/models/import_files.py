"""The file of an import, kept until the import is over: it can be read again in another way."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, ProjectScoped


class ImportFile(Base, ProjectScoped):
    """
    The bytes of a file that was uploaded, and how it was read.

    :ivar quote: the sign around cells; empty where the kind of file has none
    :ivar heading_row: the number of the line with the headings, from 1
    """

    __tablename__ = "contact_import_file"
    # It goes when the import is over, and does not come back when the import is undone.
    __stays__ = True

    contact_import_id: Mapped[int] = mapped_column(
        ForeignKey("contact_import.id", ondelete="CASCADE"), unique=True
    )
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    is_text: Mapped[bool]
    encoding: Mapped[str]
    delimiter: Mapped[str]
    quote: Mapped[str]
    heading_row: Mapped[int]
