"""The generated endpoints: every noun by its rights, lists within scope, and the description of it all."""

from __future__ import annotations

import json
import re

import pytest

from app.domain.lifecycle import Status
from app.extensions import clock
from app.resources import ALL
from tests import factories
from tests.doors.filings import fields, numbered

PUBLIC_ERRORS = {"title", "status", "detail", "instance", "type"}


def q(**asked):
    return {"query_string": {"q": json.dumps(asked)}}


def test_every_noun_can_be_listed_by_those_who_read_it_and_by_nobody_else(rest):
    boss, guard = rest("platform_admin"), rest("security_admin")
    for resource in ALL:
        answer = boss("GET", f"{resource.plural}/")
        assert answer.status_code == 200, resource.noun
        assert {"count", "ids", "result"} <= set(answer.get_json())
        expected = 200 if "security_admin" in resource.rights["read"] else 403
        assert guard("GET", f"{resource.plural}/").status_code == expected, resource.noun


def test_writing_is_405_where_nobody_may_and_403_where_others_may(rest):
    boss, clerk = rest("platform_admin"), rest("intake")
    methods = {"create": ("POST", ""), "update": ("PUT", "1"), "delete": ("DELETE", "1")}
    for resource in ALL:
        for right, (method, place) in methods.items():
            path = f"{resource.plural}/{place}"
            own = (resource.plural, method) == ("cases", "POST")
            if not resource.rights[right] and not own:
                assert boss(method, path, json={}).status_code == 405, path
            elif "intake" not in resource.rights[right] and not own:
                assert clerk(method, path, json={}).status_code == 403, path


def test_a_noun_is_added_changed_and_deleted_and_the_change_is_logged(rest):
    boss = rest("platform_admin")
    day = {"day": "2031-05-01", "kind": "off", "holiday": "劳动节"}
    made = boss("POST", "calendar/", json=day)
    assert made.status_code == 201
    path = f"calendar/{made.get_json()['id']}"
    assert fields(boss("POST", "calendar/", json=day)) == {"day"}
    assert fields(boss("PUT", path, json={"kind": "half", "id": 5})) == {"kind", "id"}
    assert boss("PUT", path, json={"source": "国办发明电"}).status_code == 200
    assert boss("GET", path).get_json()["result"]["source"] == "国办发明电"
    assert boss("DELETE", path).status_code == 200
    assert boss("GET", path).status_code == 404
    log = rest("auditor")("GET", "configuration-changes/").get_json()["result"]
    assert [line["kind"] for line in log] == ["delete", "update", "create"]


def test_a_catalogue_that_cannot_be_is_refused_by_field(rest):
    boss = rest("platform_admin")
    assert fields(boss("PUT", "matters/1", json={"handle_value": 0})) == {"value"}
    assert "fields.0" in fields(boss("PUT", "matters/1", json={"fields": [{"key": "x"}]}))
    assert fields(boss("PUT", "templates/1", json={"text": "{nobody}"})) == {"text"}


@pytest.fixture
def many(db):
    """Three cases: filed, in hand, closed; their ids."""
    found = [
        factories.case_in(each, clock.now()) for each in (Status.PENDING_ACCEPT, Status.INVESTIGATING, Status.CLOSED)
    ]
    db.session.remove()
    return found


def test_a_list_is_filtered_and_ordered_within_scope(rest, many):
    centre, unit = rest("auditor"), rest("handler")
    assert centre("GET", "cases/").get_json()["count"] == 3
    assert unit("GET", "cases/").get_json()["ids"] == [many[2], many[1]]
    closed = q(filters=[{"col": "status", "opr": "eq", "value": "closed"}])
    assert centre("GET", "cases/", **closed).get_json()["ids"] == [many[2]]
    waiting = q(filters=[{"col": "status", "opr": "eq", "value": "pending_accept"}])
    assert centre("GET", "cases/", **waiting).get_json()["count"] == 1
    assert unit("GET", "cases/", **waiting).get_json()["count"] == 0
    rison = {"query_string": {"q": "(columns:!(receipt_no),order_column:filed_at,order_direction:asc,page_size:2)"}}
    answer = centre("GET", "cases/", **rison).get_json()
    assert answer["ids"] == many[:2]
    assert [set(row) for row in answer["result"]] == [{"receipt_no"}] * 2


def test_a_page_has_at_most_a_hundred_rows(rest):
    boss = rest("platform_admin")
    for size in (101, 100_000, -1):
        assert len(boss("GET", "departments/", **q(page_size=size)).get_json()["ids"]) == 100, size
    assert boss("GET", "departments/", **q(page=1_000_000)).get_json()["ids"] == []
    assert boss("GET", "departments/").get_json()["count"] == 4036


