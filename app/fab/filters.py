"""The filters that search columns have: FAB's, and "has" where the model can be searched by its text."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla.filters import SQLAFilterConverter
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Query


class FilterHas(BaseFilter):
    """Rows whose texts hold these words, by the model's own `text_search`."""

    name = _l("Title or text contains")
    arg_name = "has"
    is_common = False
    """Set once the count has shown that the words are in very many rows."""

    def apply(self, query: Query[Any], value: Any) -> Query[Any]:
        """The query of those rows."""
        dialect = query.session.get_bind().dialect.name
        return query.filter(self.model.text_search(value, dialect, is_common=self.is_common))


class HuiyinFilterConverter(SQLAFilterConverter):
    """FAB's converter, with our filter where there is something to search by."""

    def convert(self, col_name: str) -> list[Any]:
        """The filters of a column. Ours stands in for "not in": FAB's pages know ten at most, by their places."""
        made: list[Any] = super().convert(col_name) or []
        if col_name in getattr(self.datamodel.obj, "text_columns", ()):
            made = [*(each for each in made if each.arg_name != "not_in"), FilterHas(col_name, self.datamodel)]
        return made
