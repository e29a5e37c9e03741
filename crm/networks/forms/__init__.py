"""What of the network is asked for, and what is kept of that."""

from crm.networks.forms.appearance import AppearanceForm
from crm.networks.forms.declaring import DeclareForm, OwnTiesForm
from crm.networks.forms.filters import NetworkFilterForm, query_of
from crm.networks.forms.looking_up import LookupForm
from crm.networks.forms.saving import (
    LinkForm,
    NewViewForm,
    ViewForm,
    asked_again,
    kept,
    lifetimes,
)

__all__ = [
    "AppearanceForm",
    "DeclareForm",
    "LinkForm",
    "LookupForm",
    "NetworkFilterForm",
    "NewViewForm",
    "OwnTiesForm",
    "ViewForm",
    "asked_again",
    "kept",
    "lifetimes",
    "query_of",
]
