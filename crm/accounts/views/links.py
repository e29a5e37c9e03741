"""Pages of single-use links: what one is for, and the buttons that use it."""

from dataclasses import replace

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import queries, services
from crm.accounts.forms import ActionForm, FirstForm, NewcomerForm, NewPasswordForm, OwnPasswordForm
from crm.accounts.models import AccessLink, LinkPurpose, LinkUsed
from crm.accounts.policy import AccountPermission
from crm.accounts.services import Newcomer
from crm.accounts.views import attempts, entry
from crm.accounts.views.entering import device
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.web.forms import Form
from crm.web.pages import Pages
from crm.web.rendering import page
from crm.web.security import limiter

pages = Pages("links", in_project=False)
OFTEN = "20/minute"


@pages.get("/links/<token>", requires=AccountPermission.ENTER)
def link(actor: Actor, token: str) -> ResponseReturnValue:
    """Show what a single-use link is for; nothing happens yet."""
    found = _open_link(token)
    form: Form = NewcomerForm() if found.email else FirstForm()
    if found.purpose is LinkPurpose.RESET:
        form = NewPasswordForm()
    elif found.purpose is LinkPurpose.ADDRESS:
        form = ActionForm()
    return _link_page(actor, found, token, form)


@pages.post("/links/<token>", requires=AccountPermission.ENTER)
@limiter.limit(OFTEN)
def use_link(actor: Actor, token: str) -> ResponseReturnValue:
    """Use a link to make an account."""
    found = _open_link(token)
    form = FirstForm() if not found.email else NewcomerForm()
    cookie = form.attempt(lambda given: _new_account(actor, found, token, *given))
    return _entered(cookie) if cookie else _link_page(actor, found, token, form)


@pages.post("/links/<token>/sign-in", requires=AccountPermission.ENTER)
@limiter.limit(OFTEN)
def sign_in(actor: Actor, token: str) -> ResponseReturnValue:
    """Use a link with the account that one has; a wrong password counts as it does elsewhere."""
    found, form = _open_link(token), OwnPasswordForm()
    cookie = form.attempt(lambda password: _checked(actor, found, password, token))
    return _entered(cookie) if cookie else _link_page(actor, found, token, form)


@pages.post("/links/<token>/accept", requires=AccountPermission.USE)
@limiter.limit(OFTEN)
def accept(actor: Actor, token: str) -> ResponseReturnValue:
    """Use a link as who is signed in, with one press."""
    found, form = _open_link(token), ActionForm()
    form.attempt(lambda _none: services.accept_as_oneself(actor, found, token=token))
    if form.is_refused:
        return _link_page(actor, found, token, form)
    return redirect(url_for("home.start"), 303)


@pages.post("/links/<token>/password", requires=AccountPermission.ENTER)
@limiter.limit(OFTEN)
def choose_password(actor: Actor, token: str) -> ResponseReturnValue:
    """Use a link to choose a new password."""
    found, form = _open_link(token), NewPasswordForm()
    cookie = form.attempt(
        lambda password: services.choose_password(
            actor,
            found,
            password=services.hash_for(queries.account(found.account_id or 0), password),
            token=token,
            device=device(),
        )
    )
    return _entered(cookie) if cookie else _link_page(actor, found, token, form)


@pages.post("/links/<token>/confirm", requires=AccountPermission.EDIT_OWN)
@limiter.limit(OFTEN)
def confirm(actor: Actor, token: str) -> ResponseReturnValue:
    """Use a link to sign in with its address from now on."""
    found, form = _open_link(token), ActionForm()
    account = queries.account(actor.account_id or 0)
    form.attempt(lambda _n: services.confirm_address(actor, account, link=found, token=token))
    if form.is_refused:
        return _link_page(actor, found, token, form)
    flash(_("From now on you sign in with %(email)s.", email=account.email), "success")
    return redirect(url_for("accounts.own_account"), 303)


def _open_link(token: str) -> AccessLink:
    found = queries.link_by_token(token)
    if not found.is_open:
        raise LinkUsed
    return found


def _checked(actor: Actor, found: AccessLink, password: str, token: str) -> str:
    # The page of a link takes passwords too: wrong ones count for the account, as at its own door.
    with attempts.counted(found.email):
        proof = services.prove(found.email, password)
        return services.accept_with_password(
            actor, found, proof=proof, token=token, device=device()
        )


def _new_account(
    actor: Actor, found: AccessLink, token: str, newcomer: Newcomer, password: str
) -> str:
    # What is wrong with it is said before anybody is looked up: it tells of no account.
    told = replace(newcomer, email=services.address_of(found, newcomer))
    kept = services.hash_for(told, password)
    return services.accept_as_newcomer(
        actor, found, newcomer=newcomer, password=kept, token=token, device=device()
    )


def _entered(cookie: str) -> ResponseReturnValue:
    entry.leave()
    entry.enter(cookie)
    return redirect(url_for("home.start"), 303)


def _link_page(actor: Actor, found: AccessLink, token: str, form: Form) -> ResponseReturnValue:
    account = queries.account(actor.account_id) if actor.account_id else None
    beside = isinstance(form, OwnPasswordForm)
    return page(
        "accounts/link.html",
        link=found,
        token=token,
        form=NewcomerForm(formdata=None) if beside else form,
        own=form if beside else OwnPasswordForm(),
        account=account,
        is_mine=queries.is_for(found, account),
        status=form.status,
    )
