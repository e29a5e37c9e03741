"""The manifest of own fields."""

from datetime import timedelta

from crm.core import fields
from crm.core.i18n import _l
from crm.own_fields import jobs, views
from crm.own_fields.declared import OWN, REFERENCES, REMOVAL, TOLD, provided
from crm.own_fields.policy import RULES, OwnFieldPermission
from crm.own_fields.values import FieldKind
from crm.stakeholders.policy import StakeholderPermission
from crm.web.feature import Feature, JobKind, NavigationItem, Panel

FEATURE = Feature(
    name="own_fields",
    pages=(views.pages,),
    rules=RULES,
    labels=(
        {
            FieldKind.TEXT: _l("Text"),
            FieldKind.NUMBER: _l("A number"),
            FieldKind.DATE: _l("A day"),
            FieldKind.YES_NO: _l("Yes or no"),
            FieldKind.ONE_OF: _l("One of a list"),
            FieldKind.SEVERAL_OF: _l("Several of a list"),
        },
    ),
    navigation=(
        NavigationItem(_l("Own fields"), "own_fields.fields", OwnFieldPermission.DEFINE, place=85),
    ),
    panels=tuple(
        Panel(
            f"{subject}_aside",
            "own_fields/_panel.html",
            views.of_record,
            StakeholderPermission.READ,
            place=15,
        )
        for subject in ("person", "organisation")
    ),
    jobs=(
        JobKind("own_fields.throw_away", jobs.throw_away, every=timedelta(days=1), is_long=True),
    ),
    steps=(REMOVAL,),
    conditions=(OWN,),
    told=TOLD,
    references=REFERENCES,
    setup=lambda _app: fields.provide(provided),
)
