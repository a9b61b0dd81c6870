"""HuiyinModelRestApi: a resource at /api/v1/<plural>/. Bearer only; never 500 for what a client sends."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

import flask_appbuilder.api as fab_api
import jsonschema
from flask import Response, request
from flask_appbuilder import ModelRestApi
from flask_appbuilder.const import API_SELECT_COLUMNS_RIS_KEY
from flask_appbuilder.exceptions import FABException
from flask_babel import gettext
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from marshmallow import ValidationError
from sqlalchemy.exc import StatementError
from werkzeug.exceptions import HTTPException, UnsupportedMediaType

from app.domain.errors import Invalid, NotFound, Refused
from app.fab.cursors import BadCursor, beyond, mark, ordered_by
from app.fab.declared import Declared, titled
from app.fab.fitting import acceptable
from app.fab.interface import COUNTED
from app.fab.listing import Plan
from app.fab.problems import PROBLEM, detail_of, problem, problem_of
from app.fab.rows import fault_of
from app.fab.schemas import HuiyinSchemaConverter
from app.models.scope import current_actor

_PAGES = 2**31
_ERRORS = (400, 401, 403, 404, 409, 413, 415, 422, 500)
_SHAPE = {"type": "object", "properties": {"title": {"type": "string"}, "detail": {"type": "string"}}}


class BadQuery(FABException):
    """The list's arguments cannot be followed: 400."""


class PreparedSchemas:
    """Stands in for `jsonschema` in FAB's rison decorator, which checks its schema at each request (5 ms)."""

    ValidationError = jsonschema.ValidationError
    _made: ClassVar[dict[int, Any]] = {}

    @classmethod
    def validate(cls, instance: Any, schema: Any) -> None:
        """Raise ValidationError for the most telling fault. FAB's schemas are constants, so their ids are stable."""
        made = cls._made.get(id(schema)) or cls._made.setdefault(id(schema), Draft202012Validator(schema))
        if fault := best_match(made.iter_errors(instance)):
            raise fault


fab_api.jsonschema = PreparedSchemas  # type: ignore[attr-defined]


def answering(method: Callable[..., Response]) -> Callable[..., Response]:
    """Turn what may go wrong in an endpoint into the API's answers."""

    @wraps(method)
    def answered(self: Any, *args: Any, **kwargs: Any) -> Response:
        try:
            return method(self, *args, **kwargs)
        except ValidationError as error:
            return problem_of(Invalid(error.normalized_messages()))
        except (Refused, Invalid, NotFound) as error:
            return problem_of(error)
        except FABException as error:
            return problem(400, str(error))
        except HTTPException as error:
            return problem(error.code or 500, detail_of(error))
        except StatementError as error:
            self.datamodel.session.rollback()
            fault_of(error)  # raises again where it is the database's own trouble
            return problem(400, gettext("A value in the query does not fit its column."))

    return answered


def _by_number(method: Any) -> Any:
    """FAB's put and delete take any text as id, so that a get of a wrong id is answered 405: numbers only, like get."""

    @wraps(method)
    def numbered(self: Any, pk: int) -> Any:
        return method(self, pk)

    numbered._urls = [("/<int:pk>", methods) for _, methods in method._urls]  # type: ignore[attr-defined] # noqa: SLF001
    return numbered


