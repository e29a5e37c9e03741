"""The manifest of networks."""

from datetime import timedelta

from crm.accounts.events import AccountDisabled
from crm.core import ties
from crm.core.i18n import _l
from crm.networks import jobs, views
from crm.networks.declared import mail_content
from crm.networks.declared.references import REFERENCES
from crm.networks.declared.steps import TOLD
from crm.networks.declared.ties import SOURCE
from crm.networks.models import SaidBy
from crm.networks.policy import RULES, NetworkPermission
from crm.networks.rules.catalogue import POINTS
from crm.networks.rules.graph import Lines
from crm.networks.rules.picture import LabelsShown
from crm.networks.rules.selection import NetworkView, TieWeight
from crm.networks.services.saved_views import end_links_of
from crm.networks.views.exports import ExportFormat
from crm.web.feature import Feature, JobKind, NavigationItem

FEATURE = Feature(
    name="networks",
    pages=(views.pages.pages, views.saved_views.shared_pages, views.declaring.own_pages),
    rules=RULES,
    references=REFERENCES,
    told=TOLD,
    ties=(SOURCE,),
    mail=mail_content.KINDS,
    labels=(
        {SaidBy.TEAM: _l("the project team"), SaidBy.THEMSELVES: _l("one of them")},
        {
            NetworkView.PEOPLE: _l("People"),
            NetworkView.ORGANISATIONS: _l("Organisations"),
            NetworkView.SESSIONS: _l("People and sessions"),
        },
        {
            TieWeight.COUNT: _l("Number of shared events"),
            TieWeight.NEWMAN: _l("Small meetings count more (Newman)"),
        },
        {
            Lines.SHOWN: _l("Shown with a line"),
            Lines.LIGHTER: _l("Only lighter ties"),
            Lines.WITHOUT: _l("No tie"),
        },
        {measure: meaning.label for measure, meaning in POINTS.items()},
        {
            LabelsShown.FITTING: _l("As many as fit"),
            LabelsShown.FEW: _l("The ten most important"),
            LabelsShown.NONE: _l("No names"),
        },
        {
            ExportFormat.SVG: _l("Picture that stays sharp (SVG)"),
            ExportFormat.PNG: _l("Picture of dots (PNG)"),
            ExportFormat.PDF: _l("Page to print (PDF)"),
            ExportFormat.HTML: _l("Page by itself (HTML)"),
            ExportFormat.GEXF: _l("GEXF for Gephi"),
            ExportFormat.GRAPHML: _l("GraphML"),
            ExportFormat.JSON: _l("JSON (node-link)"),
            ExportFormat.CSV: _l("Two tables (CSV in a zip)"),
            ExportFormat.PAJEK: _l("Pajek"),
        },
    ),
    tasks=(jobs.FIGURES,),
    jobs=(
        JobKind(
            "networks.keep_places",
            jobs.keep_places,
            timedelta(minutes=2),
            is_long=True,
            is_needed=jobs.any_place_moved,
        ),
    ),
    navigation=(
        NavigationItem(_l("Network"), "networks.network", NetworkPermission.READ, place=60),
    ),
    reactions=((AccountDisabled, end_links_of),),
    setup=lambda app: app.jinja_env.filters.update(kind_of_tie=ties.label_of),
)
