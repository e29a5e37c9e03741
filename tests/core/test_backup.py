"""A backup and its restore: the same rows and files, on either database, or nothing at all."""

import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from config import Config
from crm.core import audit, backup, search
from crm.core.backup import BackupRefused, Contents
from crm.core.backup.contents import UNSEALED, seal
from crm.core.db import Database, project_scope, session
from crm.projects import queries
from crm.stakeholders.models import Person
from tests import demonstration, factories

pytestmark = pytest.mark.both_engines("migrations")

SECRET = "a secret of the tests of Kring alone"
Checksums = dict[str, tuple[int, int, str]]


def checksums(contents: Contents) -> Checksums:
    """Return of each table how many rows it has, its last id and the checksum of its rows."""
    return {one.name: (one.rows, one.last_id, one.member.sha256) for one in contents.tables}


def written(url: str, folder: Path, target: Path) -> Contents:
    engine = Database(url)
    try:
        return backup.write(engine.engine, folder, target, secret=SECRET)
    finally:
        engine.dispose()


@pytest.fixture
def of_demo(demo_file: Path, tmp_path: Path) -> tuple[Path, Checksums]:
    """A backup of the demo, which stands in SQLite, with two letters; and what is in it."""
    folder = tmp_path / "demo"
    (folder / "mail" / "new").mkdir(parents=True)
    (folder / "mail" / "new" / "1.eml").write_bytes(b"Subject: een\r\n\r\n\xff\x00")
    (folder / "mail" / "2.eml").write_text("Subject: twee")
    url = f"sqlite:///{shutil.copy(demo_file, folder / 'kring.sqlite3')}"
    made = written(url, folder, tmp_path / "demo.kring")
    return tmp_path / "demo.kring", checksums(made)


def test_what_is_restored_is_what_was_there_on_either_database(
    of_demo: tuple[Path, Checksums], elsewhere: tuple[str, Path], tmp_path: Path
) -> None:
    file, before = of_demo
    url, folder = elsewhere

    backup.restore(url, folder, file, secret=SECRET)
    again = written(url, folder, tmp_path / "again.kring")
    back = tmp_path / "back"
    backup.restore(f"sqlite:///{back}/kring.sqlite3", back, tmp_path / "again.kring", secret=SECRET)

    assert checksums(again) == before
    assert (
        checksums(written(f"sqlite:///{back}/kring.sqlite3", back, tmp_path / "b.kring")) == before
    )
    assert before["person"][0] > 30
    assert {one.path for one in again.files} == {"mail/new/1.eml", "mail/2.eml"}
    assert (folder / "mail" / "new" / "1.eml").read_bytes() == b"Subject: een\r\n\r\n\xff\x00"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_while_others_write(
    app: Flask, config: Config, of_demo: tuple[Path, Checksums], elsewhere: tuple[str, Path],
    tmp_path: Path,
) -> None:  # fmt: skip
    backup.restore(config.database_url, config.data_dir, of_demo[0], secret=SECRET)
    begun, enough = Event(), Event()

    def write_on() -> None:
        database = Database(config.database_url)
        with app.app_context(), database.opened():
            project = queries.by_slug(demonstration.SLUG)
            assert project is not None
            with project_scope(project.id):
                while not enough.is_set():
                    factories.person("Telkens", email="t@kring.example")
                    begun.set()
        database.dispose()

    writer = Thread(target=write_on)
    writer.start()
    assert begun.wait(20)
    made = written(config.database_url, config.data_dir, tmp_path / "one.kring")
    enough.set()
    writer.join()

    backup.restore(*elsewhere, tmp_path / "one.kring", secret=SECRET)

    again = written(*elsewhere, tmp_path / "again.kring")
    assert checksums(again) == checksums(made)
    assert made_of(elsewhere[0]) == (None, True)


def made_of(url: str) -> tuple[int | None, bool]:
    """Return the first broken entry of the demo's trail, and whether all people can be found."""
    database = Database(url)
    with database.opened():
        project = queries.by_slug(demonstration.SLUG)
        assert project is not None
        with project_scope(project.id):
            people = session().scalar(select(func.count()).where(Person.surname == "Telkens"))
            found = search.found("person", "telkens", limit=10_000)
            factories.person("Later")
        broken = audit.broken_entry(project.id)
    database.dispose()
    return broken, bool(people) and people == len(found)


def test_ids_that_went_are_not_given_again(
    of_demo: tuple[Path, Checksums], elsewhere: tuple[str, Path]
) -> None:
    file, before = of_demo
    backup.restore(*elsewhere, file, secret=SECRET)

    database = Database(elsewhere[0])
    with database.opened(), project_scope(1):
        assert factories.person("Nieuw").id > before["person"][1]
    database.dispose()


