"""The demo as a database to copy, loaded once for all tests of a process."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Config
from crm.accounts.models import LinkPurpose
from crm.accounts.services import LinkDetails
from crm.accounts.services import make_link as make_access_link
from crm.contacts.rules import reading
from crm.contacts.rules.choices import Choices
from crm.contacts.rules.headings import mapping_for
from crm.contacts.services import imports
from crm.contacts.services.import_files import Explained, keep_file
from crm.contacts.services.import_preview import STEP
from crm.core import undo
from crm.core.bulk_changes import change_called
from crm.core.db import Database, add_many, project_scope, session, set_many, unit_of_work
from crm.core.permissions import Role, system
from crm.core.ties import person_key
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import attendance_lists
from crm.design_sessions.services import attendance_lists as lists
from crm.intake.reading.files import ReceivedFile
from crm.messages.models import MessageState, Reply, ReplyKind
from crm.networks.services.declared_ties import Declared, declare
from crm.networks.services.saved_views import ViewDetails, make_link
from crm.networks.services.saved_views import save_view as save
from crm.projects import queries
from crm.segments.services import SegmentDetails, save_segment
from crm.stakeholders.models import Helix, Kind, LikelyPair, Person
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.services.bulk import Wanted, order
from tests import applications, factories, postgresql
from tests.messages import batching

SLUG = "assen-i2i"
Entering = Callable[[Role | None], FlaskClient]


def settings(folder: Path, url: str = "") -> Config:
    """Return the settings for the SQLite database in a folder, or for the database at `url`."""
    environ = {
        "KRING_DATA": str(folder),
        "KRING_SECRET_KEY": "a secret of the tests of Kring alone",
    }
    environ |= {"KRING_DATABASE_URL": url} if url else {}
    return dataclasses.replace(Config.from_environment(environ), rate_limits=False, testing=True)


@pytest.fixture(scope="session")
def features_declared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What features declare is known to the core before a test puts something else there."""
    with applications.borrowed(settings(tmp_path_factory.mktemp("first"))):
        pass


