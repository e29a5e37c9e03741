"""Pages of a list: how many, which one, and a total that is only counted as far as needed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Select, func, select

from crm.core.db.sessions import session

T = TypeVar("T")
U = TypeVar("U")

PER_PAGE = 50
COUNTED = 1_000
# Further than any list goes, and still a number that both databases can skip to.
LAST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list."""

    items: list[T]
    number: int
    total: int
    total_is_capped: bool
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, as far as was counted."""
        return max(1, -(-self.total // self.per_page))

    @property
    def has_next(self) -> bool:
        """Whether a page follows; behind a capped total there may always be one."""
        if self.number < self.pages:
            return True
        return self.total_is_capped and len(self.items) == self.per_page

    @property
    def first(self) -> int:
        """The number of the first item shown, counted from 1; 0 on an empty page."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the last item shown."""
        return (self.number - 1) * self.per_page + len(self.items)

    def showing(self, items: list[U]) -> "Page[U]":
        """Return this page with what is told of its items in their place."""
        return cast("Page[U]", replace(cast("Page[Any]", self), items=items))


def page_of_rows(
    rows: Sequence[T], number: int, *, per_page: int = PER_PAGE, or_last: bool = False
) -> Page[T]:
    """
    Return page `number` (from 1) of rows that are all at hand.

    :param or_last: whether the last page stands for one behind it, rather than an empty one
    """
    number = max(1, min(number, -(-len(rows) // per_page)) if or_last else number)
    items = list(rows[(number - 1) * per_page : number * per_page])
    return Page(items, number, len(rows), total_is_capped=False, per_page=per_page)


def page_of(
    statement: Select[T],
    number: int,
    *,
    per_page: int = PER_PAGE,
    count_all: bool = False,
    known_total: int | None = None,
) -> Page[T]:
    """
    Load page `number` (from 1) of `statement`; one statement, or two behind the last page.

    The total is counted up to 1,000, and further only when `count_all` asks for it; a
    `known_total` is not counted again.
    """
    number = min(max(1, number), LAST_PAGE)
    shown = statement.limit(per_page).offset((number - 1) * per_page)
    if known_total is not None:
        items = list(session().scalars(shown).unique())
        return Page(items, number, known_total, total_is_capped=False, per_page=per_page)
    # One more than is told shows that there are more.
    count = _count(statement, None if count_all else COUNTED + 1)
    # With the page, as asking once more takes longer than counting.
    rows = session().execute(shown.add_columns(count.scalar_subquery())).unique().all()
    # Behind the last page no row tells it; an empty first page says that there is nothing.
    total = rows[0][-1] if rows else (session().scalar(count) or 0 if number > 1 else 0)
    capped = not count_all and total > COUNTED
    items = [row[0] for row in rows]
    return Page(items, number, COUNTED if capped else total, capped, per_page)


def count_of(statement: Select[Any], limit: int | None = None) -> int:
    """Return how many rows `statement` has, counted up to `limit`."""
    return session().scalar(_count(statement, limit)) or 0


def _count(statement: Select[Any], limit: int | None) -> Select[int]:
    # Putting rows in order takes time, and changes no number.
    keys = statement.with_only_columns(statement.column_descriptions[0]["entity"].id).order_by(None)
    if limit is not None:
        keys = keys.limit(limit)
    return select(func.count()).select_from(keys.subquery())
