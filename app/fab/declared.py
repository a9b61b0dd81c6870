"""What view, API and chart derive alike from a resource: methods and permissions, lists, filters of one request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from inspect import getattr_static, isfunction
from typing import Any, ClassVar

from flask import has_request_context, jsonify, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from flask_babel import LazyString

from app.fab.check import LISTS, check
from app.fab.interface import OFFERED, HuiyinInterface, WriteHook
from app.fab.memo import memo
from app.resources.base import Chart, ReadyView, Rights, permission_of


class Declared:
    """Mix into a FAB base: `class MatterView(MatterResource, HuiyinModelView)` gets all the rest from the resource."""

    model: ClassVar[Any] = None
    noun: ClassVar[str] = ""
    plural: ClassVar[str] = ""
    rights: ClassVar[Rights] = {}
    charts: ClassVar[tuple[Chart, ...]] = ()
    choice_columns: ClassVar[Mapping[str, Any]] = {}
    guarded_columns: ClassVar[Iterable[str]] = ()
    tone_columns: ClassVar[Mapping[str, Mapping[Any, str]]] = {}
    countdown_columns: ClassVar[Mapping[str, str]] = {}
    ready_views: ClassVar[tuple[ReadyView, ...]] = ()
    empty_text: ClassVar[Any] = ""
    action_permissions: ClassVar[Mapping[str, str]] = {}
    write_hook: ClassVar[WriteHook | None] = None
    methods: ClassVar[Mapping[str, str]] = {}
    """FAB method -> right (read, create, update, delete, or a word no table knows: closed for everybody)."""
    is_rest: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Check the resource, then derive what FAB wants."""
        super().__init_subclass__(**kwargs)
        if cls.model is None:
            return
        own: Any = cls
        hook = getattr_static(cls, "write_hook")
        hook = hook.__func__ if isinstance(hook, staticmethod) else hook
        own.datamodel = HuiyinInterface(cls.model, hook=hook)
        check(own)
        own.datamodel.shown = (*own.list_columns, *own.show_columns)
        own.base_order = getattr(cls, "base_order", None) or ("id", "desc")
        own.label_columns = dict(getattr(cls, "label_columns", None) or {})
        own.class_permission_name = cls.noun
        cls._derive_methods()

    @classmethod
    def _derive_methods(cls) -> None:
        own: Any = cls
        closed = {name for name, right in cls.methods.items() if not cls.rights.get(right)}
        open_ = {name: permission_of(cls.rights, right) for name, right in cls.methods.items() if name not in closed}
        static = {name: getattr_static(cls, name) for name in dir(cls)}
        acts = {name for name, value in static.items() if isfunction(value) and hasattr(value, "_action")}
        own.method_permission_name = {
            **dict.fromkeys(closed, "nobody"),
            **open_,
            **{name: cls.action_permissions.get(name, "write") for name in acts},
        }
        own.exclude_route_methods = {*own.exclude_route_methods, *closed, *(() if acts else ("action", "action_post"))}

    def _init_properties(self) -> None:
        """Let FAB fill its gaps, then put back what was declared: an empty list means none, not all."""
        super()._init_properties()  # type: ignore[misc]
        own: Any = self
        own.label_columns = dict(own.label_columns)
        for name in LISTS:
            setattr(own, name, list(getattr(type(own), name)))
        own._gen_labels_columns([*own.list_columns, *own.show_columns])  # noqa: SLF001
        own._filters = own.datamodel.get_filters(own.search_columns)  # noqa: SLF001

    @property
    def _filters(self) -> Any:
        """The request's own filters. FAB keeps one object for the whole process, which threads mix up (#2366)."""
        pattern = self.__dict__.get("_pattern")
        if pattern is None or not has_request_context():
            return pattern
        key = ("filters", id(self))
        if key not in memo():
            memo()[key] = fresh = copy(pattern)
            fresh.clear_filters()
        return memo()[key]

    @_filters.setter
    def _filters(self, pattern: Any) -> None:
        self.__dict__["_pattern"] = pattern


class Pickable:
    """Answers the pickers of a page's forms: rows of one relation within scope, found by code or name."""

    datamodel: Any

    @expose("/pick/<column>")
    @has_access
    @permission_name("read")
    def pick(self, column: str) -> ResponseReturnValue:
        """Rows for Select2: `?term=` part of a code or name; 404 for a column that no form here has."""
        own: Any = self
        if not self.datamodel.is_relation(column) or column not in {
            *own.search_columns,
            *getattr(own, "add_columns", ()),
            *getattr(own, "edit_columns", ()),
        }:
            return "", 404
        rows = self.datamodel.get_related_interface(column)
        found = rows.offer(request.args.get("term", "")[:100], OFFERED)
        return jsonify(results=[{"id": rows.get_pk_value(row), "text": str(row)} for row in found])


def titled(cls: Any) -> str | LazyString:
    """The resource's title (plural), else its noun. Never looked at here: lazy text has no language yet."""
    for base in cls.__mro__:
        title: str | LazyString | None = base.__dict__.get("title")
        if title is not None and not (isinstance(title, str) and title == "Title"):
            return title
    noun: str = cls.noun
    return noun
