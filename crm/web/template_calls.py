"""How templates come by macros, call functions and write attributes, some thousand times a page."""

from collections.abc import MutableMapping
from functools import cache
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escaped_text  # type: ignore[attr-defined]  # as `written` says
from wtforms.widgets import core as widgets

PLAIN = frozenset({FunctionType, MethodType})
# Where Jinja keeps what a function wants to be given first, if anything.
WANTS = "jinja_pass_arg"


def written(value: object) -> str:
    """
    Return a value as a part of a page; what macros and texts give is one already.

    Jinja joins what it is given, so that a text need not be wrapped as safe: a page does that a
    thousand times, and it takes as long as escaping.
    """
    # What `escape` itself calls for a text. The checker does not follow a type that is compared.
    kind = type(value)
    if kind is str:
        return escaped_text(value)  # type: ignore[arg-type]  # as above
    if kind is Markup:
        return value  # type: ignore[return-value]  # as above
    return str(value) if kind is int else escape(value)


_named = cache(widgets.clean_key)  # type: ignore[attr-defined]  # the stubs lack it


def attributes(**given: object) -> Markup:
    """
    Return attributes as WTForms writes them: in order of name, none for `False`.

    Its own goes through the formatter of safe texts, which took a fifth of the page of a form.
    """
    parts = []
    for name, value in sorted(given.items()):
        if value is True:
            parts.append(_named(name))
        elif value is not False:
            # What is safe as a part of a page may hold the sign that ends an attribute.
            text = str(escape(value)).replace('"', "&quot;")
            parts.append(f'{_named(name)}="{text}"')
    return Markup(" ".join(parts))  # noqa: S704 - escaped above


def write_attributes() -> None:
    """Let the controls of forms write their attributes by `attributes`."""
    widgets.html_params = attributes
    for widget in vars(widgets).values():
        if isinstance(widget, type) and "html_params" in vars(widget):
            widget.html_params = staticmethod(attributes)  # type: ignore[attr-defined]  # it has one


class QuickContext(Context):
    """Jinja's own, but for one look instead of four at what is called most."""

    def call(self, called: Any, /, *args: Any, **named: Any) -> Any:
        """Call something for a template."""
        if type(called) is Macro:
            args = (self.eval_ctx, *args)
        elif type(called) not in PLAIN or hasattr(called, WANTS):
            return super().call(called, *args, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return called(*args, **named)


class QuickTemplate(Template):
    """Jinja's own, but for a quick look at what is imported most: macros that need no globals."""

    @classmethod
    def _from_namespace(
        cls, environment: Environment, namespace: Any, names: MutableMapping[str, Any]
    ) -> Template:
        namespace["escape"] = written
        return super()._from_namespace(environment, namespace, names)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        # What stands in the environment stands in each template of it: theirs is a slow mapping.
        known = self.environment.globals.keys()
        if self._module is not None and ctx is not None and not ctx.globals_keys - known:
            return self._module
        return super()._get_default_module(ctx)
