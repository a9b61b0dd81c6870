"""HuiyinModelView: list, show, add, edit, delete and actions of one noun, within scope and as its rights allow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, current_app, flash, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import ModelView
from flask_appbuilder.baseviews import expose
from flask_appbuilder.urltools import get_filter_args, get_order_args, get_page_args, get_page_size_args
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from app.domain.errors import Invalid, NotFound, Refused
from app.fab import badges
from app.fab.declared import Declared, Pickable, titled
from app.fab.forms import HuiyinFormConverter
from app.fab.home import AdminIndex, to_login
from app.fab.interface import NoSuchRow
from app.fab.lists import Listed
from app.fab.problems import reason_text

__all__ = ["AdminIndex", "HuiyinModelView", "tell", "to_login"]


def tell(error: Exception, form: Any = None) -> None:
    """Say an error of the domain to the user: on the form's field where there is one, else as a flash message."""
    if isinstance(error, Refused):
        for reason in error.reasons:
            flash(reason_text(reason), "danger")
    elif isinstance(error, Invalid):
        for name, message in error.fields.items():
            field = None if form is None else form._fields.get(name)
            if field is None:
                flash(f"{name}: {gettext(message)}".lstrip(": "), "danger")
            else:
                field.errors = [*field.errors, gettext(message)]
    else:
        flash(gettext("There is no such row."), "danger")


class HuiyinModelView(Listed, Declared, Pickable, ModelView):
    """The HTML side of a resource, at /admin/<plural>/. Actions answer POST only and get rows in scope only."""

    formatters_columns: Any
    add_form: Any
    edit_form: Any
    methods: ClassVar = {
        "list": "read",
        "show": "read",
        "pick": "read",
        "add": "create",
        "edit": "update",
        "delete": "delete",
        "download": "nobody",
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Derive address and titles."""
        super().__init_subclass__(**kwargs)
        if cls.model is not None:
            own: Any = cls
            own.route_base = f"/admin/{cls.plural}"
            own.list_title = own.show_title = title = titled(cls)
            own.add_title = lazy_gettext("%(noun)s: add", noun=title)
            own.edit_title = lazy_gettext("%(noun)s: edit", noun=title)

    def _init_properties(self) -> None:
        super()._init_properties()
        names = {column: dict(pairs) for column, pairs in self.choice_columns.items()}
        tones = self.tone_columns
        columns = {*names, *tones}
        toned = {column: badges.toned(tones.get(column, {}), names.get(column, {})) for column in columns}
        self.formatters_columns = {**toned, **self.formatters_columns}

    def _init_forms(self) -> None:
        convert = HuiyinFormConverter(self.datamodel, self.choice_columns, f"{type(self).__name__}.pick")
        self.search_form = convert.create_form(self.label_columns, self.search_columns)
        texts = self.description_columns, self.validators_columns
        self.add_form = self.add_form or convert.create_form(self.label_columns, self.add_columns, *texts)
        self.edit_form = self.edit_form or convert.create_form(self.label_columns, self.edit_columns, *texts)

    # --- related tabs: only those that the user may read ---

    @property
    def _related_views(self) -> list[Any]:
        known: list[Any] = self.__dict__.setdefault("_tabs", [])
        if not has_request_context() or self.appbuilder is None:
            return known
        may = self.appbuilder.sm.has_access
        return [view for view in known if may("can_read", view.class_permission_name)]

    @_related_views.setter
    def _related_views(self, views: list[Any]) -> None:
        self.__dict__["_tabs"] = views

    # --- reading ---

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        widgets = super()._get_show_widget(pk, item, *args, **kwargs)
        widgets["show"].template_args["row"] = str(item)
        return widgets

    # --- writing ---

    def _do(self, act: Callable[[Any], None], item: Any, message: Any, form: Any = None) -> bool:
        """Fill the row from the form, hand it on, and say how it went."""
        try:
            if form is not None:
                with self.datamodel.session.no_autoflush:
                    form.populate_obj(item)
            act(item)
        except (Refused, Invalid, NotFound) as error:
            self.datamodel.session.rollback()
            tell(error, form)
            return False
        flash(message, "success")
        return True

    def _add(self) -> Any:
        get_filter_args(self._filters, disallow_if_not_in_search=False)
        fixed = self._filters.get_relation_cols()
        form = self.add_form.refresh()
        if request.method == "POST":
            try:
                self._fill_form_exclude_cols(fixed, form)
            except NoSuchRow:
                abort(404)
            new = self.datamodel.obj()
            if form.validate() and self._do(self.datamodel.add, new, self.add_row_message, form):
                return None
        else:
            self.update_redirect()
        return self._get_add_widget(form=form, exclude_cols=fixed)

    def _edit(self, pk: Any) -> Any:
        item = self.datamodel.get(pk, self._base_filters) or abort(404)
        if request.method == "POST":
            form = self.edit_form.refresh(request.form)
            form._id = self.datamodel.get_pk_value(item)  # noqa: SLF001 - what FAB\'s Unique looks at
            if form.validate() and self._do(self.datamodel.edit, item, self.edit_row_message, form):
                return None
        else:
            form = self.edit_form.refresh(obj=item)
            self.prefill_form(form, pk)
            self.update_redirect()
        widgets = self._get_edit_widget(form=form)
        item = self.datamodel.get(pk, self._base_filters) or abort(404)
        args = {"orders": get_order_args(), "pages": get_page_args(), "page_sizes": get_page_size_args()}
        return self._get_related_views_widgets(item, widgets=widgets, **args)

    def _delete(self, pk: Any) -> None:
        item = self.datamodel.get(pk, self._base_filters) or abort(404)
        self._do(self.datamodel.delete, item, self.delete_row_message)
        self.update_redirect()

    # --- actions ---

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    def action(self, name: str, pk: str) -> ResponseReturnValue:
        """One row's action."""
        return self._act(name, [pk], is_single=True)

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> ResponseReturnValue:
        """An action on the rows ticked in the list."""
        return self._act(request.form.get("action", ""), request.form.getlist("rowid"), is_single=False)

    def _act(self, name: str, pks: list[str], *, is_single: bool) -> ResponseReturnValue:
        known = self.actions.get(name)
        if known is None or not (known.single if is_single else known.multiple):
            abort(404)
        if not current_app.appbuilder.sm.has_access(  # type: ignore[attr-defined]
            self.get_action_permission_name(name), self.class_permission_name
        ):
            return to_login() if not current_user.is_authenticated else abort(403)
        rows = self.datamodel.get_many(pks, self._base_filters) or abort(404)
        try:
            answer: ResponseReturnValue = known.func(rows[0] if is_single else rows)
        except (Refused, Invalid, NotFound) as error:
            self.datamodel.session.rollback()
            tell(error)
            return redirect(self.get_redirect())
        return answer
