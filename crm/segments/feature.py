"""The manifest of segments."""

from crm.core import conditions
from crm.segments import views
from crm.segments.declared import IN_SEGMENT, REFERENCE, REMOVAL, TOLD
from crm.segments.policy import RULES
from crm.stakeholders.policy import StakeholderPermission
from crm.web.feature import Feature, Panel

FEATURE = Feature(
    name="segments",
    pages=(views.builder_pages, views.pages),
    rules=RULES,
    panels=(
        Panel(
            "persons",
            "segments/_ways.html",
            # What the list is narrowed to, as `PersonFilterForm` reads it in the address.
            lambda _actor, form: {
                "form": form,
                "asked": form.asked(),
                "conditions": conditions.write(form.as_conditions()),
            },
            StakeholderPermission.READ,
        ),
    ),
    steps=(REMOVAL,),
    conditions=(IN_SEGMENT,),
    told=(TOLD,),
    references=(REFERENCE,),
)
