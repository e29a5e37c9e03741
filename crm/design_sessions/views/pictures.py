"""The pictures of the balance: how many of each helix are invited, said yes, and came."""

from dataclasses import dataclass
from typing import Any

from crm.core.i18n import _
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import answers, sessions
from crm.design_sessions.views import wording
from crm.design_sessions.views.wording import BalanceRow


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, and in words which helix is short."""

    title: str
    counted: str
    rows: list[BalanceRow]

    @property
    def shortages(self) -> list[str]:
        """A sentence for each helix that is short."""
        return list(wording.shortages(self.rows))

    @property
    def has_target(self) -> bool:
        """Whether there is any target to reach."""
        return any(row.target for row in self.rows)


def of(design_session: DesignSession) -> dict[str, Any]:
    """
    Return what the pictures of a session need.

    Who was there is drawn from the start on; before it, who is invited and who said yes.
    """
    balance, begun = sessions.balance_of(design_session), design_session.has_begun()
    pictures = [Picture(_("Invited people"), _("Invited"), wording.invited_rows(balance))]
    if balance.accepted or not begun:
        rows = wording.accepted_rows(balance)
        pictures.append(Picture(_("People who said yes"), _("Said yes"), rows))
    if balance.attended or begun:
        rows = wording.attended_rows(balance)
        pictures.append(Picture(_("People who came"), _("Present"), rows))
    return {"balance": balance, "begun": begun, "pictures": pictures}


def live(design_session: DesignSession) -> dict[str, Any]:
    """Return what the part of the page needs that follows the answers."""
    return {**of(design_session), "seats": answers.seats(design_session)}
