"""How what belongs to the network is told where undoing a step is about to change it."""

from crm.core.i18n import _l
from crm.core.undo import RowWords
from crm.networks.models import (
    DeclaredTie,
    DeclaringLink,
    KeptFigures,
    NameLookup,
    NetworkLayout,
    SavedView,
    ShareLink,
)

TOLD = (
    RowWords(
        DeclaredTie,
        _l("Declared ties"),
        fields={
            "organisation_id": _l("Organisation"),
            "other_person_id": _l("Person"),
            "other_organisation_id": _l("Organisation"),
            "about": _l("What they do together"),
            "since": _l("From"),
            "until": _l("Until"),
        },
        unseen=("said_by", "said_at"),
        owner="person_id",
    ),
    RowWords(
        DeclaringLink,
        _l("Links to say with whom one works"),
        fields={"expires_at": _l("Works until"), "answered_at": _l("Answered")},
        unseen=("token_hash", "made_at", "missed"),
        owner="person_id",
    ),
    RowWords(
        NameLookup,
        _l("Names that a leader looked up"),
        fields={"reason": _l("Reason"), "at": _l("Date")},
        unseen=("account_id",),
        owner="person_id",
    ),
    RowWords(
        SavedView,
        _l("Saved views of the network"),
        fields={"name": _l("Name"), "is_shared": _l("Share with everybody in the project")},
        unseen=("account_id", "query", "made_at"),
    ),
    RowWords(
        ShareLink,
        _l("Links to saved views"),
        fields={"expires_at": _l("Works until")},
        unseen=("saved_view_id", "token_hash", "made_by_id", "made_at"),
    ),
    # Places and figures follow from what is there: they are told in one word, not field by field.
    RowWords(
        NetworkLayout,
        _l("Places in the picture of the network"),
        unseen=("view", "points", "before", "mark", "version", "laid_out_at"),
    ),
    RowWords(
        KeptFigures,
        _l("Figures of the network"),
        unseen=("digest", "values", "finished_at"),
    ),
)
