"""A noun's list: its bar of filters, saved views, columns of the reader's choice, what may be done with a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from flask import current_app, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from markupsafe import Markup

from app.extensions import clock
from app.fab.badges import time_left
from app.fab.filterbar import FilterBar
from app.fab.interface import COUNTED, NoSuchRow
from app.fab.links import ALL, here, own_list, without
from app.fab.tabs import joined, opening, tabs
from app.models.scope import current_actor

MAX_PAGE = 100
YEAR = 31_536_000
HIDE, DENSE, COLUMNS = "hide", "dense", "columns"
"""Cookies: columns that a reader has hidden (kept for the noun's own pages), close lines; the chooser's argument."""
Notes = Mapping[Any, Mapping[str, Markup]]


class RowVerb(NamedTuple):
    """Something that may be done with a row: a page that asks."""

    label: Any
    url: str
    icon: str = "point"


class Listed:
    """The list of a HuiyinModelView."""

    search_widget = FilterBar
    countdown_columns: ClassVar[Mapping[str, str]]

    @expose("/list/")
    @has_access
    def list(self) -> ResponseReturnValue:
        """The page; a reader's own view where nothing else was asked for."""
        if COLUMNS in request.args:
            return self._choose()
        if there := opening(self):
            return redirect(there)
        own: Any = self
        try:
            widgets = own._list()  # noqa: SLF001 - FAB's own
        except NoSuchRow as error:  # an address, or a saved view, may name a row that is gone
            flash(str(error), "warning")
            return redirect(here([ALL]))
        page: ResponseReturnValue = own.render_template(own.list_template, title=own.list_title, widgets=widgets)
        return page

    # --- what a noun's view may say of its rows ---

    def row_verbs(self, rows: Sequence[Any]) -> dict[Any, Sequence[RowVerb]]:
        """By row: what may be done with it, the most likely first."""
        return {}

    def notes_of(self, rows: Sequence[Any]) -> Notes:
        """By row and column: what stands beside the value. Here: how long limits still run."""
        now = clock.now()
        return {
            row.id: {
                column: time_left(getattr(row, column), now)
                for column, over in self.countdown_columns.items()
                if getattr(row, column) is not None and getattr(row, over) is None
            }
            for row in (rows if self.countdown_columns else ())
        }

    # --- columns ---

    def _choose(self) -> ResponseReturnValue:
        """Keep which columns are shown, and how close; back to where one was."""
        own: Any = self
        shown = request.args.getlist(COLUMNS)
        answer = redirect(here(without(COLUMNS, DENSE)))
        keep = {"max_age": YEAR, "samesite": "Lax", "secure": current_app.config["SESSION_COOKIE_SECURE"]}
        hidden = [column for column in own.list_columns[1:] if column not in shown]
        answer.set_cookie(HIDE, "~".join(hidden), path=own.route_base, **keep)
        answer.set_cookie(DENSE, "1" if request.args.get(DENSE) else "", path="/admin", **keep)
        return answer

    def _hidden(self) -> set[str]:
        own: Any = self
        is_own = own_list(type(self).__name__)
        return set(own.list_columns[1:]) & set(request.cookies.get(HIDE, "").split("~")) if is_own else set()

    # --- FAB's widgets ---

    def _get_list_widget(
        self,
        filters: Any,
        actions: Any = None,
        order_column: str = "",
        order_direction: str = "",
        page: int | None = None,
        page_size: int | None = None,
        widgets: Any = None,
        **kwargs: Any,
    ) -> Any:
        own: Any = self
        if order_column not in own.order_columns:
            order_column = order_direction = ""
        order = (order_column, order_direction) if order_column else own.base_order
        page_size = min(page_size or own.page_size, MAX_PAGE)
        count, rows = self._listed(joined(filters, own._base_filters), order, page, page_size)  # noqa: SLF001
        hidden = self._hidden()
        widgets = widgets or {}
        widgets["list"] = own.list_widget(
            label_columns=own.label_columns,
            include_columns=[column for column in own.list_columns if column not in hidden],
            value_columns=own.datamodel.get_values(rows, own.list_columns),
            order_columns=own.order_columns,
            order=order,
            formatters_columns=own.formatters_columns,
            page=page,
            page_size=page_size,
            count=count,
            most=COUNTED,
            pks=own.datamodel.get_keys(rows),
            actions=actions or own.actions,
            filters=filters,
            modelview_name=type(self).__name__,
            all_columns=own.list_columns,
            is_dense=bool(request.cookies.get(DENSE)),
            verbs=self.row_verbs(rows),
            notes=self.notes_of(rows),
            noun_title=own.list_title,
            empty_text=own.empty_text,
            **kwargs,
        )
        return widgets

    def _listed(
        self, filters: Any, order: tuple[str, str], page: int | None, page_size: int | None
    ) -> tuple[int, Sequence[Any]]:
        """Count and one page: from columns where that is enough, else from objects."""
        own: Any = self
        plan = own.datamodel.plan(own.list_columns)
        if plan is None:
            found: tuple[int, Sequence[Any]] = own.datamodel.query(filters, *order, page=page, page_size=page_size)
            return found
        count, rows = own.datamodel.listed(plan, filters, order, page, page_size)
        return count, plan.lines(rows, current_actor())

    def _get_search_widget(self, form: Any = None, exclude_cols: Any = None, widgets: Any = None) -> Any:
        own: Any = self
        widgets = widgets or {}
        widgets["search"] = own.search_widget(
            form=form,
            include_cols=own.search_columns,
            filters=own._filters,  # noqa: SLF001
            tabs=tabs(self),
            plural=own.plural,
        )
        return widgets
