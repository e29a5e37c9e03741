"""What is no backup, was altered or is older is refused with a clear message."""

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from crm.core import backup
from crm.core.backup import BackupRefused
from crm.core.backup.contents import LIST
from crm.core.backup.restoring import alone
from crm.core.db import Database

pytestmark = pytest.mark.engine("sqlite")
SECRET = "a secret of the tests of Kring alone"
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(500)


@pytest.fixture
def small(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A backup of a place with one file and no rows."""
    folder = tmp_path / "small"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "1.eml").write_text("Subject: een")
    database = Database(f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'kring.sqlite3')}")
    backup.write(database.engine, folder, tmp_path / "small.kring", secret=SECRET)
    database.dispose()
    return tmp_path / "small.kring"


def refusal(elsewhere: tuple[str, Path], file: Path) -> str:
    """Return with which words a restore is refused, which leaves nothing."""
    with pytest.raises(BackupRefused) as refused:
        backup.restore(*elsewhere, file, secret=SECRET)
    assert not elsewhere[1].exists() or list(elsewhere[1].iterdir()) == []
    return str(refused.value)


def test_a_backup_in_the_data_folder_would_hold_all_earlier_ones(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    (folder / "backups").mkdir(parents=True)
    database = Database(f"sqlite:///{migrated_sqlite}")

    for target in (folder / "one.kring", folder / "backups" / ".." / "backups" / "one.kring"):
        with pytest.raises(BackupRefused, match="Put it somewhere else"):
            backup.write(database.engine, folder, target, secret=SECRET)

    database.dispose()
    assert [one.name for one in folder.rglob("*")] == ["backups"]


def test_a_flipped_bit_anywhere_is_found(small: Path, elsewhere: tuple[str, Path]) -> None:
    content = small.read_bytes()
    # Also in what the archive says of its files: their times, rights and names.
    last = range(len(content) - 400, len(content))
    bad = small.with_name("bad.kring")

    for place in (*range(0, len(content), len(content) // 200), *last):
        flipped = content[place] ^ (1 << place % 8)
        bad.write_bytes(content[:place] + bytes([flipped]) + content[place + 1 :])
        assert "damaged" in (words := refusal(elsewhere, bad)) or "no backup" in words


def other_archive() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("brief.txt", "Beste lezer")
    return file.getvalue()


def bomb() -> bytes:
    """A few kB that unpack to a list larger than any."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LIST, bytes(80 << 20))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", PICTURE, b"naam;adres\n", other_archive(), bomb()],
    ids=["empty", "jpg", "list", "another archive", "bomb"],
)
def test_a_file_that_is_no_backup_is_told_so(
    tmp_path: Path, elsewhere: tuple[str, Path], content: bytes
) -> None:
    file = tmp_path / "wrong.kring"
    file.write_bytes(content)

    assert "is no backup of Kring" in refusal(elsewhere, file)


def test_a_folder_is_no_backup(tmp_path: Path, elsewhere: tuple[str, Path]) -> None:
    assert "cannot be read" in refusal(elsewhere, tmp_path)


def test_a_backup_from_before_seals_is_refused(
    small: Path, tmp_path: Path, elsewhere: tuple[str, Path]
) -> None:
    file = tmp_path / "first.kring"
    with zipfile.ZipFile(small) as sealed, zipfile.ZipFile(file, "w") as archive:
        for name in sealed.namelist():
            content = sealed.read(name)
            archive.writestr(name, content.replace(b'"version": 2', b'"version": 1'))

    assert "older Kring" in refusal(elsewhere, file)


def test_two_do_not_restore_into_one_place(small: Path, elsewhere: tuple[str, Path]) -> None:
    elsewhere[1].mkdir()

    with alone(elsewhere[1]):
        words = refusal(elsewhere, small)

    assert "Another restore" in words


def test_how_far_it_is_is_told(small: Path, elsewhere: tuple[str, Path]) -> None:
    told: dict[str, tuple[int, int]] = {}

    backup.restore(
        *elsewhere, small, secret=SECRET,
        tell=lambda what, done, total: told.update({what: (done, total)}),
    )  # fmt: skip

    assert set(told) >= {"Bytes checked", "Files"}
    assert all(done == total for done, total in told.values())
