"""The pictures of the balance: how many of each helix are invited, said yes, and came."""

from typing import Any

from crm.core.i18n import _
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import answers, sessions
from crm.design_sessions.rules.balance import Balance
from crm.web.rendering import label


def _picture(balance: Balance, part: str, title: str, counted: str) -> dict[str, Any]:
    """Return one picture: of those who were invited, accepted or attended."""
    rows = [
        {
            "helix": helix.helix,
            "count": getattr(helix, part),
            "target": helix.target,
            "short": helix.short(getattr(helix, part)),
        }
        for helix in balance.helixes
    ]
    # In words too: whoever cannot see the bars, or their colours, reads which helix is short.
    words = _("%(helix)s: %(short)s short of %(target)s")
    shortages = [words % {**row, "helix": label(row["helix"])} for row in rows if row["short"]]
    has_target = any(row["target"] for row in rows)
    shown = {"title": title, "counted": counted, "rows": rows}
    return {**shown, "shortages": shortages, "has_target": has_target}


def of(design_session: DesignSession) -> dict[str, Any]:
    """
    Return what the pictures of a session need.

    Who was there is drawn from the start on; before it, who is invited and who said yes.
    """
    balance, begun = sessions.balance_of(design_session), design_session.has_begun()
    pictures = [_picture(balance, "invited", _("Invited people"), _("Invited"))]
    # What somebody noted out of its time is drawn as well, as it stands in the lists.
    if balance.accepted or not begun:
        pictures.append(_picture(balance, "accepted", _("People who said yes"), _("Said yes")))
    if balance.attended or begun:
        pictures.append(_picture(balance, "attended", _("People who came"), _("Present")))
    return {"balance": balance, "begun": begun, "pictures": pictures}


def live(design_session: DesignSession) -> dict[str, Any]:
    """Return what the part of the page needs that follows the answers."""
    return {**of(design_session), "seats": answers.seats(design_session)}
