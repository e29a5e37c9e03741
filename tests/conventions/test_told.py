"""What a step may change has words: the page on which it is undone never says "other records"."""

import pytest
from flask import Flask

from crm.core.db import Base, ProjectScoped, model_of
from crm.core.undo import RowWords, told_of

ALWAYS = {"id", "project_id", "revision"}
# What goes into the trail of a step: every model of the project but those that stay as they are.
MODELS = [
    model
    for table in Base.metadata.sorted_tables
    if (model := model_of(table.name)) is not None
    and issubclass(model, ProjectScoped)
    and not model.__stays__
]


def told(model: type[Base]) -> RowWords:
    found = told_of(model.__tablename__)
    assert found is not None, f"{model.__name__} stands in no manifest's `told`"
    return found


def named(one: RowWords) -> list[str]:
    """Return the columns of which something is said."""
    grouped = [column for group in one.together for column in group[1:]]
    return [*one.fields, *one.unseen, *([one.owner] if one.owner else []), *grouped]


@pytest.mark.engine("sqlite")
def test_every_row_that_a_step_may_change_has_words(app: Flask) -> None:
    assert [model.__name__ for model in MODELS if not told(model).label] == []


@pytest.mark.engine("sqlite")
def test_every_column_has_words_or_is_said_to_have_none(app: Flask) -> None:
    lacking = [
        f"{model.__name__}.{column.name}"
        for model in MODELS
        for column in model.__table__.columns
        if column.name not in {*ALWAYS, *named(told(model))}
    ]

    assert lacking == []


@pytest.mark.engine("sqlite")
def test_nothing_is_said_of_columns_that_are_not_there(app: Flask) -> None:
    strays = [
        f"{model.__name__}.{name}"
        for model in MODELS
        for name in named(told(model))
        if name not in model.__table__.columns
    ]

    assert strays == []
