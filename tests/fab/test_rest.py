"""REST: only declared columns, related rows by id and in scope, and an answer below 500 to everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from app.fab import interface
from tests.fab.conftest import Rest
from tests.fab.things import written

GOOD = {"code": "N1", "name": "new", "kind": 1}


def test_nothing_is_answered_that_was_not_declared(rest: Rest) -> None:
    for path in ("test-things/", "test-things/1", "test-things/_info", "_openapi"):
        said = rest("GET", path).text
        for word in ("hidden", "phone_sealed", "secret", "pbkdf2"):
            assert word not in said, path
    asked = rest("GET", "test-things/1", query_string={"q": "(columns:!(hidden,kind,kind.secret,name))"})
    assert asked.get_json()["result"] == {"name": "thing 1"}


def test_an_empty_list_of_columns_means_none(fab_app: Flask, rest: Rest) -> None:
    assert rest("GET", "test-kinds/_info").get_json()["add_columns"] == []
    schemas = rest("GET", "_openapi").get_json()["components"]["schemas"]
    assert schemas["KindApi.post"].get("properties", {}) == {}


def test_a_list_has_an_order_and_only_declared_ones(rest: Rest) -> None:
    assert rest("GET", "test-things/").get_json()["ids"][0] == 12
    by_kind = "(order_column:kind.name,order_direction:asc,page_size:2)"
    assert rest("GET", "test-things/", query_string={"q": by_kind}).get_json()["ids"] == [3, 6]
    assert rest("GET", "test-things/", query_string={"q": "(order_column:hidden)"}).status_code == 400


def test_a_page_is_at_most_a_hundred_and_a_large_count_stops(rest: Rest, monkeypatch) -> None:
    monkeypatch.setattr(interface, "COUNTED", 5)
    monkeypatch.setattr("app.fab.apis.COUNTED", 5)
    body = rest("GET", "test-things/", query_string={"q": "(page_size:100000)"}).get_json()
    assert (body["count"], body["count_exact"], len(body["ids"])) == (5, False, 12)


@pytest.mark.parametrize(
    "value",
    [99, True, None, "1", [1], {"id": 1}, {"name": "made by the way"}, 2**63 - 1, -1, 1.5],
)
def test_a_related_row_is_an_id_that_one_may_see(rest: Rest, value: Any) -> None:
    answer = rest("POST", "test-things/", json={**GOOD, "kind": value})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "kind"
    assert rest("GET", "test-kinds/").get_json()["count"] == 3
    assert rest("PUT", "test-things/1", json={"kind": value}).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "T01"}, "code"),
        ({"code": 1}, "code"),
        ({"code": "x" * 11}, "code"),
        ({"name": None}, "name"),
        ({"amount": "abc"}, "amount"),
        ({"size": "nope"}, "size"),
        ({"made_at": "2026-01-01T00:00:00"}, "made_at"),
        ({"status": "done"}, "status"),
        ({"id": 5}, "id"),
        ({"kind_id": 1}, "kind_id"),
        ({"name": "invalid"}, "name"),
    ],
)
def test_what_is_not_acceptable_is_said_by_field(rest: Rest, body: dict[str, Any], field: str) -> None:
    answer = rest("POST", "test-things/", json={**GOOD, **body})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [line["field"] for line in answer.get_json()["errors"]] == [field]
    assert rest("PUT", "test-things/2", json=body).status_code == 422


def test_a_refusal_is_409_with_reasons(rest: Rest) -> None:
    answer = rest("POST", "test-things/", json={**GOOD, "name": "refuse"})
    assert answer.status_code == 409
    assert answer.get_json()["reasons"] == [{"code": "no", "message": "Not this one."}]


def test_writes_go_through_the_hook_with_what_has_changed(rest: Rest) -> None:
    new = rest("POST", "test-things/", json={**GOOD, "made_at": "2026-01-01T08:00:00+08:00"}).get_json()
    assert new["result"]["made_at"] == "2026-01-01T08:00:00+08:00"
    assert rest("PUT", f"test-things/{new['id']}", json={"name": "other", "kind": 3}).status_code == 200
    assert rest("GET", f"test-things/{new['id']}").get_json()["result"]["code"] == "N1"
    assert rest("DELETE", f"test-things/{new['id']}").status_code == 200
    assert [kind for kind, _, _ in written] == ["create", "update", "delete"]
    assert written[1][2] == {"name": ("new", "other"), "kind": (1, 3)}


def test_a_refused_change_leaves_the_row_alone(rest: Rest) -> None:
    assert rest("PUT", "test-things/1", json={"name": "refuse"}).status_code == 409
    assert rest("GET", "test-things/1").get_json()["result"]["name"] == "thing 1"


@pytest.mark.parametrize("pk", ["99", "abc", "-1", "1e3", "%00", "9" * 20, "9" * 400, "1/2"])
def test_what_is_no_row_is_404(rest: Rest, pk: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert rest(method, f"test-things/{pk}", json={}).status_code == 404


@pytest.mark.parametrize(
    ("column", "operator", "value"),
    [
        ("made_at", "gt", "abc"),
        ("made_on", "lt", ""),
        ("amount", "eq", "abc"),
        ("amount", "in", []),
        ("is_open", "eq", "maybe"),
        ("code", "sw", 1),
        ("code", "nope", "x"),
        ("hidden", "eq", "x"),
        ("kind", "rel_o_m", "abc"),
        ("kind", "rel_o_m", 99),
    ],
)
def test_a_filter_that_makes_no_sense_is_400_not_everything(rest: Rest, column: str, operator: str, value: Any) -> None:
    asked = json.dumps({"filters": [{"col": column, "opr": operator, "value": value}]})
    assert rest("GET", "test-things/", query_string={"q": asked}).status_code == 400


@pytest.mark.parametrize(
    ("column", "operator", "value", "count"),
    [
        ("kind", "rel_o_m", 1, 4),
        ("amount", "gt", 10, 2),
        ("amount", "in", [1, 2, 99], 2),
        ("is_open", "eq", False, 3),
        ("name", "ct", "thing 1", 4),
        ("name", "ct", "a+b%41", 0),
        ("made_at", "gt", "2020-01-01", 0),
    ],
)
def test_filters_filter(rest: Rest, column: str, operator: str, value: Any, count: int) -> None:
    asked = json.dumps({"filters": [{"col": column, "opr": operator, "value": value}]})
    assert rest("GET", "test-things/", query_string={"q": asked}).get_json()["count"] == count


def test_the_forms_description_offers_related_rows_by_page_and_by_word(rest: Rest) -> None:
    def kinds(asked: str) -> list[Any]:
        body = rest("GET", "test-things/_info", query_string={"q": asked}).get_json()
        return next(line for line in body["add_columns"] if line["name"] == "kind")["values"]

    assert [row["id"] for row in kinds("(add_columns:(kind:(page_size:2)))")] == [1, 2]
    assert [row["id"] for row in kinds("(add_columns:(kind:(term:'kind 3')))")] == [3]


def test_descriptions_are_not_the_catalogues_header(rest: Rest) -> None:
    body = rest("GET", "test-things/_info", query_string={"_l_": "zh"}).get_json()
    assert {line["description"] for line in body["add_columns"]} == {""}
