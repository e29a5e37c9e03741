"""
Work that is the same for every application, done once a process.

Nearly every test makes an application of its own, and most of that time would go into compiling
the same few hundred addresses and templates anew. What is shared is compiled code; nothing of one
test is seen by another.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_builders: dict[tuple[object, ...], Builder] = {}
_compile_builder = Rule._compile_builder


class _Templates(BytecodeCache):
    """Compiled templates in memory; Jinja itself compares them with the source."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja what was compiled before."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_templates = _Templates()


def compile_addresses() -> None:
    """Let each address be compiled once a process; the result takes the rule it serves."""
    Rule._compile_builder = _compiled  # type: ignore[assignment, method-assign]  # only in tests


def compile_templates(app: Flask) -> None:
    """Let each template be compiled once a process."""
    app.jinja_env.bytecode_cache = _templates


def _compiled(rule: Rule, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002 - as Werkzeug calls it
    defaults: Mapping[str, Any] = rule.defaults or {}
    of = (rule.rule, rule.host, rule.subdomain, append_unknown, repr(sorted(defaults.items())))
    if of not in _builders:
        _builders[of] = _compile_builder(rule, append_unknown)
    return _builders[of]
