"""Changes around a network."""

from crm.networks.models import LINK_LASTS
from crm.networks.services.asking import ask_ties
from crm.networks.services.declaring import (
    Declared,
    declare,
    end_declaring_link,
    end_tie,
    make_declaring_link,
    remove_tie,
    say_own_ties,
)
from crm.networks.services.figures import ask_for_figures
from crm.networks.services.placing import keep, lay_out_anew, put_back
from crm.networks.services.saving import (
    NameTaken,
    ViewDetails,
    change_view,
    remove_view,
    save_view,
)
from crm.networks.services.sharing import end_links_of, make_link, revoke_link

__all__ = [
    "LINK_LASTS",
    "Declared",
    "NameTaken",
    "ViewDetails",
    "ask_for_figures",
    "ask_ties",
    "change_view",
    "declare",
    "end_declaring_link",
    "end_links_of",
    "end_tie",
    "keep",
    "lay_out_anew",
    "make_declaring_link",
    "make_link",
    "put_back",
    "remove_tie",
    "remove_view",
    "revoke_link",
    "save_view",
    "say_own_ties",
]
