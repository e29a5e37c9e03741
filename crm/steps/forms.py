"""What is asked before something is undone: what becomes of what was changed since."""

from enum import StrEnum

from flask import request
from wtforms import RadioField
from wtforms.validators import DataRequired

from crm.core.i18n import _l
from crm.core.undo import Decisions
from crm.web.forms import Form, SelectChoice

CHOICE = "choice."
BACK = "back"


class ForAll(StrEnum):
    """What becomes of all conflicts, also those that do not stand on the page."""

    EACH = "each"
    KEEP = "keep"
    BACK = "back"


class UndoForm(Form):
    """One choice for all conflicts, or one for each."""

    for_all = RadioField(
        _l("What was changed since"),
        [DataRequired()],
        default=ForAll.EACH.value,
        choices=[
            SelectChoice(ForAll.EACH.value, _l("As chosen below")),
            SelectChoice(ForAll.KEEP.value, _l("Keep everything as it is now")),
            SelectChoice(ForAll.BACK.value, _l("Put everything back")),
        ],
    )

    def details(self) -> Decisions:
        """Return what was decided; of what nobody decided, nothing is put back."""
        for_all = ForAll(self.for_all.data)
        chosen = frozenset(
            name.removeprefix(CHOICE)
            for name, value in request.form.items()
            if name.startswith(CHOICE) and value == BACK
        )
        return Decisions(
            chosen if for_all is ForAll.EACH else (), everything=for_all is ForAll.BACK
        )
