"""The filters that search columns have: FAB's, and ours after them, so that FAB's places in addresses stay valid.

FAB's pages know ten filters a column at most, by their places (`_flt_<place>_<column>`).
"""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla.filters import SQLAFilterConverter
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Query

from app.extensions import clock
from app.fab.days import after, since

FOUND_BY = ("code", "name", "title", "username", "last_name", "first_name")


class OwnFilter(BaseFilter):
    """A filter of ours: it takes the value as it came, a tuple where several were given."""

    is_many = False

    def apply(self, query: Query[Any], value: Any) -> Query[Any]:
        """The query, narrowed."""
        return query.filter(self.condition(query, value))

    def condition(self, query: Query[Any], value: Any) -> Any:
        """The SQL of it."""
        raise NotImplementedError

    @property
    def field(self) -> Any:
        """The column or relation."""
        return getattr(self.model, self.column_name)


class FilterHas(OwnFilter):
    """Rows whose texts hold these words, by the model's own `text_search`."""

    name = _l("Title or text contains")
    arg_name = "has"
    is_common = False
    """Set once the count has shown that the words are in very many rows."""

    def condition(self, query: Query[Any], value: Any) -> Any:
        """The model knows."""
        dialect = query.session.get_bind().dialect.name
        return self.model.text_search(value, dialect, is_common=self.is_common)


class FilterFrom(OwnFilter):
    """From a day (or moment) on, that day included; days are days in China."""

    name = _l("From")
    arg_name = "ge"

    def condition(self, query: Query[Any], value: Any) -> Any:
        """From the day's first moment on."""
        return self.field >= since(value, clock.now(), is_day=self.datamodel.is_date(self.column_name))


class FilterTo(OwnFilter):
    """Up to a day (or moment), that day included."""

    name = _l("To")
    arg_name = "le"

    def condition(self, query: Query[Any], value: Any) -> Any:
        """Before the next day's first moment."""
        return self.field < after(value, clock.now(), is_day=self.datamodel.is_date(self.column_name))


class FilterIs(OwnFilter):
    """Yes or no."""

    name = _l("Is")
    arg_name = "is"

    def condition(self, query: Query[Any], value: Any) -> Any:
        """Nothing counts as no."""
        return self.field.is_(True) if value in ("y", True) else or_(self.field.is_(False), self.field.is_(None))


class _ByRows(OwnFilter):
    """By the related rows that a condition on them gives."""

    def by(self, wanted: Any) -> Any:
        """Rows of the noun that hang on such rows."""
        relation = inspect(self.model).relationships[self.column_name]
        if relation.uselist:
            return self.field.any(wanted)
        local, remote = relation.local_remote_pairs[0]
        return local.in_(select(remote).where(wanted))


class FilterOneOf(_ByRows):
    """Rows that hang on one of these; each is looked up within scope, as FAB's own filter does."""

    name = _l("One of")
    arg_name = "rel_in"
    is_many = True

    def ids(self, value: Any) -> list[int]:
        """Ids of the rows named. Raises NoSuchRow."""
        return [row.id for row in self.datamodel.related_rows(self.column_name, value)]

    def condition(self, query: Query[Any], value: Any) -> Any:
        """By their ids."""
        return self.by(self.datamodel.get_related_model(self.column_name).id.in_(self.ids(value)))


class FilterWithin(FilterOneOf):
    """Rows that hang on one of these or on anything below them: for what lies in a tree by its `parent`."""

    name = _l("With everything below")
    arg_name = "rel_under"

    def condition(self, query: Query[Any], value: Any) -> Any:
        """By the tree, walked by the database."""
        model = self.datamodel.get_related_model(self.column_name)
        below, above = inspect(model).relationships["parent"].local_remote_pairs[0]
        tree = select(model.id, above.label("key")).where(model.id.in_(self.ids(value))).cte("tree", recursive=True)
        tree = tree.union(select(model.id, above).join(tree, below == tree.c.key))
        return self.by(model.id.in_(select(tree.c.id)))


class FilterNamed(_ByRows):
    """Rows that hang on something whose code or name contains this: what a page asks where no picker works."""

    name = _l("Code or name contains")
    arg_name = "rel_ct"

    def condition(self, query: Query[Any], value: Any) -> Any:
        """By whatever names the related noun has."""
        return self.by(or_(*(column.contains(value, autoescape=True) for column in self.names())))

    def names(self) -> list[Any]:
        """Columns by which the related noun is found; none where its texts are not everybody's."""
        related = self.datamodel.get_related_interface(self.column_name)
        if getattr(related.obj, "text_columns", ()):
            return []
        return [getattr(related.obj, name) for name in FOUND_BY if name in related.list_columns]


_DAYS = (FilterFrom, FilterTo)
_MORE = (
    ("is_relation", (FilterOneOf, FilterNamed, FilterWithin)),
    ("is_boolean", (FilterIs,)),
    ("is_date", _DAYS),
    ("is_datetime", _DAYS),
)


class HuiyinFilterConverter(SQLAFilterConverter):
    """FAB's converter, with ours at the end."""

    def convert(self, col_name: str) -> list[Any]:
        """The filters of a column. "Has" stands in for "not in", because texts have ten already."""
        made: list[Any] = super().convert(col_name) or []
        if col_name in getattr(self.datamodel.obj, "text_columns", ()):
            return [*(each for each in made if each.arg_name != "not_in"), FilterHas(col_name, self.datamodel)]
        more = next((kinds for is_kind, kinds in _MORE if made and getattr(self.datamodel, is_kind)(col_name)), ())
        return made + [own for own in (kind(col_name, self.datamodel) for kind in more) if _fits(own)]


def _fits(own: OwnFilter) -> bool:
    """Whether there is anything to find by: names, a tree."""
    if isinstance(own, FilterNamed):
        return bool(own.names())
    if isinstance(own, FilterWithin):
        model = own.datamodel.get_related_model(own.column_name)
        parent = inspect(model).relationships.get("parent")
        return parent is not None and parent.mapper.class_ is model
    return True
