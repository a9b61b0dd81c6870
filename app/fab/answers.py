"""JSON answers written by orjson, which is some ten times as fast as the standard library."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from flask import current_app
from flask.json.provider import DefaultJSONProvider
from flask_babel import LazyString
from werkzeug.sansio.response import Response

_AS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | LazyString):
        return str(value)
    return DefaultJSONProvider.default(value)


class QuickJson(DefaultJSONProvider):
    """Flask's provider, whose answers orjson writes; what orjson refuses (a lone surrogate) goes the slow way."""

    ensure_ascii = False
    sort_keys = False

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An answer of these values, in UTF-8."""
        values = self._prepare_response_obj(args, kwargs)
        try:
            body = orjson.dumps(values, default=_plain, option=_AS)
        except TypeError:
            return super().response(*args, **kwargs)
        return current_app.response_class(body + b"\n", mimetype=self.mimetype)
