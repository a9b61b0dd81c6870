"""Lists read from columns answer what lists of objects answer, to everybody, and never read an object."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app.api.cases import CaseApi
from app.api.nouns import APIS
from app.domain.lifecycle import Status
from app.fab import apis, cursors, interface
from app.fab.interface import HuiyinInterface
from app.models.case import Case
from tests import factories
from tests.pages import unnumbered

BY_OBJECTS = {"AcceptanceRule", "Complainant", "FollowUp", "Message", "Officer", "Unmasking"}
"""Nouns whose lists hold something worked out in Python: a mask, a full name."""
ALL = (CaseApi, *APIS)


def planned():
    return [api for api in ALL if api.datamodel.plan(api.list_columns)]


def test_lists_are_read_from_columns_wherever_they_can_be():
    assert {api.noun for api in ALL} - {api.noun for api in planned()} == BY_OBJECTS


@pytest.fixture
def filed(office):
    """Cases with everything that can hang on one, a confidential and an anonymous one among them."""
    return [office.case(Status.CLOSED), office.case(Status.INVESTIGATING), office.case(Status.PENDING_ACCEPT)]


@pytest.mark.parametrize("role", ["platform_admin", "handler", "intake", "city_admin"])
def test_an_answer_is_the_one_that_objects_give(app, db, filed, rest, monkeypatch, role):
    client = rest(role, at=factories.LEAD if role == "handler" else "")
    by_columns = {api.plural: client("GET", f"{api.plural}/") for api in planned()}
    monkeypatch.setattr(HuiyinInterface, "plan", lambda *_: None)
    for plural, answer in by_columns.items():
        assert unnumbered(answer) == unnumbered(client("GET", f"{plural}/")), plural
    assert by_columns["cases"].get_json()["count"] > 0


def test_a_list_makes_no_object_of_what_it_lists(app, db, filed, rest):
    client, made = rest("platform_admin"), []

    def note(row, _):
        made.append(row)

    event.listen(Case, "load", note)
    try:
        for plural in ("cases", "assignments", "deadlines", "case-events"):
            assert client("GET", f"{plural}/").get_json()["result"]
    finally:
        event.remove(Case, "load", note)
    assert made == []


def walked(client, plural, column, direction, size=2):
    """Ids of all pages, each begun by the mark of the one before."""
    query = {"q": f"(order_column:{column},order_direction:{direction},page_size:{size})"}
    ids, page = [], client("GET", f"{plural}/", query_string=query).get_json()
    while page["ids"] and len(ids) <= 1000:
        ids += page["ids"]
        if page["next"] is None:
            break
        page = client("GET", f"{plural}/", query_string={**query, "cursor": page["next"]}).get_json()
    return ids


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize(
    ("plural", "column"),
    [
        ("cases", "filed_at"),
        ("cases", "is_overdue"),
        ("deadlines", "overdue_at"),
        ("deadlines", "ended_at"),
        ("deadlines", "due_on"),
        ("case-events", "seq"),
        ("regions", "code"),
        ("follow-ups", "satisfaction"),
    ],
)
def test_pages_by_mark_are_all_rows_in_order(filed, db, rest, plural, column, direction):
    db.session.remove()
    client = rest("platform_admin")
    size = 40 if plural == "regions" else 2
    query = {"q": f"(order_column:{column},order_direction:{direction},page_size:100)"}
    at_once = client("GET", f"{plural}/", query_string=query).get_json()["ids"]
    by_marks = walked(client, plural, column, direction, size)
    assert by_marks[:100] == at_once
    assert len(by_marks) == len(set(by_marks))
    assert at_once


BAD = ["x", "%", "é", "bm9wZQ", "W10", "W1siYSJdXQ", "W" * 501, "WyJmaWxlZF9hdCIsImRlc2MiLCJ4IiwxXQ"]


@pytest.mark.parametrize("marked", BAD)
def test_a_mark_that_is_none_is_refused(rest, marked):
    answer = rest("intake")("GET", "cases/", query_string={"cursor": marked})
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("order", "value"), [("filed_at", None), ("filed_at", 5), ("filed_at", "2026-01-01T00:00:00"), ("status", "closed")]
)
def test_a_mark_of_another_kind_is_refused(rest, order, value):
    marked = cursors.mark((order, "desc"), value, 1)
    assert rest("intake")("GET", "cases/", query_string={"cursor": marked}).status_code == 400


def test_no_mark_tells_what_a_reader_does_not_see():
    assert cursors.ordered_by(CaseApi.datamodel, "title") is None
    assert cursors.ordered_by(CaseApi.datamodel, "matter.name") is None


def test_a_count_stops_and_is_exact_for_who_asks(filed, db, rest, monkeypatch):
    db.session.remove()
    client = rest("platform_admin")
    for module in (interface, apis):
        monkeypatch.setattr(module, "COUNTED", 2)
    stopped, exact = (client("GET", f"cases/{query}").get_json() for query in ("", "?count=exact"))
    assert (stopped["count"], stopped["count_exact"]) == (2, False)
    assert (exact["count"], exact["count_exact"]) == (3, True)
    monkeypatch.setattr(apis, "COUNTED", 10)
    assert "count_exact" not in client("GET", "cases/?count=exact").get_json()


def test_a_deep_page_is_the_same_page(filed, db, rest, monkeypatch):
    db.session.remove()
    client = rest("platform_admin")
    asked = [f"case-events/?q=(page_size:3,page:{page})" for page in (1, 2)]
    usual = [client("GET", path).get_json() for path in asked]
    monkeypatch.setattr(interface, "DEEP", 1)
    assert [client("GET", path).get_json() for path in asked] == usual
    assert usual[0]["ids"]
