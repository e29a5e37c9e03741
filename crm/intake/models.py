"""What is kept of a file that came in."""

import json

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from crm.intake.reading.tables import Reading, Table

LONGEST_FILE_NAME = 200


class ReadFile:
    """
    The bytes of a file, and how it was read.

    :ivar quote: the sign around cells; empty where the kind of file has none
    :ivar heading_row: the number of the line with the headings, from 1; 0 while no list was found
        in it, and NO_HEADINGS where somebody said that there are none
    :ivar sheets_text: the sheets of a workbook, that which was read first
    """

    # How it was read is asked on every page of a list, what is in it only to read it anew.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    is_text: Mapped[bool]
    encoding: Mapped[str]
    delimiter: Mapped[str]
    quote: Mapped[str]
    heading_row: Mapped[int]
    sheets_text: Mapped[str] = mapped_column("sheets", default="[]", server_default="[]")

    @property
    def sheets(self) -> list[str]:
        """The sheets of a workbook, that which was read first."""
        found: list[str] = json.loads(self.sheets_text)
        return found

    def note(self, table: Table) -> None:
        """Note how the table was found that was read from it."""
        self.encoding, self.delimiter, self.quote = table.encoding, table.delimiter, table.quote
        self.heading_row = table.heading_row
        self.sheets_text = json.dumps(table.sheets)

    def reading(self, how: Reading) -> Reading:
        """Return how it is read if somebody says `how`: what they leave open stays as it is now."""
        # The line of the headings is looked for anew.
        return Reading(
            encoding=how.encoding or self.encoding,
            delimiter=how.delimiter or self.delimiter,
            quote=how.quote or self.quote,
            heading_row=how.heading_row,
            sheet=how.sheet or next(iter(self.sheets), ""),
        )
