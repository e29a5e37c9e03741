"""Words: each choice has a label, each setting is described, each address reads well."""

import dataclasses
import re
from collections import Counter
from enum import StrEnum

import pytest
from flask import Flask
from sqlalchemy import Enum

from config import Config
from crm.core.db import Base
from crm.features import FEATURES
from tests.conventions import source

pytestmark = pytest.mark.engine("sqlite")

SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)?|<(int:)?[a-z_]+>(\.[a-z0-9]+)?")
# Answered before anybody is known: whether the server lives, and files of the pages.
WITHOUT_PERMISSION = {"healthz", "readyz", "static"}
# Told in no words of their own: nobody reads them.
UNREAD = {"JobState"}


def stored_choices() -> list[type[StrEnum]]:
    kinds = {
        column.type.enum_class
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    }
    told = (kind for kind in kinds if kind and issubclass(kind, StrEnum))
    return sorted((kind for kind in told if kind.__name__ not in UNREAD), key=str)


def test_every_choice_that_is_kept_has_a_label() -> None:
    labelled = {
        (type(member), member) for feature in FEATURES for enum in feature.labels for member in enum
    }

    bare = [
        f"{kind.__name__}.{member.name}"
        for kind in stored_choices()
        for member in kind
        if (kind, member) not in labelled
    ]

    assert bare == []


def test_every_setting_stands_in_the_documentation() -> None:
    documented = (source.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    read = re.findall(r"KRING_[A-Z_]+", (source.ROOT / "config.py").read_text(encoding="utf-8"))

    assert read
    assert [name for name in sorted(set(read)) if f"`{name}`" not in documented] == []


def test_every_field_of_the_settings_is_read_from_the_environment() -> None:
    text = (source.ROOT / "config.py").read_text(encoding="utf-8")
    fields = [field.name for field in dataclasses.fields(Config)]

    assert [name for name in fields if f"{name}=" not in text] == []


def test_addresses_are_small_letters_with_hyphens(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not all(SEGMENT.fullmatch(part) for part in rule.rule.split("/") if part)
    ]

    assert odd == []


def test_every_route_says_what_it_requires(app: Flask) -> None:
    required = {
        endpoint
        for feature in FEATURES
        for pages in feature.pages
        for endpoint in pages.requirements
    }

    open_routes = {rule.endpoint for rule in app.url_map.iter_rules()} - required

    assert open_routes == WITHOUT_PERMISSION


def test_permissions_that_pages_require_have_a_rule() -> None:
    ruled = {permission for feature in FEATURES for permission in feature.rules}
    required = {
        permission
        for feature in FEATURES
        for pages in feature.pages
        for permission in pages.requirements.values()
    }

    assert required - ruled == set()


def test_no_two_permissions_share_a_value() -> None:
    # They are strings, so equal ones would answer for each other in the table of rules.
    seen = Counter(str(permission) for feature in FEATURES for permission in feature.rules)

    assert [value for value, times in seen.items() if times > 1] == []
