"""The secret is whole or not there, and what Kring keeps only its own user may read."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException

import crm
from config import Config, Unusable
from crm.core import backup, migrations, private_files
from tests.migrating import BASELINE
from tests.room import no_room

pytestmark = pytest.mark.engine("sqlite")


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def settings(folder: Path, **more: str) -> Config:
    return Config.from_environment({"KRING_DATA": str(folder), **more})


def test_a_full_disk_at_the_first_start_leaves_no_secret(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    with no_room(), pytest.raises(Unusable, match="secret"):
        settings(folder)

    assert list(folder.iterdir()) == []
    assert len(settings(folder).secret_key) >= 32


@pytest.mark.parametrize("kept", ["", "short", "x" * 31, "\n"])
def test_a_secret_that_is_too_short_is_refused_wherever_it_comes_from(
    tmp_path: Path, kept: str
) -> None:
    (tmp_path / "secret_key").write_text(kept)

    with pytest.raises(Unusable, match="32 bytes"):
        settings(tmp_path)
    if kept:
        with pytest.raises(Unusable, match="KRING_SECRET_KEY is shorter than 32 bytes"):
            settings(tmp_path / "other", KRING_SECRET_KEY=kept)


def test_whoever_starts_kring_reads_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()

    for name, value, said in (
        ("KRING_SECRET_KEY", "short", "KRING_SECRET_KEY is shorter"),
        ("KRING_DATA", str(tmp_path / "file"), "file cannot be made: File exists."),
    ):
        with monkeypatch.context() as environment:
            environment.setenv("KRING_DATA", str(tmp_path))
            environment.setenv(name, value)
            with pytest.raises(ClickException, match=said):
                crm.create_app()


def test_what_is_made_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    with umask(0):
        config = settings(tmp_path / "data")
        private_files.make_folder(config.data_dir)
        migrations.upgrade(config.database_url)
        made = config.data_dir / "kring.sqlite3"
        with crm.core.db.Database(config.database_url).opened() as opened:
            opened.connection()
            beside = [mode(made.with_name(f"kring.sqlite3{end}")) for end in ("-wal", "-shm")]

    assert (mode(config.data_dir), mode(config.data_dir / "secret_key")) == (0o700, 0o600)
    assert [mode(made), *beside] == [0o600] * 3


@pytest.mark.usefixtures("next_kring")
def test_a_copy_before_a_migration_is_for_its_owner_alone_and_three_stay(tmp_path: Path) -> None:
    database = tmp_path / "kring.sqlite3"
    migrations.make(f"sqlite:///{database}", BASELINE)
    for day in range(1, 6):
        (tmp_path / f"kring.sqlite3.2026010{day}T120000000000.bak").touch()
    (tmp_path / "kring.sqlite3.mine").touch()

    with umask(0):
        copied = migrations.upgrade(f"sqlite:///{database}")

    assert copied is not None
    assert mode(copied) == 0o600
    assert sorted(one.name[14:22] for one in tmp_path.glob("*.bak")) == [
        "20260104", "20260105", copied.name[14:22],
    ]  # fmt: skip
    assert (tmp_path / "kring.sqlite3.mine").exists()


def test_what_an_earlier_kring_left_open_is_closed_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "mail").mkdir(parents=True)
    config = settings(folder)
    migrations.upgrade(config.database_url)
    files = [folder / "kring.sqlite3", folder / "secret_key", folder / "kring.sqlite3.1.bak"]
    files[2].touch()
    for path in files:
        path.chmod(0o644)
    for path in (folder, folder / "mail"):
        path.chmod(0o755)

    crm.create_app(config)

    assert [mode(path) for path in files] == [0o600] * 3
    assert [mode(path) for path in (folder, folder / "mail")] == [0o700] * 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")
def test_what_belongs_to_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    config = settings(tmp_path / "data")
    os.chown(config.data_dir, 65_534, 65_534)
    config.data_dir.chmod(0o755)

    crm.create_app(config)

    assert mode(config.data_dir) == 0o755


def test_what_is_restored_is_for_its_owner_alone(demo_file: Path, tmp_path: Path) -> None:
    config = settings(tmp_path / "data")
    url, file = f"sqlite:///{demo_file}", tmp_path / "demo.kring"
    elsewhere = replace(
        settings(tmp_path / "new"), database_url=f"sqlite:///{tmp_path}/new/kring.sqlite3"
    )

    with umask(0):
        engine = crm.core.db.Database(url).engine
        backup.write(engine, config.data_dir, file, secret=config.secret_key)
        engine.dispose()
        backup.restore(
            elsewhere.database_url, elsewhere.data_dir, file, secret=elsewhere.secret_key
        )

    assert mode(file) == 0o600
    assert mode(elsewhere.data_dir) == 0o700
    assert {mode(one) for one in elsewhere.data_dir.iterdir() if one.is_file()} == {0o600}
