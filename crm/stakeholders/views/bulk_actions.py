"""What the register lets one do with many people of a list at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crm.core.bulk_changes import BulkChange, Changed
from crm.core.i18n import _l, ngettext
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.selections import RoleForm, TagForm
from crm.stakeholders.models import Helix
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services import selections
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.web.feature import BulkAction

EDIT = StakeholderPermission.EDIT


def _tag(actor: Actor, project: Project, ids: Sequence[int], word: str) -> Changed:
    return selections.tag_persons(actor, project, person_ids=ids, word=word)


def _untag(actor: Actor, project: Project, ids: Sequence[int], word: str) -> Changed:
    return selections.untag_persons(actor, project, person_ids=ids, word=word)


def _affiliate(
    actor: Actor, project: Project, ids: Sequence[int], details: AffiliationDetails
) -> Changed:
    return selections.affiliate_persons(actor, project, person_ids=ids, details=details)


def _write_word(word: str) -> Mapping[str, Any]:
    return {"word": word}


def _read_word(kept: Mapping[str, Any]) -> str:
    return str(kept["word"])


def _write_role(details: AffiliationDetails) -> Mapping[str, Any]:
    # Whether the organisation is made is not kept: the first part has made it.
    return {
        "organisation": details.organisation,
        "role": details.role,
        "helix": details.helix,
        "helix_reason": details.helix_reason,
        "since": details.since.isoformat() if details.since else None,
        "until": details.until.isoformat() if details.until else None,
    }


def _read_role(kept: Mapping[str, Any]) -> AffiliationDetails:
    return AffiliationDetails(
        organisation=kept["organisation"],
        role=kept["role"],
        helix=Helix(kept["helix"]) if kept["helix"] else None,
        helix_reason=kept["helix_reason"],
        since=_read_day(kept["since"]),
        until=_read_day(kept["until"]),
    )


def _read_day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _tagged(number: int) -> str:
    said = ngettext(
        "Tags given to %(num)s person.",
        "Tags given to %(num)s people.",
        number,
    )
    return str(said)


def _untagged(number: int) -> str:
    said = ngettext(
        "Tags taken from %(num)s person.",
        "Tags taken from %(num)s people.",
        number,
    )
    return str(said)


def _affiliated(number: int) -> str:
    said = ngettext(
        "%(num)s person got the role.",
        "%(num)s people got the role.",
        number,
    )
    return str(said)


ACTIONS = (
    BulkAction(
        BulkChange("tag", EDIT, _tag, _write_word, _read_word),
        _l("Give a tag"),
        lambda: TagForm(prefix="tag-"),
        "stakeholders/_selection_tag.html",
        _tagged,
        place=10,
    ),
    BulkAction(
        BulkChange("untag", EDIT, _untag, _write_word, _read_word),
        _l("Take a tag away"),
        lambda: TagForm(prefix="untag-"),
        "stakeholders/_selection_tag.html",
        _untagged,
        place=20,
    ),
    BulkAction(
        BulkChange("affiliate", EDIT, _affiliate, _write_role, _read_role),
        _l("Give a role"),
        lambda: RoleForm(prefix="affiliate-"),
        "stakeholders/_selection_role.html",
        _affiliated,
        place=30,
    ),
)
