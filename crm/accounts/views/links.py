"""Pages of single-use links: what one is for, and the button that uses it."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import entry, queries, services
from crm.accounts.forms import NewcomerForm, NewPasswordForm
from crm.accounts.models import AccessLink, LinkPurpose, LinkUsed
from crm.accounts.policy import AccountPermission
from crm.accounts.views.entering import device
from crm.core.permissions import Actor
from crm.web.pages import Pages
from crm.web.rendering import page
from crm.web.security import limiter

pages = Pages("links", in_project=False)
LinkForm = NewcomerForm | NewPasswordForm


@pages.get("/links/<token>", requires=AccountPermission.ENTER)
def link(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show what a single-use link is for; nothing happens yet."""
    found = queries.link_by_token(token)
    if not found.is_open:
        raise LinkUsed
    return page("accounts/link.html", form=_form_for(found), link=found, token=token)


@pages.post("/links/<token>", requires=AccountPermission.ENTER)
@limiter.limit("20/minute")
def use_link(actor: Actor, token: str) -> ResponseReturnValue:
    """Use a single-use link."""
    found = queries.link_by_token(token)
    form = _form_for(found)
    cookie = form.attempt(
        lambda given: services.accept_link(actor, found, newcomer=given, device=device())
    )
    if cookie is None:
        return page("accounts/link.html", form=form, link=found, token=token, status=form.status)
    entry.leave()
    entry.enter(cookie)
    return redirect(url_for("home.start"), 303)


def _form_for(found: AccessLink) -> LinkForm:
    if found.purpose is LinkPurpose.RESET:
        return NewPasswordForm()
    return NewcomerForm(data={"email": found.email})
