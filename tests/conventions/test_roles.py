"""Roles and routes as one table: who is let in, sent to sign in, refused, or finds nothing."""

import sqlite3
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from crm.accounts.models import LinkPurpose
from crm.accounts.services import LinkDetails, make_link
from crm.core.db import Database
from crm.core.permissions import Role, system
from crm.projects import queries
from tests import demonstration, factories, own_links, pages, walk
from tests.conventions import permission_table

# Every route, by the permission it must require; written down once more so that a page declared
# with the wrong one is noticed.
ROUTES = {
    "accounts.edit_own": """accounts.own_account accounts.change_password accounts.end_session
        accounts.ask_for_address links.confirm""",
    "accounts.administer": "all_accounts.overview all_accounts.disable all_accounts.enable",
    "accounts.enter": """accounts.sign_in accounts.check_sign_in accounts.sign_out links.link
        links.use_link links.sign_in links.choose_password
        accounts.forgotten accounts.ask_for_reset""",
    "accounts.use": "links.accept",
    "design_sessions.answer": """personal.invitation personal.give_answer personal.note_need
        personal.remove_need personal.bring personal.someone_else personal.stop
        personal.send_details calendars.feed calendars.item""",
    "design_sessions.arrange": """sessions.new sessions.create sessions.edit sessions.change
        sessions.invite sessions.add sessions.invited sessions.change_invited sessions.attendance
        sessions.take_attendance sessions.more_lines sessions.look_up_names sessions.find_people
        sessions.cancel sessions.cancel_session sessions.reopen sessions.close_answers
        sessions.open_answers sessions.copy sessions.copy_session sessions.needs sessions.take_off
        sessions.put_back sessions.renew_link sessions.keep_link sessions.decide sessions.calls
        sessions.note_call sessions.one_answer sessions.note_answer""",
    "design_sessions.export": """sessions.export_csv sessions.export_excel sessions.people_csv
        sessions.people_excel""",
    "design_sessions.read": """sessions.sessions sessions.session sessions.answers sessions.calendar
        sessions.make_feed sessions.renew_feed sessions.end_feed""",
    "home.choose": "home.set_language home.set_theme",
    "home.project": "start.project",
    "home.search": "search.results search.quick search.export_csv search.export_excel",
    "home.start": "home.start home.load_demo",
    "initiatives.edit": """initiatives.new initiatives.create initiatives.edit initiatives.save
        initiatives.remove initiatives.involve initiatives.add
        initiatives.involve_stakeholder initiatives.add_stakeholder
        initiatives.edit_involvement initiatives.save_involvement initiatives.end_involvement
        initiatives.remove_involvement""",
    "initiatives.read": """initiatives.initiatives initiatives.initiative initiatives.export_csv
        initiatives.export_excel""",
    "messages.administer": "installation_words.keep installation_words.words",
    "messages.answer": """unsubscribing.choices unsubscribing.unsubscribed details.kept
        details.as_file details.correct details.send_again details.hide details.show_again
        consenting.asked consenting.answer""",
    "messages.read": """messages.batches messages.batch messages.batch_progress messages.message
        messages.recipients_csv messages.recipients_excel person_mail.messages
        replies.replies replies.reply""",
    "messages.send": """messages.pause messages.resume messages.cancel messages.send_again
        messages.leave sessions.invitations_to_send sessions.send_invitations sessions.note_given
        sessions.reminders_to_send sessions.send_reminders sessions.thanks_to_send
        sessions.send_thanks sessions.write sessions.send_written sessions.consent_to_ask
        sessions.letter sessions.ask_consent messages.new messages.send messages.letter
        messages.consent messages.ask_consent messages.consent_letter
        person_mail.ask_to_lift person_mail.lift replies.close replies.reopen replies.take""",
    "messages.write": """mail_words.overview mail_words.edit mail_words.save mail_words.history
        mail_words.use_again mail_words.preview mail_words.letter mail_words.send_test""",
    "neighbourhoods.add": "areas.new areas.add",
    "neighbourhoods.edit": "areas.edit areas.save",
    "neighbourhoods.read": "areas.areas",
    "networks.arrange": "networks.lay_out_anew networks.put_back",
    "networks.export": """networks.take_away networks.export networks.figures_csv
        networks.declared_csv networks.ties_csv networks.ties_excel networks.points_csv
        networks.points_excel networks.changes_csv""",
    "networks.keep": """networks.saved_views networks.save_view networks.edit_view
        networks.change_view networks.remove_view""",
    "networks.publish": "networks.make_link networks.end_link",
    "networks.visit": """shared.view shared.picture shared.picture_of_dots own_ties.asked
        own_ties.answer""",
    "networks.declare": """networks.declare_of_person networks.declare_with_person
        networks.declare_of_organisation networks.declare_with_organisation
        networks.end_declared_tie networks.remove_declared_tie networks.make_declaring_link
        networks.end_declaring_link networks.ask_ties networks.send_question
        networks.question_letter""",
    "networks.look_up": "networks.look_up_name",
    "networks.read": """networks.ask_for_name networks.network networks.picture networks.person
        networks.organisation networks.figures networks.figures_progress networks.work_out_figures
        networks.communities networks.communities_picture
        networks.compare networks.changes networks.declared_ties networks.declared_tie""",
    "own_fields.define": """own_fields.fields own_fields.new own_fields.add own_fields.edit
        own_fields.change own_fields.remove""",
    "projects.create": "projects.new projects.create",
    "projects.manage_members": "members.invite members.withdraw members.change_role members.remove",
    "projects.edit": "members.settings members.save_settings",
    "projects.view": "members.members",
    "stakeholders.edit": """persons.new persons.add persons.edit persons.save
        persons.ask_to_remove persons.remove own_fields.ask_of_person own_fields.save_of_person
        own_fields.ask_of_organisation own_fields.save_of_organisation
        organisations.new organisations.add
        organisations.edit organisations.save organisations.ask_to_remove organisations.remove
        roles.new roles.add roles.edit roles.save roles.end roles.make_main roles.ask_to_remove
        roles.remove contacting.ground contacting.note contacting.objection contacting.object_to
        contacting.lift showing.showing showing.hide showing.show_again importing.start
        importing.upload importing.columns importing.choose_columns importing.contact_import
        importing.decide importing.progress importing.carry_out
        importing.cancel importing.messages_csv importing.messages_excel selections.carry_out
        bulk_orders.order bulk_orders.progress bulk_orders.stop import_questions.reading
        import_questions.read_again import_questions.words import_questions.explain
        import_questions.forget_word import_questions.forget_columns
        importing.rejected_csv importing.rejected_excel
        persons.look_for_twins organisations.look_for_twins duplicates.pairs duplicates.export_csv
        duplicates.export_excel duplicates.tell_apart duplicates.doubt_again merging.choose
        merging.ask merging.merge""",
    "stakeholders.export": """person_files.export_csv person_files.export_excel
        organisations.export_csv organisations.export_excel""",
    "stakeholders.keep": """segments.segments segments.save segments.edit segments.change
        segments.remove""",
    "stakeholders.read": """selections.choose narrowing.build persons.persons persons.person
        organisations.organisations organisations.organisation organisations.options
        contacting.rules""",
}
# Beside the others, so that lanes do not meet.
ROUTES["design_sessions.arrange"] += """ attendance_lists.start attendance_lists.upload
    attendance_lists.attendance_list attendance_lists.columns attendance_lists.choose_columns
    attendance_lists.reading attendance_lists.read_again attendance_lists.decide
    attendance_lists.note attendance_lists.cancel attendance_lists.left_out_csv
    attendance_lists.progress attendance_lists.left_out_excel"""