def changed(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """Return a sealed copy of a backup in which `change` has altered members."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        new.comment = UNSEALED
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    with target.open("r+b") as file:
        seal(file)
    return target


def altered(name: str, content: bytes) -> tuple[str, bytes]:
    """Make somebody another person."""
    return name, content.replace(b"Thalen", b"Tholen") if "person" in name else content


def newer(name: str, content: bytes) -> tuple[str, bytes]:
    return at_revision("9999", name, content)


def older(name: str, content: bytes) -> tuple[str, bytes]:
    return at_revision("0037", name, content)


def at_revision(revision: str, name: str, content: bytes) -> tuple[str, bytes]:
    listed = json.loads(content) if name == "contents.json" else {}
    return name, json.dumps({**listed, "revision": revision}).encode() if listed else content


def huge(name: str, content: bytes) -> tuple[str, bytes]:
    if name != "contents.json":
        return name, content
    listed = json.loads(content)
    listed["tables"][0]["member"]["size"] = 1 << 60
    return name, json.dumps(listed).encode()


def outside(name: str, content: bytes) -> tuple[str, bytes]:
    if name == "contents.json":
        return name, content.replace(b'"mail/2.eml"', b'"../2.eml"')
    return name.replace("files/mail/2.eml", "files/../2.eml"), content


def missing(name: str, content: bytes) -> tuple[str, bytes]:
    return name.replace("tables/email.jsonl", "tables/emails.jsonl"), content


def unlike(name: str, content: bytes) -> tuple[str, bytes]:
    return name, content.replace(b'"surname":', b'"other":') if name == "contents.json" else content


@pytest.mark.parametrize(
    ("change", "words"),
    [(altered, "damaged"), (newer, "newer Kring"), (older, "older Kring"), (outside, "elsewhere"),
     (missing, "damaged"), (unlike, "does not fit"), (huge, "Make room first")],
)  # fmt: skip
@pytest.mark.engine("sqlite")
def test_a_backup_that_was_changed_is_refused_and_leaves_nothing(
    of_demo: tuple[Path, Checksums], elsewhere: tuple[str, Path], tmp_path: Path,
    change: Callable[[str, bytes], tuple[str, bytes]], words: str,
) -> None:  # fmt: skip
    file = changed(of_demo[0], tmp_path / "changed.kring", change)

    with pytest.raises(BackupRefused, match=words):
        backup.restore(*elsewhere, file, secret=SECRET)

    assert not elsewhere[1].exists() or list(elsewhere[1].iterdir()) == []
    assert not (tmp_path / "2.eml").exists()


@pytest.mark.engine("sqlite")
def test_a_backup_that_is_cut_off_or_damaged_is_refused(
    of_demo: tuple[Path, Checksums], elsewhere: tuple[str, Path], tmp_path: Path
) -> None:
    content = of_demo[0].read_bytes()
    bad = tmp_path / "bad.kring"
    places = [int(len(content) * part) for part in (0.0, 0.1, 0.5, 0.9)]
    cut = [content[:at] for at in (*places, len(content) - 1)]
    hurt = [content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :] for at in places]

    for wrong in (*cut, *hurt):
        bad.write_bytes(wrong)
        with pytest.raises(BackupRefused):
            backup.restore(*elsewhere, bad, secret=SECRET)
    with pytest.raises(BackupRefused, match="no file"):
        backup.restore(*elsewhere, tmp_path / "none.kring", secret=SECRET)


def test_a_place_that_holds_anything_is_left_as_it_is(
    config: Config, app: Flask, of_demo: tuple[Path, Checksums]
) -> None:
    database: Database = app.extensions["kring_database"]
    with database.opened():
        factories.account("Rie Eerst")

    with pytest.raises(BackupRefused, match="not empty"):
        backup.restore(config.database_url, config.data_dir, of_demo[0], secret=SECRET)

    with create_engine(config.database_url).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM account")) == 1
        assert connection.scalar(text("SELECT count(*) FROM person")) == 0
    connection.engine.dispose()


@pytest.mark.engine("sqlite")
def test_the_secret_comes_along_or_must_be_the_same(
    demo_file: Path, tmp_path: Path, elsewhere: tuple[str, Path]
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    url = f"sqlite:///{shutil.copy(demo_file, folder / 'kring.sqlite3')}"
    written(url, folder, tmp_path / "without.kring")
    (folder / "secret_key").write_text(SECRET)
    written(url, folder, tmp_path / "with.kring")

    with pytest.raises(BackupRefused, match="KRING_SECRET_KEY"):
        backup.restore(*elsewhere, tmp_path / "without.kring", secret="another")
    backup.restore(*elsewhere, tmp_path / "with.kring", secret="another")

    assert (elsewhere[1] / "secret_key").read_text() == SECRET


@pytest.mark.engine("sqlite")
def test_people_with_a_shell_have_both_commands(
    app: Flask, project: object, config: Config, tmp_path: Path
) -> None:
    file = tmp_path / "all.kring"
    runner = app.test_cli_runner()

    with app.app_context():
        made = runner.invoke(args=["backup", str(file), "--json"])
        twice = runner.invoke(args=["backup", str(file)])
        full = runner.invoke(args=["restore", str(file)])

    assert json.loads(made.stdout)["rows"] > 0
    assert (twice.exit_code, full.exit_code) == (1, 1)
    assert "there already" in twice.output
    assert "not empty" in full.output
