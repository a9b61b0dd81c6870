"""How an endpoint of ours is declared: its address, its permission and its text in OpenAPI, above the method."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar

from flask import Response, abort, request
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.fab.apis import HuiyinModelRestApi
from app.fab.guard import flaw

ID = "<int(max=2147483647):case_id>"
"""A case's id in an address; a larger number is no id in any database of ours: 404."""
_PLACE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
Answers = Mapping[int, tuple[str, str]]
Method = Callable[..., Response]


def endpoint(
    rule: str,
    method: str = "GET",
    *,
    permission: str = "read",
    takes: str = "",
    answers: Answers,
    faults: tuple[int, ...] = (404,),
) -> Callable[[Method], Method]:
    """Make a method an endpoint that needs `can_<permission>` on its class.

    `takes` and the second of each of `answers` name a schema among the components of the class's description.
    """

    def decorate(function: Method) -> Method:
        @wraps(function)
        def checked(self: Any, **arguments: Any) -> Response:
            for given, code in ((arguments, 404), (request.args.to_dict(), 400)):
                if flaw(given, 2):
                    abort(code)
            return function(self, **arguments)

        words = {"summary": (function.__doc__ or "").splitlines()[0], **_described(rule, takes, answers, faults)}
        checked.__doc__ = f"{function.__doc__}\n---\n{json.dumps({method.lower(): words})}"
        guarded: Method = expose(rule, methods=(method,))(protect()(permission_name(permission)(checked)))
        return guarded

    return decorate


def _described(rule: str, takes: str, answers: Answers, faults: tuple[int, ...]) -> dict[str, Any]:
    places = [
        {"in": "path", "name": name, "required": True, "schema": {"type": "integer" if kind == "int" else "string"}}
        for kind, name in _PLACE.findall(rule)
    ]
    answered = {
        str(code): {"description": text, **({"content": _json(name)} if name else {})}
        for code, (text, name) in answers.items()
    }
    refused = {str(code): {"$ref": f"#/components/responses/{code}"} for code in (400, 401, 403, *faults)}
    content = {"multipart/form-data": _json(takes)["application/json"]} if takes == "Upload" else _json(takes)
    taken = {"requestBody": {"required": True, "content": content}} if takes else {}
    return {"parameters": places, **taken, "responses": {**answered, **refused}}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


class PlainApi(BaseApi):
    """An API that is no noun of its own; errors look as they do everywhere."""

    responses: ClassVar = HuiyinModelRestApi.responses
