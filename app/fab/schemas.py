"""JSON to rows and back: related rows by id only and within scope, aware times, known choices.

marshmallow-sqlalchemy takes an object for a related row and inserts it, and turns an id that is not found into
a new row; FAB keeps one schema object for all threads, and opens every column where the list is empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_appbuilder.api.convert import Model2SchemaConverter
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, validate
from marshmallow_sqlalchemy import SQLAlchemyAutoSchema
from marshmallow_sqlalchemy.fields import Related, RelatedList

from app.domain.calendar import CHINA
from app.fab.rows import LAST_KEY, key_of

_KEPT = 256


class IdRelated(Related):
    """A related row by its integer id, looked up in scope: an object, a boolean or a foreign id is no such row."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        key = key_of(value) if type(value) is int else None
        row = None if key is None else self.session.get(self.related_model, key)
        if row is None:
            raise ValidationError(gettext("No such row."))
        return row


class ChinaTime(fields.AwareDateTime):
    """An aware time, answered with China's offset; FAB answers naive ones."""

    def _serialize(self, value: datetime | None, *args: Any, **kwargs: Any) -> Any:
        return super()._serialize(value.astimezone(CHINA) if value else None, *args, **kwargs)


class HuiyinSchemaConverter(Model2SchemaConverter):
    """FAB's converter with safe relations. Schemas are not registered by name and kept only so many."""

    choices: Mapping[str, Any] = {}

    def __init__(self, datamodel: Any, validators_columns: Any) -> None:
        """Convert for one interface."""
        super().__init__(datamodel, validators_columns)
        self._made: dict[Any, Any] = {}

    def convert(
        self, columns: Sequence[str], model: Any = None, nested: bool = True, parent_schema_name: str | None = None
    ) -> Any:
        """A schema of these columns; the same one again for the same columns."""
        key = (tuple(columns), model, nested, parent_schema_name)
        if key not in self._made:
            if len(self._made) > _KEPT:
                self._made.clear()
            self._made[key] = super().convert(list(columns), model, nested, parent_schema_name)
        return self._made[key]

    def _meta_schema_factory(
        self, columns: Any, model: Any, class_mixin: Any, parent_schema_name: str | None = None
    ) -> Any:
        options = {
            "model": model,
            "fields": columns,
            "load_instance": True,
            "sqla_session": current_app.appbuilder.session,  # type: ignore[attr-defined]
            "parent_schema_name": parent_schema_name,
            "register": False,
        }
        bases = (SQLAlchemyAutoSchema, class_mixin) if columns else (Schema,)
        return type("MetaSchema", bases, {"Meta": type("Meta", (), options)})

    def _column2field(
        self, datamodel: Any, column: Any, nested: bool = True, parent_schema_name: str | None = None
    ) -> Any:
        field = super()._column2field(datamodel, column, nested, parent_schema_name)
        if datamodel.is_datetime(column.name):
            aware = ChinaTime(format="iso", required=field.required, allow_none=field.allow_none)
            aware.unique = field.unique  # type: ignore[attr-defined] # FAB asks for it
            return aware
        if datamodel.is_integer(column.name):  # SQLite would keep more, PostgreSQL names no column
            field.validators.append(validate.Range(-LAST_KEY - 1, LAST_KEY, error="Not a valid value."))
        if column.name in self.choices and datamodel.obj is self.datamodel.obj:
            known = [value for value, _ in self.choices[column.name]]
            field.validators.append(validate.OneOf(known, error="Please choose one of the list."))
        return field

    def _column2relation(
        self, datamodel: Any, column: Any, nested: bool = False, parent_schema_name: str | None = None
    ) -> Any:
        named = f"{parent_schema_name}.{column.name}" if nested and parent_schema_name else parent_schema_name
        field = super()._column2relation(datamodel, column, nested, named)  # two relations to one model: two names
        related = field.inner if isinstance(field, RelatedList) else field
        if isinstance(related, Related):
            related.__class__ = IdRelated
        return field