class HuiyinModelRestApi(Declared, ModelRestApi):
    """List, get, post, put (partial) and delete of a resource, as its rights allow: otherwise 405 or 403."""

    methods: ClassVar = {
        "get_list": "read",
        "get": "read",
        "info": "read",
        "post": "create",
        "put": "update",
        "delete": "delete",
    }
    is_rest = True
    allow_browser_login = False
    max_page_size = 100
    model2schemaconverter = HuiyinSchemaConverter
    responses: ClassVar = {
        str(code): {"description": Response(status=code).status, "content": {PROBLEM: {"schema": _SHAPE}}}
        for code in _ERRORS
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Derive address and titles. FAB's JSON reaches one relation far: columns beyond that are for pages only."""
        own: Any = cls
        for name in ("list_columns", "show_columns") if cls.model is not None else ():
            setattr(own, name, [column for column in getattr(cls, name) or () if column.count(".") < 2])
        super().__init_subclass__(**kwargs)
        if cls.model is not None:
            own.resource_name = own.openapi_spec_tag = cls.plural
            own.list_title = own.show_title = own.add_title = own.edit_title = titled(cls)

    def __init__(self) -> None:
        """Tell the schemas about the resource's choices."""
        super().__init__()
        self.model2schemaconverter.choices = self.choice_columns

    # --- reading ---

    @answering
    def get_list_headless(self, **kwargs: Any) -> Response:
        """FAB's list, from columns where that is enough. `?cursor=` goes on after a page, `?count=exact` counts all."""
        asked = kwargs.get("rison", {})
        _, pruned = self._handle_columns_args(asked, self.list_select_columns, self.list_columns)
        answer: dict[str, Any] = {}
        self.set_response_key_mappings(answer, self.get_list, asked, **{API_SELECT_COLUMNS_RIS_KEY: pruned})
        filters, order = self._handle_filters_args(asked), self._handle_order_args(asked)
        (page, size), after = self._handle_page_args(asked), self._after(order)
        plan = self.datamodel.plan(pruned or self.list_columns)
        count, rows = self.datamodel.listed(plan, filters, order, 0 if after is not None else page, size, after)
        answer |= self._listed(plan, rows, pruned) | {"count": count, "next": self._next(plan, order, rows, size)}
        if count > COUNTED and request.args.get("count") == "exact":
            answer["count"], answer["count_exact"] = self.datamodel.exact_count(filters), True
        self.pre_get_list(answer)
        return self.response(200, **answer)

    def _listed(self, plan: Plan | None, rows: list[Any], pruned: list[str]) -> dict[str, Any]:
        if plan is not None:
            return {"result": plan.answers(rows, current_actor()), "ids": [row[0] for row in rows]}
        convert: Any = self.model2schemaconverter.convert
        schema = convert(pruned) if pruned else self.list_model_schema
        return {"result": schema.dump(rows, many=True), "ids": self.datamodel.get_keys(rows)}

    def _after(self, order: tuple[str, str]) -> Any:
        marked = request.args.get("cursor")
        try:
            return beyond(self.datamodel, order, marked) if marked else None
        except BadCursor as error:
            raise BadQuery(gettext("This is no cursor of this list.")) from error

    def _next(self, plan: Plan | None, order: tuple[str, str], rows: list[Any], size: int | None) -> str | None:
        """The mark of the last row of a full page."""
        if not rows or len(rows) != size or ordered_by(self.datamodel, order[0]) is None:
            return None
        last = rows[-1]
        value, key = (getattr(last, order[0]), last.id) if plan is None else (last[-1], last[0])
        return mark(order, value, key)

    @answering
    def get_headless(self, pk: Any, **kwargs: Any) -> Response:
        """FAB's get."""
        return super().get_headless(pk, **kwargs)

    @answering
    def info_headless(self, **kwargs: Any) -> Response:
        """FAB's description of the forms, with the values of relations that are in scope."""
        return super().info_headless(**kwargs)

    def pre_get_list(self, data: dict[str, Any]) -> None:
        """Say so where the count stopped."""
        if data["count"] > COUNTED and not data.get("count_exact"):
            data.update(count=COUNTED, count_exact=False)

    def _handle_filters_args(self, rison_args: dict[str, Any]) -> Any:
        for each in rison_args.get("filters", ()):
            known = self._filters.get_search_filters().get(each["col"], ())
            if each["opr"] not in {one.arg_name for one in known}:
                raise BadQuery(gettext("No such filter: %(name)s", name=f"{each['col']} {each['opr']}"))
            if not acceptable(self.datamodel, each["col"], each["opr"], each["value"]):
                raise BadQuery(gettext("Not a valid value for %(name)s.", name=each["col"]))
        return super()._handle_filters_args(rison_args)

    def _handle_order_args(self, rison_args: dict[str, Any]) -> tuple[str, str]:
        column = rison_args.get("order_column")
        if column and column not in self.order_columns:
            raise BadQuery(gettext("Not an order column: %(name)s", name=column))
        return super()._handle_order_args(rison_args)

    def _sanitize_page_args(self, page: Any, page_size: Any) -> tuple[int | None, int | None]:
        for value, least in ((page, 0), (page_size, -1)):
            if value is not None and (type(value) is not int or not least <= value < _PAGES):
                raise BadQuery(gettext("Not a page: %(value)s", value=value))
        return super()._sanitize_page_args(page, page_size)

    def _get_fields_info(self, cols: Any, model_schema: Any, filter_rel_fields: Any, **kwargs: Any) -> list[Any]:
        found = super()._get_fields_info(cols, model_schema, filter_rel_fields, **kwargs)
        for line in found:
            line["label"], line["description"] = (
                str(text.get(line["name"], "")) for text in (self.label_columns, self.description_columns)
            )
            term = (kwargs.get(line["name"]) or {}).get("term")
            if term and "values" in line:
                rows = self.datamodel.get_related_interface(line["name"])
                line["values"] = [{"id": rows.get_pk_value(r), "value": str(r)} for r in rows.offer(str(term))]
                line["count"] = len(line["values"])
        return found

    # --- writing ---

    put = _by_number(ModelRestApi.put)
    delete = _by_number(ModelRestApi.delete)

    def _loaded(self, schema: Any, item: Any = None) -> Any:
        """The row from the request's JSON. A schema of its own: FAB's is shared by threads and holds the row."""
        if not request.is_json:
            raise UnsupportedMediaType(gettext("The body must be JSON."))
        with self.datamodel.session.no_autoflush:
            return type(schema)().load(request.get_json(), instance=item, partial=item is not None)

    @answering
    def post_headless(self) -> Response:
        """Create a row through the write hook: 201 with its id."""
        item = self._loaded(self.add_model_schema)
        self.datamodel.add(item)
        result = self.add_model_schema.dump(item, many=False)
        return self.response(201, id=self.datamodel.get_pk_value(item), result=result)

    @answering
    def put_headless(self, pk: Any) -> Response:
        """Change the columns given, through the write hook."""
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            return self.response_404()
        self._loaded(self.edit_model_schema, item)
        self.datamodel.edit(item)
        return self.response(200, id=item.id, result=self.edit_model_schema.dump(item, many=False))

    @answering
    def delete_headless(self, pk: Any) -> Response:
        """Delete a row through the write hook."""
        item = self.datamodel.get(pk, self._base_filters)
        if item is None:
            return self.response_404()
        self.datamodel.delete(item)
        return self.response(200, message="OK")
