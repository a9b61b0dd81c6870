"""HTML forms from models: pickers that ask the server, choices by name, times in China, false booleans, JSON.

FAB loads every related row into each select (32 s for 200,000), preselects the first one where a choice is
required, cannot save an unticked required box, and knows no time zone.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from flask_appbuilder.fieldwidgets import BS3TextAreaFieldWidget
from flask_appbuilder.forms import GeneralModelConverter
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, DateTimeLocalField, SelectField, TextAreaField
from wtforms.fields.choices import Choice, SelectChoice, SelectFieldBase
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, StopValidation
from wtforms.widgets import Select

from app.domain.calendar import CHINA
from app.fab.interface import OFFERED, HuiyinInterface
from app.fab.rows import LAST_KEY


class RowField(SelectFieldBase):
    """One related row, chosen among those in scope; its id is looked up, never trusted."""

    widget = Select()
    many = False

    def __init__(self, *args: Any, rows: HuiyinInterface, endpoint: str = "", **kwargs: Any) -> None:
        """`rows` is the interface of the related model, `endpoint` the page that searches for the picker."""
        super().__init__(*args, **kwargs)
        self.rows, self.endpoint, self._is_bad = rows, endpoint, False
        self._offered: list[Any] | None = None

    def offered(self) -> list[Any]:
        """The rows in the select when the page opens."""
        if self._offered is None:
            self._offered = self.rows.offer()
        return self._offered

    def rows_of(self, ids: Any) -> list[Any]:
        """The rows of these ids. Raises NoSuchRow."""
        return self.rows.known_rows(ids)

    def far(self) -> str:
        """The address that searches for the picker, once there are more rows than a select may hold."""
        return url_for(self.endpoint, column=self.name) if self.endpoint and len(self.offered()) >= OFFERED else ""

    def _chosen(self) -> list[Any]:
        return [] if self.data is None else [self.data]

    def iter_choices(self) -> Iterator[Choice]:
        """A blank (one row only), what is chosen, then what is offered."""
        if not self.many:
            yield Choice("", "", render_kw={}, selected=not self._chosen())
        chosen = self._chosen()
        for row in [*chosen, *(row for row in self.offered() if row not in chosen)]:
            yield Choice(str(self.rows.get_pk_value(row)), str(row), render_kw={}, selected=row in chosen)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Look the ids up in scope."""
        asked = [value for value in valuelist if value not in ("", "__None")]
        found = self.rows.get_many(asked)
        self._is_bad = len(found) < len(set(asked))
        self.data = found if self.many else next(iter(found), None)

    def pre_validate(self, form: Any) -> None:
        """Refuse ids that nobody may choose."""
        if self._is_bad:
            raise StopValidation(gettext("Not a valid choice"))


class RowsField(RowField):
    """Several related rows."""

    widget = Select(multiple=True)
    many = True

    def _chosen(self) -> list[Any]:
        return list(self.data or ())


def plain_day(text: str) -> str:
    """A day as people type it: full-width digits, 2026/1/5, 2026年1月5日 and 20260105 are 2026-01-05."""
    text = unicodedata.normalize("NFKC", text).strip()
    found = re.match(r"(\d{4})(?:[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,2})日?|(\d{2})(\d{2}))(?!\d)", text)
    if found is None:
        return text
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    return f"{year}-{int(month):02}-{int(day):02}{text[found.end() :]}"


class DayField(DateField):
    """A day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; it stays on the page as it was."""
        try:
            super().process_formdata([plain_day(each) for each in valuelist])
        except ValueError as error:
            raise ValueError(gettext("Give a date such as 2026-11-24.")) from error