@pytest.mark.parametrize(
    "asked",
    [
        {"filters": [{"col": "complainant", "opr": "eq", "value": "x"}]},
        {"filters": [{"col": "query_code_hash", "opr": "sw", "value": "a"}]},
        {"filters": [{"col": "filed_at", "opr": "gt", "value": "soon"}]},
        {"filters": [{"col": "matter", "opr": "rel_o_m", "value": 10**9}]},
        {"order_column": "content_hash", "order_direction": "asc"},
        {"columns": "all"},
        {"page": "one"},
    ],
)
def test_what_cannot_be_asked_is_400(rest, asked):
    answer = rest("auditor")("GET", "cases/", **q(**asked))
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_row_that_hangs_on_a_foreign_case_is_not_there(rest, many, db):
    centre, other = rest("platform_admin"), rest("handler", at="410300-ZJ")
    for plural in ("assignments", "deadlines", "case-events", "follow-ups", "respondents"):
        ids = centre("GET", f"{plural}/").get_json()["ids"]
        assert ids, plural
        assert other("GET", f"{plural}/").get_json()["count"] == 0, plural
        for row in ids:
            assert other("GET", f"{plural}/{row}").status_code == 404, plural
    for plural in ("complainants", "evaluations", "messages", "import-batches", "officers", "api-clients"):
        assert other("GET", f"{plural}/").status_code == 403, plural


def test_ids_beyond_any_row_are_404(rest):
    boss = rest("platform_admin")
    for key in (0, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30):
        for path in (f"cases/{key}", f"cases/{key}/timeline", f"matters/{key}"):
            assert boss("GET", path).status_code == 404, path
        assert boss("POST", f"cases/{key}/accept").status_code == 404, key
        assert boss("PUT", f"matters/{key}", json={"name": "x"}).status_code == 404, key


def test_errors_have_one_shape(rest, client):
    boss = rest("platform_admin")
    for answer in (
        client.get("/api/v1/cases/"),
        client.get("/api/v1/cases/", headers={"Authorization": "Bearer x"}),
        boss("GET", "cases/999999"),
        boss("GET", "nothing/"),
        boss("DELETE", "cases/"),
        boss("POST", "cases/", data="x"),
        boss("POST", "cases/", json={}),
        rest("auditor")("PUT", "matters/1", json={}),
    ):
        assert answer.mimetype == "application/problem+json"
        assert answer.status_code in (401, 403, 404, 405, 415, 422)
        assert set(answer.get_json()) >= PUBLIC_ERRORS
        assert answer.get_json()["status"] == answer.status_code


def test_the_description_is_public_and_names_every_path(app, client):
    answer = client.get("/api/v1/_openapi")
    assert answer.status_code == 200
    paths = answer.get_json()["paths"]
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.endpoint == "OpenApi.get":
            continue
        path = "/".join(
            f"{{{part[1:-1].split(':')[-1]}}}" if part.startswith("<") else part for part in rule.rule.split("/")
        )
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            assert paths[path][method.lower()]["responses"], (path, method)


def test_the_description_of_our_own_is_whole(client):
    described = client.get("/api/v1/_openapi").get_json()
    schemas = described["components"]["schemas"]
    text = json.dumps(described["paths"])
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in schemas, name
    assert set(schemas["Filing"]["required"]) <= set(schemas["Filing"]["properties"])
    assert "additionalProperties" in schemas["Filing"]["properties"]["complainant"]
    assert described["components"]["securitySchemes"]["api_key"]["name"] == "X-API-Key"
    assert "MultipleSchemas" not in text


def test_the_description_refers_to_nothing_that_is_not_there(client):
    text = client.get("/api/v1/_openapi").text
    whole, lost = json.loads(text), []
    for reference in set(re.findall(r'"#/([^"]+)"', text)):
        place = whole
        for name in reference.split("/"):
            place = place.get(name, {})
        lost += [] if place else [reference]
    assert lost == []


def test_the_description_is_made_once_and_the_same_for_all(client):
    first, again = (client.get("/api/v1/_openapi", headers={"Host": host}) for host in ("one.example", "two.example"))
    assert first.data == again.data
    assert again.headers["Content-Type"] == first.headers["Content-Type"] == "application/json; charset=utf-8"
    assert b"one.example" not in first.data
    for version in ("v2", "v1%00", "x" * 100):
        assert client.get(f"/api/{version}/_openapi").status_code == 404, version


def test_the_page_about_the_api_loads_nothing_from_elsewhere(login, client):
    assert client.get("/swagger/v1").status_code == 302
    answer = login("auditor").get("/swagger/v1")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy + answer.text.replace("http-equiv", "")


def test_the_api_takes_no_cookie(login):
    browser = login("platform_admin")
    assert browser.get("/api/v1/cases/").status_code == 401
    assert browser.post("/api/v1/cases/", json=numbered("1")).status_code == 401
