"""What an answer to a connected system holds of personal data: told by the names of its fields, whatever the route."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, request

PERSONAL = frozenset(
    {"title", "body", "form", "reply", "note", "comment", "supplement_request", "reject_reason"}
    | {"phone", "masked_phone", "masked_name"}
)
"""Texts in which persons may be named, and what is masked of them."""
PARTIES = frozenset({"complainant", "respondent"})
ABOUT = frozenset({"label_columns", "description_columns", "schema"})
"""What describes fields and holds none."""
FILES = "CaseAttachmentApi.evidence"


def delivered(response: Response) -> tuple[tuple[str, ...], Any]:
    """The personal fields that an answer fills, and its body (None for a file, into which nobody looks)."""
    if request.method in ("HEAD", "OPTIONS"):
        return (), None
    if not response.is_json:
        return ("attachment",), None
    body = json.loads(response.get_data())
    found = set(_fields(body))
    if request.endpoint == FILES and body.get("result"):
        found.add("attachment.name")
    return tuple(sorted(found)), body


def row_ids(body: Any, arguments: Mapping[str, Any]) -> list[int]:
    """The ids of the rows in an answer: those it names, else the one in the address."""
    named = body if isinstance(body, dict) else {}
    if "case_id" in arguments:
        return [int(arguments["case_id"])]
    found = named.get("ids") or [named.get("id", arguments.get("pk"))]
    return [int(each) for each in found if each is not None]


def _fields(body: Any) -> Iterator[str]:
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            for name, value in one.items():
                if name in PERSONAL and value:
                    yield name
                elif name in PARTIES and isinstance(value, dict):
                    yield from (f"{name}.{inner}" for inner in ("name", "phone") if value.get(inner))
                elif name not in ABOUT:
                    waiting.append(value)
