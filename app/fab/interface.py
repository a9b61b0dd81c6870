"""FAB's way to the database, made plain: scoped gets and counts, no joins for related columns, writes by a hook.

FAB's own interface joins every dotted column, wraps that join to count it, and commits what a form holds.
Here related rows come by one extra statement each, and nothing is written except by the operation behind the hook.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from dateutil import parser as dates
from flask import current_app
from flask_appbuilder.exceptions import FABException
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import gettext
from sqlalchemy import func, or_, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Query, selectinload

from app.domain.calendar import CHINA
from app.fab.cursors import ordered_by
from app.fab.filters import FOUND_BY, FilterHas, HuiyinFilterConverter, OwnFilter
from app.fab.listing import Plan, plan_of
from app.fab.memo import memo
from app.fab.rows import fault_of, key_of
from app.operations.configuration import Changes, changes_of

COUNTED = 10_000
OFFERED = 50
DEEP = 1_000
"""From here on the rows of a page are found by their ids first, which an index alone may give."""
_PLANS = 256

WriteHook = Callable[[str, Any, Changes], None]
"""Called with create|update|delete, the row and {column: (before, after)}: validates, logs and commits, or raises."""


class NoSuchRow(FABException):
    """A filter names a related row that does not exist, or not for this actor."""


def _moments(value: Any) -> Any:
    if isinstance(value, list):
        return [_moments(each) for each in value]
    found = dates.parse(value) if isinstance(value, str) else value
    return found if getattr(found, "tzinfo", None) else found.replace(tzinfo=CHINA)


class HuiyinInterface(SQLAInterface):
    """SQLAInterface of one resource. `hook` replaces the app's write hook for this noun."""

    filter_converter_class = HuiyinFilterConverter

    def __init__(
        self, obj: type, session: Any = None, hook: WriteHook | None = None, shown: Iterable[str] = ()
    ) -> None:
        """Remember the hook, and the dotted columns whose relations every list or show needs."""
        super().__init__(obj, session)
        self.hook, self.shown = hook, tuple(shown)
        self._plans: dict[tuple[str, ...], Plan | None] = {}

    # --- reading ---

    def apply_filters(self, query: Query[Any], filters: Any, *, is_common: bool = False) -> Query[Any]:
        """Apply filters; a time without offset is China time, where FAB would compare a naive one."""
        if not filters:
            return query
        ready = copy(filters)
        ready.filters = [self._searching(each, is_common=is_common) for each in filters.filters]
        ready.values = [self._ready(each, value) for each, value in zip(filters.filters, filters.values, strict=True)]
        applied: Query[Any] = ready.apply_all(query)
        return applied

    def _ready(self, given: Any, value: Any) -> Any:
        """The value as its filter takes it; FAB applies a filter to each value of a list, one after the other."""
        if isinstance(given, OwnFilter):
            return tuple(value) if given.is_many and isinstance(value, list) else value
        return _moments(value) if self.is_datetime(given.column_name) else value

    def _searching(self, given: Any, *, is_common: bool) -> Any:
        """The filter, on the column that stands for its own where the model says so."""
        if isinstance(given, FilterHas):
            other = copy(given)
            other.is_common = is_common
            return other
        column = getattr(self.obj, "searched_as", {}).get(given.column_name)
        if column is None:
            return given
        other = copy(given)
        other.column_name = column
        return other

    def get(
        self,
        id: Any,  # noqa: A002
        filters: Any = None,
        select_columns: Any = None,
        outer_default_load: bool = False,
    ) -> Any:
        """One row by its id, always asked of the database and within scope; None for anything that is no id."""
        return next(iter(self.get_many([id], filters, select_columns)), None)

    def get_many(self, ids: Sequence[Any], filters: Any = None, columns: Sequence[str] | None = None) -> list[Any]:
        """The rows of these ids that the actor may see, at most 100; order of the ids is not kept."""
        keys = [key for key in map(key_of, ids[:100]) if key is not None]
        query = self.apply_filters(self.session.query(self.obj).filter(self.get_pk().in_(keys)), filters)
        rows: list[Any] = self._with_related(query, columns).all() if keys else []
        return rows

    def query(
        self,
        filters: Any = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        select_columns: Any = None,
        outer_default_load: bool = False,
    ) -> tuple[int, list[Any]]:
        """Count (up to `COUNTED` + 1) and one page of rows."""
        count, filtered = self._counted(filters)
        rows = self.page(filtered, order_column, order_direction, page, page_size)
        return count, self._with_related(rows, select_columns).all()

    def _counted(self, filters: Any) -> tuple[int, Query[Any]]:
        """Count up to `COUNTED` + 1, and the query whose pages are wanted."""
        query = self.session.query(self.obj)
        filtered = self.apply_filters(query, filters)
        count = self.query_count(filtered)
        if count > COUNTED and filters and any(isinstance(each, FilterHas) for each in filters.filters):
            filtered = self.apply_filters(query, filters, is_common=True)
        return count, filtered

    def page(
        self, filtered: Query[Any], order_column: str, order_direction: str, page: int | None, page_size: int | None
    ) -> Query[Any]:
        """One page of what the filters leave, in order, the id last so that no row is on two pages."""
        order = (order_column, order_direction) if order_column else (self.get_pk_name(), "asc")
        rows = self.apply_order_by(filtered, *order, aliases_mapping={}, add_pk=True)
        return self.apply_pagination(rows, page, page_size)

    def plan(self, columns: Sequence[str]) -> Plan | None:
        """How these columns are read without objects; None where they cannot be. Compiled once."""
        key = tuple(columns)
        if key not in self._plans:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[key] = plan_of(self.obj, key)
        return self._plans[key]

    def listed(
        self,
        plan: Plan | None,
        filters: Any,
        order: tuple[str, str],
        page: int | None,
        page_size: int | None,
        after: Any = None,
    ) -> tuple[int, list[Any]]:
        """Count (up to `COUNTED` + 1) and one page, after a mark if there is one.

        By a plan: its rows, each with the value it is ordered by at the end where that makes a mark. Else objects.
        """
        count, filtered = self._counted(filters)
        if after is not None:
            filtered = filtered.filter(after)
        if plan is None:
            return count, self._with_related(self.page(filtered, *order, page, page_size), None).all()
        if page and page_size and page * page_size >= DEEP:
            ids = self.page(filtered.with_entities(self.get_pk()), *order, page, page_size).subquery()
            filtered, page = self.session.query(self.obj).filter(self.get_pk().in_(select(ids))), None
        rows = plan.over(filtered)
        column = ordered_by(self, order[0])
        rows = rows if column is None else rows.add_columns(column)
        return count, self.page(rows, *order, page, page_size).all()

    def query_count(self, query: Query[Any], filters: Any = None, select_columns: Any = None) -> int:
        """Count ids alone, stopping one past `COUNTED`: a large count costs more than the page it belongs to."""
        ids = self.apply_filters(query, filters).with_entities(self.get_pk()).limit(COUNTED + 1).subquery()
        return self._number(ids)

    def counts(self, several: Sequence[Any], most: int) -> list[int]:
        """How many rows each of these filters leaves, counted up to `most`, in one statement."""
        query = self.session.query(self.obj)
        each = [self.apply_filters(query, one).with_entities(self.get_pk()).limit(most).subquery() for one in several]
        numbers = [select(func.count()).select_from(ids).scalar_subquery() for ids in each]
        return list(self.session.execute(select(*numbers)).one()) if numbers else []

    def exact_count(self, filters: Any) -> int:
        """All of what the filters leave, for who asks for it."""
        return self._number(
            self.apply_filters(self.session.query(self.obj), filters).with_entities(self.get_pk()).subquery()
        )

    def _number(self, ids: Any) -> int:
        return int(self.session.execute(select(func.count()).select_from(ids)).scalar_one())

    def _with_related(self, query: Query[Any], columns: Iterable[str] | None) -> Query[Any]:
        roots = dict.fromkeys(name.split(".")[0] for name in columns or self.shown if "." in name)
        return query.options(*(selectinload(getattr(self.obj, root)) for root in roots))

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        """The related row that a filter or a link names; raises NoSuchRow."""
        row = self.get_related_interface(col_name).get(value)
        if row is None:
            raise NoSuchRow(gettext("No such row."))
        return row

    def related_rows(self, column: str, ids: Any) -> list[Any]:
        """The related rows that a filter names. Raises NoSuchRow."""
        return self.get_related_interface(column).known_rows(ids if isinstance(ids, tuple | list) else (ids,))  # type: ignore[no-any-return]

    def known_rows(self, ids: Iterable[Any]) -> list[Any]:
        """The rows of these ids, each asked for once in a request. Raises NoSuchRow."""
        wanted = [key_of(each if isinstance(each, int) else str(each)) for each in ids]
        known = memo().setdefault(("rows", self.obj), {})
        if missing := [key for key in wanted if key not in known]:
            known |= {self.get_pk_value(row): row for row in self.get_many(missing)}
        if not known.keys() >= set(wanted):
            raise NoSuchRow(gettext("No such row."))
        return [known[key] for key in dict.fromkeys(wanted)]

    def offer(self, term: str = "", limit: int = OFFERED) -> list[Any]:
        """Rows for a picker: those in use whose code or name contains the term."""
        query = self.session.query(self.obj)
        if "is_active" in self.list_columns:
            query = query.filter(self.obj.is_active.is_(True))
        names = [getattr(self.obj, name) for name in FOUND_BY if name in self.list_columns]
        if term and names:
            query = query.filter(or_(*(name.contains(term, autoescape=True) for name in names)))
        rows: list[Any] = query.order_by(self.get_pk()).limit(limit).all()
        return rows

    @staticmethod
    def _get_attr_value(item: Any, col: str) -> Any:
        """A value as pages show it: times in China, JSON as text. Yes, no and nothing are worded by the page."""
        value = SQLAInterface._get_attr_value(item, col)  # noqa: SLF001
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        if type(value) in (dict, list):
            return json.dumps(value, ensure_ascii=False, indent=2)
        return "" if value is None else value

    # --- writing ---

    def add(self, item: Any, commit: bool = True) -> None:
        """Hand a new row to the hook."""
        self._write("create", item)

    def edit(self, item: Any, commit: bool = True) -> None:
        """Hand a changed row to the hook."""
        self._write("update", item)

    def delete(self, item: Any, commit: bool = True) -> None:
        """Hand a row to be deleted to the hook."""
        self._write("delete", item)

    def delete_all(self, items: list[Any]) -> None:
        """Hand each row to the hook: one act, one log line a row."""
        for item in items:
            self.delete(item)

    def _write(self, kind: str, item: Any) -> None:
        hook: WriteHook = self.hook or current_app.extensions["huiyin.write_hook"]
        try:
            with self.session.no_autoflush:
                changes = changes_of(item)
            hook(kind, item, changes)
        except StatementError as error:
            self.session.rollback()
            raise fault_of(error) from error
        except Exception:
            self.session.rollback()
            raise
