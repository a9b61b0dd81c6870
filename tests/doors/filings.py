"""The intake call's body for matter A10 in 410105, which passes every check, and ways to change it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from tests.factories import FORM

BODY: dict[str, Any] = {
    "channel": "hotline",
    "matter_code": "A10",
    "region_code": "410105",
    "title": "清单外收费",
    "body": "窗口收取了清单以外的费用，没有收据。",
    "occurred_on": "2026-10-08",
    "respondent": {"name": "某街道办事处", "kind": "government"},
    "complainant": {"kind": "person", "name": "王小明", "phone": "13812341234", "anonymous": False},
    "form": dict(FORM),
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """A body with one value set, as in `changed("complainant.phone", "1")`."""
    body = deepcopy(BODY)
    *parents, name = path.split(".")
    place = body
    for parent in parents:
        place = place[parent]
    place[name] = value
    return body


def without(*names: str) -> dict[str, Any]:
    """A body without these names."""
    return {name: value for name, value in deepcopy(BODY).items() if name not in names}


def numbered(number: str, **changes: Any) -> dict[str, Any]:
    """A body with an external number of the source system `hotline-x`."""
    return {**deepcopy(BODY), "source_system": "hotline-x", "external_no": number, **changes}


def fields(answer: Any) -> set[str]:
    """Names of the fields that an answer finds fault with."""
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.text
    return {line["field"] for line in answer.get_json()["errors"]}
