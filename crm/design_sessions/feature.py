"""The manifest of design sessions."""

from datetime import timedelta

from flask import Flask

from crm.consent.events import ObjectionAsked, PersonObjected
from crm.core.i18n import _l
from crm.core.undo import Undoing, Undone
from crm.design_sessions import jobs, models, views
from crm.design_sessions.declared import calendar_replies
from crm.design_sessions.declared.conditions import CONDITIONS
from crm.design_sessions.declared.mail_content import KINDS
from crm.design_sessions.declared.references import REFERENCES
from crm.design_sessions.declared.search import SOURCE
from crm.design_sessions.declared.steps import STEPS, TOLD
from crm.design_sessions.declared.ties import SOURCE as TIES
from crm.design_sessions.policy import RULES, SessionPermission
from crm.design_sessions.queries.standings import AnswerGroup, NotedGroup
from crm.design_sessions.rules.attendance_rows import RowState
from crm.design_sessions.services import answering, merge_reactions
from crm.design_sessions.services.answering import WithdrawScope
from crm.design_sessions.services.planning import Copied
from crm.design_sessions.values.local_times import Occurrence
from crm.design_sessions.views import attendance_lists, panels, personal, wording
from crm.messages.events import SessionDeclined
from crm.stakeholders import events
from crm.web.feature import Feature, JobKind, NavigationItem, Panel

READ = SessionPermission.READ
PERSON_PANEL = "design_sessions/_person_panel.html"
ORGANISATION_PANEL = "design_sessions/_organisation_panel.html"
PROJECT_PANEL = "design_sessions/_project_panel.html"


def _write_times(app: Flask) -> None:
    app.jinja_env.filters.update(
        session_time=wording.when, session_day=wording.day_of, session_deadline=wording.deadline
    )


