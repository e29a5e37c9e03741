"""Pages: a route cannot be declared without saying what it requires."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import idempotency, permissions
from crm.core.permissions import Actor, Permission
from crm.web import form_tokens, gate, uploads

View = Callable[..., ResponseReturnValue]
IN_PROJECT = "/projects/<project_slug>"


class Pages:
    """
    The pages of one feature.

    A view receives the actor first; pages in a project receive the project second. Addresses
    carry typed ids (`<int:person_id>`), which come by keyword.
    """

    def __init__(self, name: str, *, in_project: bool = True) -> None:
        self.name = name
        self.in_project = in_project
        self.requirements: dict[str, Permission] = {}
        prefix = IN_PROJECT if in_project else ""
        self.blueprint = Blueprint(name, __name__, url_prefix=prefix)

    def get(self, address: str, *, requires: Permission) -> Callable[[View], View]:
        """Declare a page that is read."""
        return self._declare(address, "GET", requires)

    def post(
        self, address: str, *, requires: Permission, takes_file: bool = False
    ) -> Callable[[View], View]:
        """
        Declare an address that changes something.

        :param takes_file: whether the form on the page of this address brings a file
        """
        return self._declare(address, "POST", requires, takes_file=takes_file)

    def _declare(
        self, address: str, method: str, requires: Permission, *, takes_file: bool = False
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            guarded = self._guard(view, requires, method)
            self.requirements[f"{self.name}.{view.__name__}"] = requires
            if takes_file:
                uploads.take_at(f"{self.name}.{view.__name__}")
            self.blueprint.add_url_rule(address, view.__name__, guarded, methods=[method])
            return view

        return decorate

    def _guard(self, view: View, requires: Permission, method: str) -> View:
        @wraps(view)
        def guarded(**given: Any) -> ResponseReturnValue:
            slug = given.pop("project_slug", None)
            actor = gate.current_actor()
            if actor.account_id is None and not permissions.allows(actor, requires):
                # Only what is read can be come back to: what was sent is gone after signing in.
                here = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("accounts.sign_in", next=here), 303)
            found = [gate.enter_project(slug)] if slug is not None else []
            actor = gate.current_actor()
            permissions.require(actor, requires)
            # A page to read may answer a form that cannot be read, as one that is too large.
            with _as_one_form(actor) if method == "POST" else nullcontext():
                answer = view(actor, *found, **given)
            gate.write_access_log()
            return answer

        return guarded


def _as_one_form(actor: Actor) -> AbstractContextManager[None]:
    """Let what is sent twice from one page be done once; signing in is not among it."""
    is_form = actor.account_id is not None and form_tokens.has_token()
    return idempotency.form(lambda: form_tokens.key_of_form(actor)) if is_form else nullcontext()
