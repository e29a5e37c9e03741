"""What is asked of whoever writes the words of messages."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from crm.core.i18n import _l
from crm.web.forms import Form, Revision

LONGEST_SUBJECT, LONGEST_BODY = 200, 20_000
MOST_DIGITS = 9


class WordsForm(Form, Revision):
    """The subject and the body of a message, with placeholders."""

    subject = StringField(_l("Subject"), [DataRequired(), Length(max=LONGEST_SUBJECT)])
    body = TextAreaField(_l("Text"), [DataRequired(), Length(max=LONGEST_BODY)])

    @property
    def seen(self) -> int:
        """The version that the editor had before them; 0 for our own words."""
        return number(self.revision.data)

    def details(self) -> tuple[str, str]:
        """Return subject and body."""
        return self.subject.data or "", self.body.data or ""


class NumberForm(Form):
    """One number behind a button: of a version, or of an example."""

    number = HiddenField()

    def details(self) -> int:
        """Return the number; 0 where there is none."""
        return number(self.number.data)


def number(text: object) -> int:
    """Return the number that a hidden field holds; 0 where it is none."""
    written = str(text or "")
    usable = written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS
    return int(written) if usable else 0
