"""Pages: a route cannot be declared without saying what it requires."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import wraps
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import idempotency, permissions
from crm.core.pagination import LAST_PAGE
from crm.core.permissions import Permission
from crm.web import downloads, form_tokens, gate, uploads

View = Callable[..., ResponseReturnValue]
# The name of a file without the day, its headings and its rows.
Table = tuple[str, Sequence[object], Iterable[Sequence[object]]]
# Takes ids out of those in an address, and returns what they stand for.
Finder = Callable[[dict[str, Any]], Sequence[object]]
IN_PROJECT = "/projects/<project_slug>"


def page_number(name: str = "page") -> int:
    """Return the number of the page that the address asks for, of the list with this name."""
    return max(1, min(request.args.get(name, 1, type=int), LAST_PAGE))


class Pages:
    """
    The pages of one feature.

    A view receives the actor first; pages in a project receive the project second. Addresses
    carry typed ids (`<int:person_id>`), which come by keyword, but for those that `find` takes:
    what they stand for comes third.
    """

    def __init__(
        self, name: str, *, in_project: bool = True, find: Finder = lambda _ids: ()
    ) -> None:
        self.name = name
        self.find = find
        self.in_project = in_project
        self.requirements: dict[str, Permission] = {}
        prefix = IN_PROJECT if in_project else ""
        self.blueprint = Blueprint(name, __name__, url_prefix=prefix)

    def get(self, *addresses: str, requires: Permission) -> Callable[[View], View]:
        """Declare a page that is read, at one address or at more."""
        return self._declare(addresses, "GET", requires)

    def post(
        self, *addresses: str, requires: Permission, takes_file: bool = False
    ) -> Callable[[View], View]:
        """
        Declare an address that changes something, or more of them.

        :param takes_file: whether the form on the page of this address brings a file
        """
        return self._declare(addresses, "POST", requires, takes_file=takes_file)

    def files(
        self, address: str, *, requires: Permission, is_long: bool = False
    ) -> Callable[[Callable[..., Table]], Callable[..., Table]]:
        """
        Declare `people` as the pages `people_csv` and `people_excel`, to be kept as files.

        :param is_long: whether the rows of the first are asked for while it is sent
        """
        write_csv = downloads.long_csv_file if is_long else downloads.csv_file
        kinds = (("csv", "csv", write_csv), ("excel", "xlsx", downloads.excel_file))

        def decorate(table: Callable[..., Table]) -> Callable[..., Table]:
            for kind, suffix, write in kinds:
                # Each takes its own `write` along: the loop has gone on when a view is called.
                def view(
                    *about: Any, write: Callable[..., Response] = write, **ids: Any
                ) -> Response:
                    return write(*table(*about, **ids))

                view.__name__ = f"{table.__name__}_{kind}"
                self.get(f"{address}.{suffix}", requires=requires)(view)
            return table

        return decorate

    def _declare(
        self,
        addresses: Sequence[str],
        method: str,
        requires: Permission,
        *,
        takes_file: bool = False,
    ) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            guarded = self._guard(view, requires, method)
            self.requirements[f"{self.name}.{view.__name__}"] = requires
            if takes_file:
                uploads.take_at(f"{self.name}.{view.__name__}")
            for address in addresses:
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
            # What is sent twice from one page is done once; signing in is not among it. A page to
            # read may answer a form that cannot be read, as one that is too large.
            is_form = method == "POST" and actor.account_id is not None and form_tokens.has_token()
            once = idempotency.form(lambda: form_tokens.key_of_form(actor))
            with once if is_form else nullcontext():
                # After the permission: who may not see it does not learn whether it is there.
                about = self.find(given)
                answer = view(actor, *found, *about, **given)
            gate.write_access_log()
            return answer

        return guarded
