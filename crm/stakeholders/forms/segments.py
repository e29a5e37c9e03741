"""What is asked of who keeps a segment."""

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from crm.core.i18n import _l
from crm.stakeholders.models import Segment
from crm.stakeholders.services.segments import SegmentDetails
from crm.web.forms import Form

LONGEST_NAME = 100
LONGEST_CONDITIONS = 2_000


class SegmentForm(Form):
    """The name of a segment, whom it holds, and whether the project finds it."""

    name = StringField(_l("Name"), [DataRequired(_l("Fill in a name.")), Length(max=LONGEST_NAME)])
    is_shared = BooleanField(_l("Share with everybody in the project"))
    where = HiddenField(validators=[Length(max=LONGEST_CONDITIONS)])

    @classmethod
    def of(cls, record: object) -> "SegmentForm":
        """Return the form filled from a segment."""
        if not isinstance(record, Segment):
            raise TypeError(record)
        kept = {"name": record.name, "is_shared": record.is_shared, "where": record.conditions}
        return cls(formdata=None, data=kept)

    def details(self) -> SegmentDetails:
        """Return what was asked."""
        return SegmentDetails(
            self.name.data or "", self.where.data or "", is_shared=bool(self.is_shared.data)
        )