@pytest.fixture(scope="session")
def demo_file(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the demo, to copy."""
    folder = tmp_path_factory.mktemp("demo")
    path = Path(shutil.copy(migrated_sqlite, folder / "kring.sqlite3"))
    _load(settings(folder))
    return path


@pytest.fixture(scope="session")
def demo_postgresql(
    cluster: postgresql.Cluster,
    migrated_postgresql: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The name of a PostgreSQL database with the demo, to copy."""
    name = cluster.create(template=migrated_postgresql)
    _load(settings(tmp_path_factory.mktemp("demo"), cluster.url(name)))
    return name


def _load(config: Config) -> None:
    from crm.cli.demo import load_demo  # noqa: PLC0415 - only who looks at the demo waits for it

    with applications.borrowed(config) as app, app.app_context():
        load_demo()
        with _database(app).opened():
            fill()


def fill() -> None:
    """Give every page something to show that the demo itself does not have."""
    begin_import()
    begin_attendance_list()
    begin_batch()
    write_back()
    save_view()
    invite()
    declare_tie()
    find_pair()
    take_step()
    keep_segment()
    order_tag()


def begin_import() -> None:
    """Begin an import in the demo, so that the pages about one have something to show."""
    project = queries.by_slug(SLUG)
    assert project is not None
    actor, content = system(project.id), b"Voornaam;Achternaam\nAns;Proef\n"
    table = reading.read(content, "lijst.csv")
    choices = Choices(mapping_for(table.headings))
    with project_scope(project.id):
        begun = imports.receive(actor, project, file_name="lijst.csv", table=table, choices=choices)
        keep_file(actor, begun, content=content, table=table)
        imports.choose_columns(actor, begun, choices=choices)
        word = Explained(Field.HELIX, "samenleving", Helix.END_USERS)
        imports.explain_words(actor, begun, explained=[word])


def begin_attendance_list() -> None:
    """Begin an attendance list in the demo, with somebody known, unknown and unclear in it."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id):
        first = session().scalars(select(DesignSession).order_by(DesignSession.id).limit(1)).one()
        known = session().scalars(select(Person).order_by(Person.id).limit(1)).one()
        text = f"Naam;Status\n{known.first_name} {known.surname};online\nNieuw Iemand;ja\n"
        table = reading.read(text.encode(), "presentie.csv")
        given = ReceivedFile("presentie.csv", text.encode(), table)
        begun = lists.receive_list(system(project.id), first, given=given)
        columns = attendance_lists.proposed_columns(table)
        lists.choose_list_columns(system(project.id), begun, columns=columns)


def begin_batch() -> None:
    """Put a batch into the outbox of the demo, so that its pages have something to show."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id):
        people = list(session().scalars(select(Person).where(Person.emails.any()).limit(3)))
        made = batching.batch(system(project.id), project, people=people)
        batching.bring(batching.message_of(made), MessageState.UNCERTAIN)


def write_back() -> None:
    """Let somebody of the demo have written back, so that the page of a reply has one to show."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id), unit_of_work(system(project.id), "tests.reply"):
        writer = session().scalars(select(Person.id).order_by(Person.id).limit(1)).one()
        words = {"sender": "iemand@elders.example", "subject": "Vraag", "text": "Kan het later?"}
        session().add(Reply(message_id="<1@x>", person_id=writer, kind=ReplyKind.HUMAN, **words))


def take_step() -> None:
    """Do something in the demo that can be undone, and change part of it again."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id):
        first, second = session().scalars(select(Person.id).order_by(Person.id).limit(2))
        with unit_of_work(system(project.id), "tests.step"):
            undo.begin(STEP, about={"import_id": 1, "new": 0, "changed": 2})
            set_many(Person, {first: {"language": "en"}, second: {"language": "en"}})
        with unit_of_work(system(project.id), "tests.again"):
            set_many(Person, {first: {"language": "nl"}})


def declare_tie() -> None:
    """Declare a tie in the demo, so that its page has something to show."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id):
        one, other = session().scalars(select(Person).order_by(Person.id).limit(2))
        declare(system(project.id), one, declared=Declared(person_key(other.id)))


def find_pair() -> None:
    """Let two of the demo look like one, so that the list of duplicates has something to show."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id), unit_of_work(system(project.id), "tests.pair"):
        one, other = session().scalars(select(Person.id).order_by(Person.id).limit(2))
        ends = {"person_id": one, "other_person_id": other}
        add_many(LikelyPair, [{"kind": Kind.PERSON, **ends, "score": 75, "reasons": ["same_name"]}])


def keep_segment() -> None:
    """Keep a segment in the demo, so that its pages have something to show."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id):
        details = SegmentDetails("Proef", where="helix:research", is_shared=True)
        save_segment(factories.leader_of(project), project, details=details)


def order_tag() -> None:
    """Begin to give a tag to people of the demo, so that the pages about that show something."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id):
        ids = list(session().scalars(select(Person.id).order_by(Person.id).limit(2)))
        wanted = Wanted(change_called("tag"), ids, "proef")
        order(factories.leader_of(project), project, wanted=wanted, part=1)


def save_view() -> None:
    """Save a view of the network of the demo, so that its pages have something to show."""
    project = queries.by_slug(SLUG)
    assert project is not None
    with project_scope(project.id):
        actor = factories.leader_of(project)
        kept = save(actor, project, details=ViewDetails("Proef", is_shared=True), query="")
        make_link(actor, kept, valid=timedelta(days=1))


def invite() -> None:
    """Leave an invitation to the demo open, so that there is one to withdraw."""
    project = queries.by_slug(SLUG)
    assert project is not None
    details = LinkDetails(
        LinkPurpose.JOIN,
        timedelta(days=1),
        project_id=project.id,
        role=Role.REVIEWER,
        email="nieuw@kring.example",
    )
    make_access_link(system(), None, details=details)


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application with the demo, on a database of its own."""
    shutil.copy(demo_file, tmp_path / "kring.sqlite3")
    with applications.borrowed(settings(tmp_path)) as lent:
        yield lent


@pytest.fixture
def entering(demo: Flask) -> Entering:
    """Give a client as `client_of` does."""
    return partial(client_of, demo)


def client_of(app: Flask, role: Role | None) -> FlaskClient:
    """
    Return a client signed in as somebody with a role in the demo project, or with none.

    Who leads it is administrator of the installation too: to them no page is closed.
    """
    with app.test_request_context(), _database(app).opened():
        project = queries.by_slug(SLUG)
        assert project is not None
        name = f"{role.value.title()} Proef" if role else "Bo Buiten"
        who = factories.account(name, administrator=role is Role.LEADER)
        if role:
            factories.member(project, role, who=who)
        return factories.sign_in(app.test_client(), who)


def _database(app: Flask) -> Database:
    found: Database = app.extensions["kring_database"]
    return found
