"""The accounts of the installation, for administrators: who may sign in, and who not any more."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import queries as accounts
from crm.accounts import services
from crm.accounts.forms import ActionForm
from crm.accounts.policy import AccountPermission
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.home import queries
from crm.home.forms import AccountsForm
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("all_accounts", in_project=False)
LAST_PAGE = 1_000_000


@pages.get("/accounts", requires=AccountPermission.ADMINISTER)
def overview(_actor: Actor) -> ResponseReturnValue:
    """Show who has an account, narrowed by what stands in the address."""
    form = AccountsForm(request.args)
    number = min(request.args.get("page", 1, type=int), LAST_PAGE)
    return page(
        "home/accounts.html", form=form, found=queries.accounts_shown(form.details(), number)
    )


@pages.post("/accounts/<int:account_id>/disable", requires=AccountPermission.ADMINISTER)
def disable(actor: Actor, account_id: int) -> ResponseReturnValue:
    """Let somebody sign in no more."""
    return _set(actor, account_id, is_active=False)


@pages.post("/accounts/<int:account_id>/enable", requires=AccountPermission.ADMINISTER)
def enable(actor: Actor, account_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    return _set(actor, account_id, is_active=True)


def _set(actor: Actor, account_id: int, *, is_active: bool) -> ResponseReturnValue:
    form, account = ActionForm(), accounts.account(account_id)
    form.attempt(lambda _none: services.set_active(actor, account, is_active=is_active))
    for refusal in form.refusals:
        flash(refusal, "danger")
    if not form.is_refused:
        flash(_said(account.name, is_active=is_active), "success")
    return redirect(url_for("all_accounts.overview"), 303)


def _said(name: str, *, is_active: bool) -> str:
    if is_active:
        return _("%(name)s may sign in again.", name=name)
    return _("%(name)s is signed out, and may sign in no more.", name=name)
