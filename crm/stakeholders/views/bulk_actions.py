"""What the register lets one do with many people of a list at once."""

from collections.abc import Sequence

from crm.core.i18n import _l, ngettext
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.selections import RoleForm, TagForm
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services import selections
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.selections import Changed
from crm.web.feature import BulkAction, Done


def _tag(actor: Actor, project: Project, ids: Sequence[int], word: str) -> Done:
    done = selections.tag_persons(actor, project, person_ids=ids, word=word)
    return _said(
        done, ngettext("%(num)s person got the tag.", "%(num)s people got the tag.", done.persons)
    )


def _untag(actor: Actor, project: Project, ids: Sequence[int], word: str) -> Done:
    done = selections.untag_persons(actor, project, person_ids=ids, word=word)
    words = ngettext(
        "The tag is taken from %(num)s person.",
        "The tag is taken from %(num)s people.",
        done.persons,
    )
    return _said(done, words)


def _affiliate(
    actor: Actor, project: Project, ids: Sequence[int], details: AffiliationDetails
) -> Done:
    done = selections.affiliate_persons(actor, project, person_ids=ids, details=details)
    return _said(
        done, ngettext("%(num)s person got the role.", "%(num)s people got the role.", done.persons)
    )


def _said(done: Changed, words: str) -> Done:
    return Done(words, done.step)


ACTIONS = (
    BulkAction(
        "tag",
        _l("Give a tag"),
        StakeholderPermission.EDIT,
        lambda: TagForm(prefix="tag-"),
        "stakeholders/_selection_tag.html",
        _tag,
        place=10,
    ),
    BulkAction(
        "untag",
        _l("Take a tag away"),
        StakeholderPermission.EDIT,
        lambda: TagForm(prefix="untag-"),
        "stakeholders/_selection_tag.html",
        _untag,
        place=20,
    ),
    BulkAction(
        "affiliate",
        _l("Give a role"),
        StakeholderPermission.EDIT,
        lambda: RoleForm(prefix="affiliate-"),
        "stakeholders/_selection_role.html",
        _affiliate,
        place=30,
    ),
)
