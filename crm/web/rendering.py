"""Templates: what they may call, and how words, dates and numbers are written."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from flask import Flask, current_app, g, get_flashed_messages, render_template, request, url_for
from flask_babel import format_date, format_datetime, format_decimal, get_locale
from jinja2 import StrictUndefined
from markupsafe import Markup

from crm.core.errors import Text
from crm.core.i18n import LazyString, written_number
from crm.core.permissions import Actor
from crm.web import gate
from crm.web.assets import asset
from crm.web.feature import Feature, features
from crm.web.template_calls import QuickContext, QuickTemplate, write_attributes


def init(app: Flask, brought: tuple[Feature, ...]) -> None:
    """Prepare the template environment."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.context_class = QuickContext
    app.jinja_env.template_class = QuickTemplate
    write_attributes()
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # By class too: two enums may have a member of one value, and those are equal as strings.
    labels = {
        (type(member), member.value): words
        for feature in brought
        for enum in feature.labels
        for member, words in enum.items()
    }
    app.extensions["kring_labels"] = labels
    app.extensions["kring_features"] = brought
    app.jinja_env.filters.update(
        label=label, date=write_date, datetime=write_datetime, number=write_number
    )
    app.jinja_env.globals.update(panels=panels, may=gate.may, asset=asset)
    app.context_processor(_context)


def page(template: str, /, *, status: int = 200, **values: Any) -> tuple[str, int]:
    """Return a rendered page with its status."""
    return render_template(template, **values), status


def label(member: StrEnum | None) -> Text:
    """Return the words for a member of an enum, in the reader's language."""
    if member is None:
        return ""
    labels = cast("dict[tuple[type, str], LazyString]", current_app.extensions["kring_labels"])
    return labels[type(member), member.value]


def write_date(day: date | None, how: str = "medium") -> str:
    """Return a date as the reader writes it."""
    return str(format_date(day, how)) if day else ""


def write_datetime(moment: datetime | None, how: str = "short") -> str:
    """Return a moment as the reader writes it, in the installation's zone."""
    return str(format_datetime(moment, how)) if moment else ""


def write_number(value: float | None, digits: int | None = None) -> str:
    """Return a number as the reader writes it; nothing where it is undefined."""
    if value is None:
        return ""
    if digits is None:
        return written_number(value)
    return str(format_decimal(value, format="#,##0." + "0" * digits))


def panels(place: str, subject: object) -> list[str]:
    """Return the blocks that features add to a page, in their order."""
    actor = gate.current_actor()
    found = [panel for feature in features() for panel in feature.panels if panel.page == place]
    drawn = (
        render_template(panel.template, **panel.data(actor, subject))
        for panel in sorted(found, key=lambda panel: panel.place)
        if gate.may(panel.requires)
    )
    return [Markup(text) for text in drawn]  # noqa: S704 - output of autoescaped templates


def _context() -> dict[str, Any]:
    actor, project = gate.current_actor(), gate.current_project()
    return {
        "actor": actor if actor.account_id is not None else None,
        "project": project,
        "locale": get_locale().language,
        "messages": get_flashed_messages(with_categories=True),
        **(_ways(actor, project) if project else {"navigation": [], "search_url": ""}),
    }


def _ways(actor: Actor, project: gate.Workspace) -> dict[str, Any]:
    """Return where a page leads to; the panels of a page, each a template, ask for it again."""
    kept: tuple[Actor, gate.Workspace, dict[str, Any]] | None = g.get("ways")
    if kept is not None and kept[0] is actor and kept[1] is project:
        return kept[2]
    items = [item for feature in features() for item in feature.navigation]
    lines = [
        (item, url_for(item.endpoint, project_slug=project.slug))
        for item in sorted(items, key=lambda item: item.place)
        if gate.may(item.requires)
    ]
    # A page below another may be of another module, such as an import of persons; one that is below
    # none belongs to the line of its module.
    above = next((url for _item, url in lines if f"{request.path}/".startswith(f"{url}/")), "")
    navigation = [
        {
            "label": item.label,
            "url": url,
            "active": url == above
            or (not above and item.endpoint.startswith(f"{request.blueprint}.")),
        }
        for item, url in lines
    ]
    search = next((feature.search_page for feature in features() if feature.search_page), "")
    search_url = url_for(search, project_slug=project.slug) if search else ""
    ways = {"navigation": navigation, "search_url": search_url}
    g.ways = actor, project, ways
    return ways