ROUTES |= {
    "steps.see": "steps.steps steps.step steps.progress",
    "steps.undo": "steps.take_back steps.stop",
}
REQUIRED = {route: permission for permission, routes in ROUTES.items() for route in routes.split()}
# Answered before anybody is known, and the same for all.
OPEN = {"healthz", "readyz", "static"}

IN, SIGN_IN, REFUSED, NOTHING = "let in", "sent to sign in", "403", "404"
# An empty form that comes back with what is missing was let in too, and so was one that the state
# of things did not allow.
LET_IN = {HTTPStatus.OK, HTTPStatus.SEE_OTHER, HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT}
# The view that the demo's leader shares is theirs: others save views of their own.
OF_ANOTHER = {"networks.edit_view", "networks.change_view", "networks.remove_view"}
# The segment that they share may be changed by whoever edits.
OF_THOSE_WHO_EDIT = {"segments.edit", "segments.change", "segments.remove"}
# These lead there whoever comes.
TO_SIGN_IN = {"accounts.sign_out"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a cookie, and a way to put the database back as it was."""

    app: Flask
    cookie: str
    token: str  # against forged forms
    kept: Path
    cached: list[str] = field(default_factory=list)  # what a cache for several people may keep

    def tries(self, stop: walk.Stop) -> str:
        """Return how one address answers; what a POST did is undone."""
        client = self.app.test_client()
        client.set_cookie("kring", self.cookie)
        if stop.method == "GET":
            return self.noted(client.get(stop.address))
        answer = self.noted(client.post(stop.address, data={"csrf_token": self.token}))
        if answer in {IN, SIGN_IN}:
            self.restore()
        return answer

    def noted(self, answer: TestResponse) -> str:
        """Return what an answer means, and note it if a cache may keep it."""
        words = answer.headers.get("Cache-Control", "")
        if "no-store" not in words and "private" not in words:
            self.cached.append(f"{answer.request.method} {answer.request.path}")
        return outcome(answer)

    def restore(self) -> None:
        """Put the database back as it was before the walk."""
        database: Database = self.app.extensions["kring_database"]
        before = sqlite3.connect(self.kept)
        now = sqlite3.connect(str(database.url.database))
        before.backup(now)
        before.close()
        now.close()


def outcome(answer: TestResponse) -> str:
    """Return in a word what an answer means."""
    if "/sign-in" in answer.headers.get("Location", ""):
        return SIGN_IN
    words: dict[int, str] = {HTTPStatus.FORBIDDEN: REFUSED, HTTPStatus.NOT_FOUND: NOTHING}
    return IN if answer.status_code in LET_IN else words.get(answer.status_code, answer.status)


def expected(stop: walk.Stop, who: str) -> str:
    """Return what the table says about one address for somebody."""
    holders = permission_table.holders()[REQUIRED[stop.endpoint]]
    if stop.endpoint in TO_SIGN_IN:
        return SIGN_IN
    if who == "nobody":
        return IN if who in holders else SIGN_IN
    if stop.in_project and who in {"no role", "administrator"}:
        return NOTHING
    if stop.endpoint in OF_ANOTHER and who in {Role.REVIEWER, Role.PLANNER}:
        return REFUSED
    if stop.endpoint in OF_THOSE_WHO_EDIT and who == Role.REVIEWER:
        return REFUSED
    return IN if who in holders else REFUSED


@pytest.fixture
def demo(demo: Flask) -> Flask:
    """The demo with its protection against forged forms."""
    demo.config["WTF_CSRF_ENABLED"] = True
    return demo


@pytest.fixture
def stops(demo: Flask) -> list[walk.Stop]:
    """Every address, also those with a token in them."""
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        hour, email = timedelta(hours=1), "nieuw@kring.example"
        joining = LinkDetails(LinkPurpose.JOIN, hour, email=email)
        reset = LinkDetails(LinkPurpose.RESET, hour, account_id=leader_id(), email=email)
        join, choose = (
            f"/links/{make_link(system(), None, details=one)}" for one in (joining, reset)
        )
        personal = own_links.stops(demo)
    links = [
        walk.Stop(endpoint, method, address, in_project=False, has_ids=False)
        for endpoint, method, address in (
            ("links.link", "GET", choose),
            ("links.choose_password", "POST", f"{choose}/password"),
            ("links.link", "GET", join),
            ("links.use_link", "POST", join),
            ("links.sign_in", "POST", f"{join}/sign-in"),
            ("links.accept", "POST", f"{join}/accept"),
        )
    ]
    return [*walk.stops(demo), *links, *personal]


def leader_id() -> int:
    """Add the leader; the first account, so that the walk meets a member of the project."""
    project = queries.by_slug(demonstration.SLUG)
    assert project is not None
    return factories.member(project, Role.LEADER).id


@pytest.fixture(params=permission_table.WHO)
def who(request: pytest.FixtureRequest) -> str:
    """Each of the people of the table."""
    name: str = request.param
    return name


@pytest.fixture
def visitor(demo: Flask, stops: list[walk.Stop], who: str, tmp_path: Path) -> Visitor:
    """Somebody who comes by as `who`."""
    database: Database = demo.extensions["kring_database"]
    client = demo.test_client()
    with demo.test_request_context(), database.opened():
        if who in set(Role):
            project = queries.by_slug(demonstration.SLUG)
            assert project is not None
            factories.sign_in(client, factories.member(project, Role(who)))
        elif who != "nobody":
            factories.sign_in(client, factories.account(administrator=who == "administrator"))
    token = pages.token(client, "/sign-in" if who == "nobody" else "/")
    cookie = client.get_cookie("kring")
    assert cookie
    kept = tmp_path / "kept.sqlite3"
    with sqlite3.connect(str(database.url.database)) as now, sqlite3.connect(kept) as copy:
        now.backup(copy)
    now.close()
    copy.close()
    return Visitor(demo, cookie.value, token, kept)


def test_every_route_stands_in_the_table(demo: Flask) -> None:
    routes = {rule.endpoint for rule in demo.url_map.iter_rules()} - OPEN

    assert routes - REQUIRED.keys() == set(), "say in ROUTES what these require"
    assert REQUIRED.keys() - routes == set(), "these are no more"


def test_everybody_gets_what_the_table_says(
    visitor: Visitor, who: str, stops: list[walk.Stop]
) -> None:
    known = [stop for stop in stops if stop.endpoint in REQUIRED]
    tried = [(stop, visitor.tries(stop)) for stop in known]

    wrong = [
        f"{stop.method} {stop.address}: {answer}, not {expected(stop, who)}"
        for stop, answer in tried
        if answer != expected(stop, who)
    ]

    assert wrong == []
    assert visitor.cached == []
