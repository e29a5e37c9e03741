"""Pages to get in, to get out, and about one's own account."""

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import queries, services
from crm.accounts.forms import (
    ActionForm,
    AddressForm,
    ChangePasswordForm,
    ForgottenForm,
    SignInForm,
)
from crm.accounts.models import Account
from crm.accounts.policy import AccountPermission
from crm.accounts.views import attempts, entry
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.web import gate
from crm.web.addresses import own_address
from crm.web.pages import Pages
from crm.web.rendering import page
from crm.web.security import limiter

pages = Pages("accounts", in_project=False)
ADDRESS_VALID = timedelta(hours=1)


@pages.get("/sign-in", requires=AccountPermission.ENTER)
def sign_in(actor: Actor) -> ResponseReturnValue:
    """Show the sign-in form."""
    if actor.account_id is not None:
        return redirect(url_for("home.start"), 303)
    return page("accounts/sign_in.html", form=SignInForm(), next=request.args.get("next", ""))


@pages.post("/sign-in", requires=AccountPermission.ENTER)
def check_sign_in(actor: Actor) -> ResponseReturnValue:
    """Sign somebody in."""
    form = SignInForm()
    token = form.attempt(lambda given: _sign_in(actor, *given))
    following = request.form.get("next", "")
    if token is None:
        return page("accounts/sign_in.html", form=form, next=following, status=form.status)
    entry.enter(token)
    return redirect(own_address(following, url_for("home.start")), 303)


@pages.get("/forgotten", requires=AccountPermission.ENTER)
def forgotten(_actor: Actor) -> ResponseReturnValue:
    """Ask for the address of somebody who forgot their password."""
    return page("accounts/forgotten.html", form=ForgottenForm())


@pages.post("/forgotten", requires=AccountPermission.ENTER)
@limiter.limit("10/hour")
@limiter.limit(
    "3/hour",
    key_func=lambda: f"account:{queries.email_key(request.form.get('email', ''))[:200]}",
)
def ask_for_reset(actor: Actor) -> ResponseReturnValue:
    """Let a link for a new password be mailed to whoever signs in with the address."""
    form = ForgottenForm()
    form.attempt(lambda email: services.ask_for_reset(actor, None, email=email))
    if form.is_refused:
        return page("accounts/forgotten.html", form=form, status=form.status)
    flash(_("If somebody signs in with this address, a link is on its way to it."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@pages.post("/sign-out", requires=AccountPermission.ENTER)
def sign_out(actor: Actor) -> ResponseReturnValue:
    """End this sign-in."""
    token = entry.leave()
    if token is not None:
        services.sign_out(actor, None, token=token)
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@pages.get("/account", requires=AccountPermission.EDIT_OWN)
def own_account(actor: Actor) -> ResponseReturnValue:
    """Show one's own account and sign-ins."""
    return _own_page(actor)


@pages.post("/account/password", requires=AccountPermission.EDIT_OWN)
def change_password(actor: Actor) -> ResponseReturnValue:
    """Change one's own password."""
    form = ChangePasswordForm()
    account = queries.account(actor.account_id or 0)
    form.attempt(lambda given: _change_password(actor, account, *given))
    if form.is_refused:
        return _own_page(actor, password=form)
    entry.leave()
    entry.know_device(account)
    flash(_("Your password is changed. Sign in with the new one."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@pages.post("/account/address", requires=AccountPermission.EDIT_OWN)
@limiter.limit("5/hour", key_func=lambda: f"address:{gate.current_actor().account_id}")
def ask_for_address(actor: Actor) -> ResponseReturnValue:
    """Mail a link to the address that somebody wants to sign in with."""
    form = AddressForm()
    account = queries.account(actor.account_id or 0)
    form.attempt(lambda given: _ask_for_address(actor, account, *given))
    if form.is_refused:
        return _own_page(actor, address=form)
    flash(_("We mail a link to that address. Open it and press its button."), "success")
    return redirect(url_for("accounts.own_account"), 303)


@pages.post("/account/sessions/<int:session_id>/end", requires=AccountPermission.EDIT_OWN)
def end_session(actor: Actor, session_id: int) -> ResponseReturnValue:
    """End one of one's own sign-ins."""
    account = queries.account(actor.account_id or 0)
    services.end_session(actor, account, session_id=session_id)
    flash(_("That sign-in has ended."), "success")
    return redirect(url_for("accounts.own_account"), 303)


def _sign_in(actor: Actor, email: str, password: str) -> str:
    with attempts.counted(email):
        proof = services.prove(email, password)
        return services.sign_in(actor, None, proof=proof, device=device())


def _change_password(actor: Actor, account: Account, old: str, new: str) -> None:
    with attempts.counted(account):
        proof = services.prove_own(account, old, field="old")
        kept = services.hash_for(account, new)
        services.change_password(actor, account, proof=proof, new=kept)


def _ask_for_address(actor: Actor, account: Account, email: str, password: str) -> None:
    with attempts.counted(account):
        proof = services.prove_own(account, password, field="password")
        services.ask_for_address(actor, account, email=email, proof=proof, valid=ADDRESS_VALID)


def _own_page(
    actor: Actor, *, password: ChangePasswordForm | None = None, address: AddressForm | None = None
) -> ResponseReturnValue:
    account = queries.account(actor.account_id or 0)
    refused = password or address
    return page(
        "accounts/own_account.html",
        account=account,
        sessions=queries.sessions_of(account),
        form=password or ChangePasswordForm(formdata=None),
        address=address or AddressForm(account.email),
        action=ActionForm(),
        status=refused.status if refused else 200,
    )


def device() -> str:
    """Return what the browser says of itself, for the list of sign-ins."""
    return request.user_agent.string