class ChinaTimeField(DateTimeLocalField):
    """A moment typed in China time, kept aware and in UTC."""

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return self.data.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; it stays on the page as it was."""
        try:
            super().process_formdata([plain_day(each) for each in valuelist])
        except ValueError as error:
            raise ValueError(gettext("Give day and time such as 2026-11-24 09:30.")) from error

    def process_data(self, value: datetime | None) -> None:
        """Show the kept moment in China time."""
        self.data = value.astimezone(CHINA).replace(tzinfo=None) if value and value.tzinfo else value

    def populate_obj(self, obj: Any, name: str) -> None:
        """Keep the typed moment as aware UTC."""
        setattr(obj, name, self.data.replace(tzinfo=CHINA).astimezone(UTC) if self.data else None)


class JsonField(TextAreaField):
    """A JSON value as indented text."""

    widget = BS3TextAreaFieldWidget()

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else _as_json(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was typed."""
        try:
            self.data = json.loads(valuelist[0]) if valuelist and valuelist[0].strip() else None
        except (ValueError, RecursionError) as error:
            raise ValueError(gettext("Not valid JSON.")) from error


def _as_json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def _trimmed(value: Any) -> Any:
    return value.strip() or None if isinstance(value, str) else value


def _whole() -> NumberRange:
    """What an INTEGER holds. FAB's own checks come first: whether it may be empty."""
    return NumberRange(-LAST_KEY - 1, LAST_KEY, _l("The number is too large or too small."))


class HuiyinFormConverter(GeneralModelConverter):
    """FAB's converter with the fields above. `choices` maps a text column to its (value, label) pairs."""

    def __init__(self, datamodel: HuiyinInterface, choices: Mapping[str, Any], endpoint: str = "") -> None:
        """Convert for one interface."""
        super().__init__(datamodel)
        self.choices, self.endpoint = choices, endpoint

    def _convert_many_to_one(
        self,
        col_name: str,
        label: Any,
        description: Any,
        lst_validators: list[Any],
        filter_rel_fields: Any,
        form_props: Any,
    ) -> Any:
        needed = Optional() if self.datamodel.is_nullable(col_name) else DataRequired()
        form_props[col_name] = self._rows(RowField, col_name, label, description, [*lst_validators, needed])
        return form_props

    def _convert_many_to_many(
        self,
        col_name: str,
        label: Any,
        description: Any,
        lst_validators: list[Any],
        filter_rel_fields: Any,
        form_props: Any,
    ) -> Any:
        form_props[col_name] = self._rows(RowsField, col_name, label, description, [*lst_validators])
        return form_props

    def _rows(self, kind: type[RowField], name: str, label: Any, description: Any, validators: list[Any]) -> Any:
        rows = self.datamodel.get_related_interface(name)
        return kind(label, validators=validators, description=description, rows=rows, endpoint=self.endpoint)

    def _convert_simple(self, col_name: str, label: Any, description: Any, lst_validators: Any, form_props: Any) -> Any:
        own = self._own_field(col_name)
        if own is None:
            form_props = super()._convert_simple(col_name, label, description, [*lst_validators], form_props)
            form_props[col_name].kwargs.setdefault("filters", [_trimmed])
            if self.datamodel.is_integer(col_name):  # SQLite would keep more, PostgreSQL names no column
                form_props[col_name].kwargs["validators"].append(_whole())
            return form_props
        kind, options = own
        needed = (
            [] if kind is BooleanField else [Optional() if self.datamodel.is_nullable(col_name) else InputRequired()]
        )
        default = self.datamodel.get_col_default(col_name)
        form_props[col_name] = kind(
            label, description=description, validators=[*lst_validators, *needed], default=default, **options
        )
        return form_props

    def _own_field(self, name: str) -> tuple[Any, dict[str, Any]] | None:
        if name in self.choices:
            choices = [SelectChoice(value, label) for value, label in [("", ""), *self.choices[name]]]
            return SelectField, {"choices": choices, "filters": [_trimmed]}
        for is_kind, kind in (
            (self.datamodel.is_boolean, BooleanField),
            (self.datamodel.is_date, DayField),
            (self.datamodel.is_datetime, ChinaTimeField),
            (self.datamodel.is_json, JsonField),
        ):
            if is_kind(name):
                return kind, {} if kind is BooleanField else {"render_kw": {"class": "form-control"}}
        return None