FEATURE = Feature(
    name="design_sessions",
    pages=(views.pages, attendance_lists.pages, personal.pages, views.calendar_pages),
    rules=RULES,
    labels=(
        {
            models.SessionKind.PROJECT_GROUP: _l("Project group"),
            models.SessionKind.DESIGN_SESSION: _l("Design session"),
            models.SessionKind.FIELD_VISIT: _l("Field visit"),
            models.SessionKind.DECISION: _l("Decision"),
            models.SessionKind.EVALUATION: _l("Evaluation"),
            models.SessionKind.OTHER: _l("Other"),
        },
        {
            models.DesignPhase.DISCOVER: _l("Discover"),
            models.DesignPhase.DEFINE: _l("Define"),
            models.DesignPhase.DEVELOP: _l("Develop"),
            models.DesignPhase.DELIVER: _l("Deliver"),
        },
        {
            models.AttendanceStatus.PRESENT: _l("Present"),
            models.AttendanceStatus.EXCUSED: _l("Excused"),
            models.AttendanceStatus.NO_SHOW: _l("No show"),
        },
        {
            models.ListState.UPLOADED: _l("Uploaded"),
            models.ListState.CHOSEN: _l("Columns chosen"),
            models.ListState.DONE: _l("Done"),
            models.ListState.CANCELLED: _l("Stopped"),
        },
        {
            RowState.DOUBTFUL: _l("Not certain"),
            RowState.UNKNOWN: _l("Not in the register"),
            RowState.KNOWN: _l("Known"),
            RowState.REPEATED: _l("Repeated"),
            RowState.REJECTED: _l("Cannot be used"),
        },
        {
            models.SessionState.OPEN: _l("Open for answers"),
            models.SessionState.CLOSED: _l("Closed for answers"),
            models.SessionState.CANCELLED: _l("Cancelled"),
        },
        {
            models.WaitingRule.FIRST_COME: _l("Who waits longest goes first"),
            models.WaitingRule.BALANCE: _l("The helix that is short goes first"),
            models.WaitingRule.LOT: _l("By lot"),
        },
        {
            models.Answer.NONE: _l("No answer yet"),
            models.Answer.YES: _l("Yes"),
            models.Answer.MAYBE: _l("Maybe"),
            models.Answer.NO: _l("No"),
            models.Answer.WAITING: _l("On the waiting list"),
            models.Answer.OFFERED: _l("A place is offered"),
            models.Answer.LAPSED: _l("The offer has lapsed"),
            models.Answer.WITHDRAWN: _l("Does not want to be asked"),
            models.Answer.REVOKED: _l("Taken off the list"),
        },
        {
            AnswerGroup.YES: _l("Yes"),
            AnswerGroup.MAYBE: _l("Maybe"),
            AnswerGroup.NO: _l("No"),
            AnswerGroup.NONE: _l("No answer yet"),
            AnswerGroup.WAITING: _l("Waiting list"),
            AnswerGroup.GONE: _l("Off the list"),
        },
        {
            NotedGroup.PRESENT: _l("Present"),
            NotedGroup.EXCUSED: _l("Excused"),
            NotedGroup.NO_SHOW: _l("No show"),
            NotedGroup.NOTHING: _l("Not noted"),
        },
        {
            models.AnsweredBy.LINK: _l("by personal link"),
            models.AnsweredBy.ICAL_REPLY: _l("from their calendar"),
            models.AnsweredBy.PLANNER: _l("by a planner"),
            models.AnsweredBy.SYSTEM: _l("by Kring"),
        },
        {models.NeedKind.ACCESS: _l("Access and aids"), models.NeedKind.FOOD: _l("Food and drink")},
        {
            WithdrawScope.SESSION: _l("This session"),
            WithdrawScope.PROJECT: _l("Anything of this project"),
            WithdrawScope.EVERYTHING: _l("Anything at all: send me no mail any more"),
        },
        {
            models.ProposalState.PROPOSED: _l("Proposed"),
            models.ProposalState.INVITED: _l("Invited"),
            models.ProposalState.DECLINED: _l("Declined"),
        },
        {
            Copied.SAME: _l("The same people"),
            Copied.CAME: _l("Those who came"),
            Copied.COULD_NOT: _l("Those who could not come, or found no place"),
        },
        {
            Occurrence.FIRST: _l("The first time (summer time)"),
            Occurrence.SECOND: _l("The second time (winter time)"),
        },
    ),
    navigation=(NavigationItem(_l("Sessions"), "sessions.sessions", READ, place=30),),
    panels=(
        Panel("person", PERSON_PANEL, panels.of_person, READ, place=20),
        Panel("organisation", ORGANISATION_PANEL, panels.of_organisation, READ, place=20),
        Panel("project_start", PROJECT_PANEL, panels.of_project, READ, place=10),
    ),
    reactions=(
        # Sessions are held before persons, as answers do it: the other way around two of them
        # would wait for each other.
        (ObjectionAsked, answering.hold_sessions),
        (PersonObjected, answering.leave_sessions),
        (SessionDeclined, answering.decline_session),
        (events.MergeAsked, merge_reactions.hold_sessions),
        (events.PersonsMerging, merge_reactions.clear_calendars),
        (events.PersonsMerged, merge_reactions.free_places),
        # What was mailed cannot be taken back, so an undone merge is told to calendars anew.
        (Undone, merge_reactions.give_items_back),
        (Undoing, merge_reactions.take_items_again),
    ),
    tasks=(jobs.LOOKS, jobs.NOTES),
    jobs=(
        # Often, as somebody waits for each place that an offer held.
        JobKind("design_sessions.lapse_offers", jobs.lapse_offers_everywhere, timedelta(minutes=5)),
        JobKind("design_sessions.remind", jobs.remind, timedelta(minutes=15)),
        JobKind("design_sessions.remove_needs", jobs.remove_needs, timedelta(days=1)),
        JobKind("design_sessions.clear_lists", jobs.clear_lists, timedelta(days=1)),
    ),
    mail=KINDS,
    replies=(calendar_replies.HANDLER,),
    references=REFERENCES,
    search=(SOURCE,),
    ties=(TIES,),
    conditions=CONDITIONS,
    bulk_actions=panels.ACTIONS,
    steps=STEPS,
    told=TOLD,
    setup=_write_times,
)
