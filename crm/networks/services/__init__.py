"""Changes around a network."""

from crm.networks.services.figures import ask_for_figures
from crm.networks.services.placing import keep, lay_out_anew, put_back
from crm.networks.services.saving import (
    NameTaken,
    ViewDetails,
    change_view,
    remove_view,
    save_view,
)
from crm.networks.services.sharing import make_link, revoke_link

__all__ = [
    "NameTaken",
    "ViewDetails",
    "ask_for_figures",
    "change_view",
    "keep",
    "lay_out_anew",
    "make_link",
    "put_back",
    "remove_view",
    "revoke_link",
    "save_view",
]
