"""Whether a filter's value fits its column. FAB drops one that does not, and then shows everything."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from dateutil import parser as dates

from app.fab.days import is_time
from app.fab.rows import key_of
from app.models.search import is_searchable


def acceptable(datamodel: Any, column: str, operator: str | None, value: Any) -> bool:
    """Whether a filter's value fits its column; FAB ignores one that does not, and then shows everything."""
    if isinstance(value, list):
        return bool(value) and all(acceptable(datamodel, column, operator, one) for one in value)
    if operator in _BY_OPERATOR:
        return _BY_OPERATOR[operator](value)
    if datamodel.is_relation(column):
        return key_of(value) is not None
    for is_kind, fits in _FITS:
        if getattr(datamodel, is_kind)(column):
            return fits(datamodel, column, value)
    return isinstance(value, str)


def _is_number(_: Any, __: str, value: Any) -> bool:
    try:
        return not isinstance(value, bool) and math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        return False


def is_whole(_: Any, __: str, value: Any) -> bool:
    """Whether this is an integer, or the digits of one."""
    return type(value) is int or (isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value) is not None)


def _is_moment(_: Any, __: str, value: Any) -> bool:
    try:
        return isinstance(value, date | datetime) or bool(dates.parse(value))
    except (TypeError, ValueError, OverflowError):
        return False


def _is_member(datamodel: Any, column: str, value: Any) -> bool:
    return value in datamodel.list_columns[column].type.enums


_BY_OPERATOR: dict[str | None, Callable[[Any], bool]] = {
    "has": is_searchable,
    "ge": is_time,
    "le": is_time,
    "is": lambda value: isinstance(value, bool) or value in ("y", "n"),
    "rel_ct": lambda value: isinstance(value, str) and 0 < len(value) <= 100,
}
_FITS: tuple[tuple[str, Callable[[Any, str, Any], bool]], ...] = (
    ("is_enum", _is_member),
    ("is_integer", is_whole),
    ("is_numeric", _is_number),
    ("is_float", _is_number),
    ("is_boolean", lambda _, __, value: isinstance(value, bool) or value == "y"),
    ("is_date", _is_moment),
    ("is_datetime", _is_moment),
)
