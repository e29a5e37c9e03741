"""The manifest of design sessions."""

from datetime import timedelta

from flask import Flask

from crm.core.i18n import _l
from crm.core.undo import Undoing, Undone
from crm.design_sessions import jobs
from crm.design_sessions.declared import calendar_replies
from crm.design_sessions.declared.conditions import CONDITIONS
from crm.design_sessions.declared.mail_content import KINDS
from crm.design_sessions.declared.references import REFERENCES
from crm.design_sessions.declared.search import SOURCE
from crm.design_sessions.declared.steps import STEPS, TOLD
from crm.design_sessions.declared.ties import SOURCE as TIES
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    AttendanceStatus,
    DesignPhase,
    ListState,
    NeedKind,
    ProposalState,
    SessionKind,
    SessionState,
    WaitingRule,
)
from crm.design_sessions.policy import RULES, SessionPermission
from crm.design_sessions.queries.standings import AnswerGroup, NotedGroup
from crm.design_sessions.rules.attendance_rows import RowState
from crm.design_sessions.services import answering, merge_reactions
from crm.design_sessions.services.answering import WithdrawScope
from crm.design_sessions.services.attendance_lists import LOOK, NOTE
from crm.design_sessions.services.planning import Copied
from crm.design_sessions.views import (
    attendance_lists,
    calendar_pages,
    pages,
    panels,
    personal,
    wording,
)
from crm.messages.events import SessionDeclined
from crm.stakeholders.events import (
    MergeAsked,
    ObjectionAsked,
    PersonObjected,
    PersonsMerged,
    PersonsMerging,
)
from crm.web.feature import Feature, JobKind, NavigationItem, Panel


def _write_times(app: Flask) -> None:
    app.jinja_env.filters.update(
        session_time=wording.when, session_day=wording.day_of, session_deadline=wording.deadline
    )


FEATURE = Feature(
    name="design_sessions",
    pages=(pages, attendance_lists.pages, personal.pages, calendar_pages),
    rules=RULES,
    labels=(
        {
            SessionKind.PROJECT_GROUP: _l("Project group"),
            SessionKind.DESIGN_SESSION: _l("Design session"),
            SessionKind.FIELD_VISIT: _l("Field visit"),
            SessionKind.DECISION: _l("Decision"),
            SessionKind.EVALUATION: _l("Evaluation"),
            SessionKind.OTHER: _l("Other"),
        },
        {
            DesignPhase.DISCOVER: _l("Discover"),
            DesignPhase.DEFINE: _l("Define"),
            DesignPhase.DEVELOP: _l("Develop"),
            DesignPhase.DELIVER: _l("Deliver"),
        },
        {
            AttendanceStatus.PRESENT: _l("Present"),
            AttendanceStatus.EXCUSED: _l("Excused"),
            AttendanceStatus.NO_SHOW: _l("No show"),
        },
        {
            ListState.UPLOADED: _l("Uploaded"),
            ListState.CHOSEN: _l("Columns chosen"),
            ListState.DONE: _l("Done"),
            ListState.CANCELLED: _l("Stopped"),
        },
        {
            RowState.DOUBTFUL: _l("Not certain"),
            RowState.UNKNOWN: _l("Not in the register"),
            RowState.KNOWN: _l("Known"),
            RowState.REPEATED: _l("Repeated"),
            RowState.REJECTED: _l("Cannot be used"),
        },
        {
            SessionState.OPEN: _l("Open for answers"),
            SessionState.CLOSED: _l("Closed for answers"),
            SessionState.CANCELLED: _l("Cancelled"),
        },
        {
            WaitingRule.FIRST_COME: _l("Who waits longest goes first"),
            WaitingRule.BALANCE: _l("The helix that is short goes first"),
            WaitingRule.LOT: _l("By lot"),
        },
        {
            Answer.NONE: _l("No answer yet"),
            Answer.YES: _l("Yes"),
            Answer.MAYBE: _l("Maybe"),
            Answer.NO: _l("No"),
            Answer.WAITING: _l("On the waiting list"),
            Answer.OFFERED: _l("A place is offered"),
            Answer.LAPSED: _l("The offer has lapsed"),
            Answer.WITHDRAWN: _l("Does not want to be asked"),
            Answer.REVOKED: _l("Taken off the list"),
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
            AnsweredBy.LINK: _l("by personal link"),
            AnsweredBy.ICAL_REPLY: _l("from their calendar"),
            AnsweredBy.PLANNER: _l("by a planner"),
            AnsweredBy.SYSTEM: _l("by Kring"),
        },
        {NeedKind.ACCESS: _l("Access and aids"), NeedKind.FOOD: _l("Food and drink")},
        {
            WithdrawScope.SESSION: _l("This session"),
            WithdrawScope.PROJECT: _l("Anything of this project"),
            WithdrawScope.EVERYTHING: _l("Anything at all: send me no mail any more"),
        },
        {
            ProposalState.PROPOSED: _l("Proposed"),
            ProposalState.INVITED: _l("Invited"),
            ProposalState.DECLINED: _l("Declined"),
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
    navigation=(
        NavigationItem(_l("Sessions"), "sessions.sessions", SessionPermission.READ, place=30),
    ),
    panels=(
        Panel(
            "person",
            "design_sessions/_person_panel.html",
            panels.of_person,
            SessionPermission.READ,
            place=20,
        ),
        Panel(
            "organisation",
            "design_sessions/_organisation_panel.html",
            panels.of_organisation,
            SessionPermission.READ,
            place=20,
        ),
        Panel(
            "project_start",
            "design_sessions/_project_panel.html",
            panels.of_project,
            SessionPermission.READ,
            place=10,
        ),
    ),
    reactions=(
        (ObjectionAsked, answering.hold_sessions),
        (PersonObjected, answering.leave_sessions),
        (SessionDeclined, answering.decline_session),
        (MergeAsked, merge_reactions.hold_sessions),
        (PersonsMerging, merge_reactions.clear_calendars),
        (PersonsMerged, merge_reactions.free_places),
        (Undone, merge_reactions.give_items_back),
        (Undoing, merge_reactions.take_items_again),
    ),
    jobs=(
        JobKind("design_sessions.lapse_offers", jobs.lapse_offers_everywhere, timedelta(minutes=5)),
        JobKind("design_sessions.remind", jobs.remind, timedelta(minutes=15)),
        JobKind("design_sessions.remove_needs", jobs.remove_needs, timedelta(days=1)),
        JobKind("design_sessions.clear_lists", jobs.clear_lists, timedelta(days=1)),
        JobKind(LOOK, jobs.look_at_list, given_up=jobs.give_list_up, is_long=True),
        JobKind(NOTE, jobs.note_list, given_up=jobs.give_list_up, is_long=True),
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
