"""
Work that is the same for every application, done once a process.

Nearly every test makes an application of its own, and most of that time would go into compiling
the same few hundred addresses and templates anew. What is shared is compiled code; nothing of one
test is seen by another.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from whitenoise import WhiteNoise

_kept: dict[tuple[object, ...], dict[str, Any]] = {}
_statements: LRUCache[Any, Any] = LRUCache(10_000)
_start: Any = Engine.__init__
_load = Translations.load
_find = WhiteNoise.update_files_dictionary
_compile = Rule.compile
# What compiling an address leaves on its rule, and is the same for each application.
_COMPILED = ("_parts", "_trace", "_converters", "arguments")
_BUILDERS = ("_build", "_build_unknown")


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
    """Let each address be compiled once a process."""
    Rule.compile = _compiled  # type: ignore[assignment, method-assign]  # only in tests


def compile_statements() -> None:
    """Let each statement be compiled once a process and engine, as where one process serves all."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        # It is a part of the key; two of a kind compile to the same text.
        dialect.__eq__ = _is_alike  # type: ignore[assignment, method-assign]  # only in tests
        dialect.__hash__ = _kind  # type: ignore[assignment, method-assign]  # only in tests
    Engine.__init__ = _started  # type: ignore[assignment, method-assign]  # only in tests


def find_files() -> None:
    """Let the files that every page needs be looked for and weighed once a process."""
    WhiteNoise.update_files_dictionary = _found  # only in tests: whitenoise has no types


def read_translations() -> None:
    """Let each catalogue be read once a process; Flask-Babel copies what it uses of one."""
    Translations.load = _read  # type: ignore[assignment, method-assign]  # only in tests


def compile_templates(app: Flask) -> None:
    """Let each template be compiled once a process."""
    app.jinja_env.bytecode_cache = _templates


def _started(engine: Engine, *given: Any, **named: Any) -> None:
    _start(engine, *given, **named)
    engine._compiled_cache = _statements


def _is_alike(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _kind(dialect: Dialect) -> int:
    return hash(type(dialect))


def _found(served: WhiteNoise, root: str, prefix: str) -> None:
    of = ("files", root, prefix)
    if of not in _kept:
        _find(served, root, prefix)
        _kept[of] = dict(served.files)
    served.files.update(_kept[of])


def _read(folder: str, locales: Sequence[Locale], domain: str) -> NullTranslations:
    return _read_once(folder, *map(str, locales), domain=domain)


@cache
def _read_once(folder: str, *locales: str, domain: str) -> NullTranslations:
    return _load(folder, locales, domain)


def _compiled(rule: Rule) -> None:
    of = (rule.rule, rule.host, rule.subdomain, repr(sorted((rule.defaults or {}).items())))
    if of not in _kept:
        _compile(rule)
        builders = {name: getattr(rule, name).__func__ for name in _BUILDERS}
        _kept[of] = {name: getattr(rule, name) for name in _COMPILED} | builders
        return
    for name, value in _kept[of].items():
        setattr(rule, name, value.__get__(rule) if name in _BUILDERS else value)
