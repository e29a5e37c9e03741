"""Putting what was loaded beside its place into it; what was killed half-way is begun anew."""

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select, text, update

from crm.core import migrations, private_files
from crm.core.backup.contents import Contents, kind_of, table_of
from crm.core.backup.filling import AT_ONCE, Row, fill, go_on_from, writing
from crm.core.backup.progress import Progress
from crm.core.backup.refusals import BackupRefused
from crm.core.backup.writing import UNFINISHED
from crm.core.db.engine import make_engine
from crm.core.db.models import Base

# Of the files that are moved, written down before the first is: what a kill leaves can be told.
MOVED = "moved.json"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """
    Hold a folder inside a `with` block, so that no two restore into it at once.

    :raises BackupRefused: if somebody else does
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as fault:
        raise BackupRefused(f"Another restore into {folder} is at work.") from fault
    finally:
        os.close(handle)


def clear_unfinished(folder: Path, *, is_empty: bool) -> None:
    """
    Take away what a restore left that was killed.

    :param is_empty: whether no rows got in; then the files that it had moved go too
    """
    for beside in folder.glob(f"{UNFINISHED}*/"):
        moved = beside / MOVED
        if is_empty and moved.exists():
            _take_away(folder / name for name in json.loads(moved.read_text(encoding="utf-8")))
        shutil.rmtree(beside)


def put_in_place(
    url: str, folder: Path, beside: tuple[Path, Path], contents: Contents, progress: Progress
) -> None:
    """Move the files and then the rows; if the rows do not get in, the files go again."""
    loaded, files = beside
    paths = sorted(files.iterdir())
    names = json.dumps([path.name for path in paths])
    (files.parent / MOVED).write_text(names, encoding="utf-8")
    try:
        for path in paths:
            path.replace(folder / path.name)
        progress.begin("Rows put in place", contents.rows)
        _take_over(url, loaded, progress)
    except BaseException:
        _take_away(folder / path.name for path in paths if not path.exists())
        raise


def _take_away(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _take_over(url: str, loaded: Path, progress: Progress) -> None:
    target = make_engine(url)
    try:
        if target.dialect.name == "sqlite":
            place = Path(target.url.database or "")
            for ending in ("-wal", "-shm"):
                place.with_name(place.name + ending).unlink(missing_ok=True)
            _move(loaded, place)
            return
        migrations.upgrade(url)
        source = make_engine(f"sqlite:///{loaded}")
        with source.connect() as rows, writing(target) as connection:
            _copy(rows, connection, progress)
            connection.commit()
        source.dispose()
    finally:
        target.dispose()


def _move(loaded: Path, place: Path) -> None:
    try:
        loaded.replace(place)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        # On another disk: it gets there whole before it bears the name.
        part = place.with_name(f"{place.name}.part")
        private_files.make_file(part)
        shutil.copy2(loaded, part)
        part.replace(place)


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    for model in reversed(Base.metadata.sorted_tables):
        target.execute(text(f"DELETE FROM {model.name}"))  # noqa: S608 - names of our own tables
    for model in Base.metadata.sorted_tables:
        table = table_of(model.name, {one.name: kind_of(one) for one in model.columns})
        own = [one.parent.name for one in model.foreign_keys if one.column.table is model]
        rows = source.execution_options(yield_per=AT_ONCE).execute(
            select(table).order_by(table.c.id)
        )
        later: list[Row] = []
        plain = (dict(row) for row in rows.mappings())
        fill(target, table, _without(own, plain, later), progress)
        for row in later:
            target.execute(update(table).where(table.c.id == row["id"]).values(row))
        last = source.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": model.name}
        )
        go_on_from(target, model.name, int(last or 0))


def _without(own: Sequence[str], rows: Iterable[Row], later: list[Row]) -> Iterator[Row]:
    """Return rows without what names a row of their own table, which may come after them."""
    for row in rows:
        if any(row[name] is not None for name in own):
            later.append({"id": row["id"], **{name: row[name] for name in own}})
        yield {**row, **dict.fromkeys(own)}
