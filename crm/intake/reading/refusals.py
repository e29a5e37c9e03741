"""Why a file cannot be read, or what was chosen for it not be done; each says what to do."""

from crm.core.errors import Invalid
from crm.core.i18n import _, _l


class UnreadableFile(Invalid):
    """The file as a whole cannot be used; nothing was read."""

    message = _l("This file cannot be read.")
    field = "file"


class EmptyFile(UnreadableFile):
    """There is nothing in it."""

    message = _l("This file is empty.")


class FileTooLarge(UnreadableFile):
    """It is larger than is read at once."""

    message = _l("This file is too large. Split it into files of at most 10 MB.")


class WrongType(UnreadableFile):
    """It is something else than a list."""

    message = _l(
        "This is no list that can be read here. Use CSV, Excel (.xlsx or .xls), "
        "OpenDocument (.ods) or vCard (.vcf)."
    )


class WrongEncoding(WrongType):
    """It is no text in the encoding that was chosen."""

    message = _l("The file cannot be read in this encoding. Choose another one.")
    field = "encoding"


class WrongDelimiter(WrongType):
    """What was named cannot stand between cells."""

    message = _l(
        "The sign between the cells is one letter or sign, and no space or quotation mark."
    )
    field = "delimiter"


class WebPage(WrongType):
    """A web page or XML under the name of a workbook, as some systems export it."""

    message = _l(
        "This file has the name of a workbook and is a web page or XML. Open it in Excel and save "
        "it as .xlsx."
    )


class Locked(WrongType):
    """A workbook with a password."""

    message = _l("This workbook has a password. Save it without one.")


class BrokenFile(UnreadableFile):
    """It says to be a workbook and is damaged."""

    message = _l("This workbook is damaged. Open it in Excel and save it again.")


class NoResults(UnreadableFile):
    """There are formulas in it, and nothing of what they give."""

    message = _l(
        "There are formulas in this list, and what they give was not saved with it. Open it in "
        "Excel or LibreOffice and save it again."
    )


class UnpacksTooLarge(UnreadableFile):
    """It would take more memory than any list of contacts needs."""

    message = _l("This workbook becomes too large when it is opened. Save the list as CSV.")


class NoHeadings(UnreadableFile):
    """The first row does not name the columns."""

    message = _l("The first row has no headings. Put the name of each column above it.")


class NoRows(UnreadableFile):
    """There are headings and nothing below."""

    message = _l("There are no rows below the headings. Send a list with at least one row.")


class NoCards(NoRows):
    """There are vCards, and nobody in them."""

    message = _l("There is nobody in these vCards.")


class TooManyRows(UnreadableFile):
    """More rows than are read at once."""

    message = _l("This file has more than 50,000 rows. Split it into smaller files.")


class TooManyColumns(UnreadableFile):
    """More columns than any list of contacts has."""

    message = _l("This file has more than 200 columns. Leave out the columns you do not need.")


class CellTooLong(UnreadableFile):
    """More text in one cell than a spreadsheet can hold."""

    message = _l(
        "A cell holds more than 32,767 characters. Perhaps a quotation mark is not closed."
    )


class CardTooLong(UnreadableFile):
    """More text in a vCard than a cell can hold; no other way of reading makes it shorter."""

    def __init__(self, number: int) -> None:
        text = _(
            "Card %(number)s holds a text of more than 32,767 characters. Shorten it, or leave "
            "that card out.",
            number=number,
        )
        super().__init__(str(text))


class QuoteNotClosed(UnreadableFile):
    """A quotation mark swallows the rest of the file."""

    message = _l('A quotation mark (") is opened and not closed. Correct the file.')


MENDABLE = (NoHeadings, TooManyColumns, CellTooLong, QuoteNotClosed)
"""What may be no fault of the file: read in another way, there may be a list in it."""


class ColumnTwice(Invalid):
    """Two columns hold a field that takes one."""

    message = _l("Another column holds this already. Choose one of them.")
