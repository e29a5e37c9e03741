"""What models share: their base, scope, revisions, kinds of columns and foreign keys."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import (
    JSON,
    ColumnDefault,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    MetaData,
    String,
    Table,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from crm.core.errors import DomainError

# By its name a batch migration on SQLite finds what it is to change.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


# Compared sign by sign on both engines: PostgreSQL would else sort by the rules of its locale.
SortKey = String().with_variant(String(collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; give SQLite, which keeps no zone, the UTC wall time."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs a time zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy passes it
        """Give back the moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(enum: type[StrEnum], *, name: str | None = None) -> Enum:
    """
    Return the column type for `enum`: a string with a check constraint.

    :param name: name of the check, needed where a table has two columns of one enum
    """
    return Enum(
        enum,
        name=name or enum.__name__.lower(),
        # SQLite has no such type; with a check both engines hold to the same words.
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        # SQLAlchemy would store the names of the members.
        values_callable=lambda members: [member.value for member in members],
    )


@event.listens_for(Table, "after_parent_attach")
def _never_number_anew(table: Table, _metadata: MetaData) -> None:
    """Let SQLite, as PostgreSQL, give no id twice: what was removed may come back with its own."""
    table.dialect_options["sqlite"]["autoincrement"] = True


class Base(DeclarativeBase):
    """
    The base of all models.

    Rows of a model with `__stays__` are left as they are where a step is undone. Those with
    `__follows__` Kring finds by itself, so they stand in nobody's way: they go with what they name.
    `__taken__` names the refusal of a column whose value another row has had a moment earlier.
    """

    __stays__: ClassVar[bool] = False
    __follows__: ClassVar[bool] = False

    __taken__: ClassVar[Mapping[str, type[DomainError]]] = {}

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[str]: JSON().with_variant(JSONB(), "postgresql"),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


class ProjectScoped:
    """
    A row that belongs to one project and is never seen outside it.

    A model with `__may_lack_project__` has rows of the installation too, which no project sees.
    """

    __may_lack_project__: ClassVar[bool] = False

    @declared_attr
    def project_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy passes the class
        """Return the column of the project this row belongs to."""
        return mapped_column(ForeignKey("project.id", ondelete="CASCADE"))


class Audited:
    """
    A model whose every change is written to the audit trail by the flush listener.

    Of the columns that it leaves out, those `__in_step__` stand there while a step is open, so that
    a row that the step removes or changes comes back as it was.
    """

    __not_audited__: ClassVar[frozenset[str]] = frozenset()
    __in_step__: ClassVar[frozenset[str]] = frozenset()


def is_audited(model: type[Any], *, in_step: bool) -> bool:
    """Whether the trail holds changes of `model`: if audited always, else while a step is open."""
    if issubclass(model, Audited):
        return True
    return in_step and issubclass(model, ProjectScoped) and not getattr(model, "__stays__", False)


class Revised:
    """A record that two people may edit: the revision rises with each change."""

    @declared_attr
    def revision(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy passes the class
        """Return the counter of changes."""
        return mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        """Let the flush check and raise the revision."""
        return {"version_id_col": cls.revision}


_models: dict[str, type[Base]] = {}


def model_of(table: str) -> type[Base] | None:
    """Return the model of a table, if it still has one."""
    if table not in _models:
        # Asked for every row of long lists: looked up once for each table.
        models = [mapper.class_ for mapper in Base.registry.mappers]
        _models.update({getattr(model, "__tablename__", ""): model for model in models})
    return _models.get(table)


@cache
def referring(model: type[Base]) -> tuple[tuple[type[Base], str, str | None], ...]:
    """Return what refers to `model`: a model, its column, and what the database does on delete."""
    # Asked for each part of long work, and putting all tables in order takes a while.
    return tuple(
        (child, key.parent.name, key.ondelete)
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table is model.__table__ and (child := model_of(table.name)) is not None
    )


class Link(NamedTuple):
    """
    A column that names a row of another table.

    :ivar owns: whether its own row cannot be without that one
    :ivar may_lack: whether it is emptied where that one goes
    """

    column: str
    table: str
    owns: bool
    may_lack: bool


@cache
def links_of(table: str) -> tuple[Link, ...]:
    """Return what a table refers to, other than the project of its rows, in order of columns."""
    model = model_of(table)
    links = (
        Link(
            key.parent.name,
            key.column.table.name,
            owns=key.ondelete == "CASCADE" and not key.parent.nullable,
            may_lack=key.ondelete == "SET NULL",
        )
        for key in (model.__table__.foreign_keys if model else ())
    )
    return tuple(sorted(link for link in links if link.column != "project_id"))


@cache
def defaults_of(model: type[Base]) -> dict[str, Any]:
    """Return what columns of a new row get by themselves, where that is the same for every row."""
    return {
        column.name: column.default.arg if isinstance(column.default, ColumnDefault) else None
        for column in model.__table__.columns
        if column.name != "id" and (column.default is None or column.default.is_scalar)
    }
