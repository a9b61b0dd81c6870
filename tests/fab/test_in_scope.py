"""The bases over real cases: an officer of one unit meets another unit's case on no path that FAB opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask, redirect
from flask_appbuilder.actions import action

from app.domain.access import SYSTEM
from app.extensions import db
from app.fab import register
from app.fab.apis import HuiyinModelRestApi
from app.fab.charts import HuiyinChartView
from app.fab.permissions import permission_table, sync
from app.fab.views import HuiyinModelView
from app.models import scope
from app.models.assignment import Assignment
from app.models.case import Case, Complainant, Respondent
from app.models.department import Department, DepartmentType
from app.models.feedback import FollowUp
from app.models.policy import PolicyVersion
from app.models.region import Region
from app.resources.base import Chart, rights
from tests.fab.conftest import Page, Rest, add_officer, make_app, refreshed, sign_in
from tests.fab.test_charts import figures

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
OFFICERS = {"handler", "unit_leader"}


class ProbeResource:
    """Cases, as far as needed here."""

    model = Case
    noun, plural, title = "TestCase", "probe-cases", "Cases"
    rights = rights(read=OFFICERS)
    list_columns = ("receipt_no", "department.name", "complainant.kind")
    show_columns = (*list_columns, "title")
    search_columns = order_columns = ("receipt_no",)
    add_columns = edit_columns = ()
    label_columns: ClassVar = {name: name for name in show_columns}
    charts = (Chart("by-department", "By department", group="department.name"),)


class ProbeView(ProbeResource, HuiyinModelView):
    """With an action that notes what it was given."""

    action_permissions: ClassVar = {"stamp": "read"}
    acted: ClassVar[list[str]] = []

    @action("stamp", "Stamp")
    def stamp(self, rows: Any) -> Any:
        """Note the rows."""
        self.acted.extend(row.receipt_no for row in (rows if isinstance(rows, list) else [rows]))
        return redirect("/admin/")


class ProbeApi(ProbeResource, HuiyinModelRestApi):
    """Two lines."""


class ProbeChart(ProbeResource, HuiyinChartView):
    """Two lines."""


class CallResource:
    """Something that hangs on a case, written by form."""

    model = FollowUp
    noun, plural = "TestCall", "probe-calls"
    rights = rights(read=OFFICERS, write=OFFICERS)
    list_columns = show_columns = ("case.receipt_no", "note")
    search_columns = ("case", "note")
    order_columns = ("note",)
    add_columns = edit_columns = ("case", "note")
    label_columns: ClassVar = {name: name for name in (*show_columns, "case")}


class CallView(CallResource, HuiyinModelView):
    """Two lines."""


class CallApi(CallResource, HuiyinModelRestApi):
    """Two lines."""


def add_case(number: int, department: Department, complained_about: Department | None = None) -> None:
    case = Case(
        receipt_no=f"TS-{number}",
        case_no=f"YS-{number}",
        content_hash="x",
        channel="online",
        status="pending_confirm",
        title=f"case {number}",
        body="body",
        region_code="410100",
        department_id=department.id,
        respondent_department_id=complained_about.id if complained_about else None,
        policy_version_id=1,
        filed_at=AT,
        created_at=AT,
        accepted_at=AT,
        assigned_at=AT,
    )
    case.complainant = Complainant(kind="person")
    case.respondent = Respondent(kind="government")
    case.assignments = [Assignment(department_id=department.id, status="pending", assigned_at=AT)]
    case.follow_ups = [FollowUp(round=0, called_at=AT, note=f"note {number}")]
    db.session.add(case)


@pytest.fixture
def scoped_app(made_once: tuple[Flask, Path]) -> Iterator[Flask]:
    """Case 1 is with unit A, case 2 with unit B; case 3 is with unit A and complains about unit A."""
    app = make_app(f"sqlite:///{made_once[1]}")
    refreshed(app, made_once[1])
    ProbeView.acted.clear()
    with app.app_context(), scope.acting(SYSTEM), scope.acting_on():
        register(app.appbuilder, ProbeView, ProbeApi, ProbeChart)
        register(app.appbuilder, CallView, CallApi)
        sync(db.session, permission_table([ProbeResource, CallResource]))
        db.session.add(Region(code="410100", name="City", level="city"))
        db.session.add(DepartmentType(code="T", name="Type"))
        db.session.add(PolicyVersion(code="p", name="Policy", valid_from=AT.date(), content={}))
        db.session.flush()
        units = [Department(code=code, name=f"Unit {code}", region_code="410100", type_id=1) for code in "AB"]
        db.session.add_all(units)
        db.session.flush()
        for unit, name in zip(units, ("handler_a", "handler_b"), strict=True):
            add_officer(name, "handler", department_id=unit.id)
        add_case(1, units[0])
        add_case(2, units[1])
        add_case(3, units[0], complained_about=units[0])
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def handler(scoped_app: Flask) -> Page:
    """The officer of unit A."""
    return sign_in(scoped_app, "handler_a")


@pytest.fixture
def client(scoped_app: Flask) -> Rest:
    """The same by REST."""
    return Rest(scoped_app, "handler_a")


def receipts(text: str) -> set[str]:
    return set(re.findall(r"TS-\d", text))


def test_each_sees_his_own_and_nobody_sees_a_complaint_about_himself(scoped_app: Flask) -> None:
    for name, own in (("handler_a", {"TS-1"}), ("handler_b", {"TS-2"}), ("handler_a", {"TS-1"})):
        page = sign_in(scoped_app, name).get("/admin/probe-cases/list/")
        assert (page.status_code, receipts(page.text)) == (200, own)
        assert receipts(Rest(scoped_app, name)("GET", "probe-calls/").text) == own


@pytest.mark.parametrize("pk", [2, 3])
def test_pages_and_answers_of_other_cases_are_404(handler: Page, client: Rest, pk: int) -> None:
    for path in (f"probe-cases/show/{pk}", f"probe-calls/show/{pk}", f"probe-calls/edit/{pk}"):
        assert handler.get(f"/admin/{path}").status_code == 404
    assert client("GET", f"probe-cases/{pk}").status_code == 404
    for method in ("GET", "PUT", "DELETE"):
        expected = 405 if method == "DELETE" else 404
        assert client(method, f"probe-calls/{pk}", json={}).status_code == expected


def test_a_row_read_as_system_is_still_not_there_for_the_officer(scoped_app: Flask, client: Rest) -> None:
    with scoped_app.app_context(), scope.unscoped("the test loads every case") as session:
        assert session.query(Case).count() == 3
    assert client("GET", "probe-cases/2").status_code == 404


def test_counts_search_and_charts_are_in_scope(handler: Page, client: Rest) -> None:
    assert client("GET", "probe-cases/").get_json()["count"] == 1
    found = client("GET", "probe-cases/", query_string={"q": "(filters:!((col:receipt_no,opr:ct,value:TS)))"})
    assert found.get_json()["ids"] == [1]
    assert receipts(handler.get("/admin/probe-cases/list/?_flt_2_receipt_no=TS").text) == {"TS-1"}
    assert figures(handler.get("/admin/probe-cases/chart/").text) == [["Unit A", 1]]


def test_actions_are_in_scope(handler: Page) -> None:
    page = "/admin/probe-calls/add"
    handler.send("/admin/probe-cases/action_post", page=page, action="stamp", rowid=["1", "2", "3"])
    assert ProbeView.acted == ["TS-1"]
    assert handler.send("/admin/probe-cases/action/stamp/2", page=page).status_code == 404
    assert handler.send("/admin/probe-cases/action_post", page=page, action="stamp", rowid=["2"]).status_code == 404


def test_pickers_and_related_values_are_in_scope(handler: Page, client: Rest) -> None:
    form = handler.get("/admin/probe-calls/add").text
    assert form.count("<option") == 2  # a blank, and YS-1
    assert "YS-1" in form
    assert "YS-2" not in form
    assert [row["id"] for row in handler.get("/admin/probe-calls/pick/case").get_json()["results"]] == [1]
    line = next(each for each in client("GET", "probe-calls/_info").get_json()["add_columns"] if each["name"] == "case")
    assert [row["id"] for row in line["values"]] == [1]


def test_nothing_is_hung_on_or_moved_to_another_case(handler: Page, client: Rest) -> None:
    for pk in (2, 3):
        assert client("POST", "probe-calls/", json={"case": pk, "note": "x"}).status_code == 422
        assert client("PUT", "probe-calls/1", json={"case": pk}).status_code == 422
        assert "Not a valid choice" in handler.send("/admin/probe-calls/add", case=str(pk), note="x").text
        filtered = {"q": f"(filters:!((col:case,opr:rel_o_m,value:{pk})))"}
        assert client("GET", "probe-calls/", query_string=filtered).status_code == 400
        assert handler.get(f"/admin/probe-calls/add?_flt_0_case={pk}").status_code == 200
        assert receipts(handler.get(f"/admin/probe-calls/list/?_flt_0_case={pk}").text) == set()


def test_the_page_asks_for_the_officer_once(handler: Page) -> None:
    from tests.fab.test_permissions import statements

    handler.get("/admin/probe-cases/list/")
    with statements() as seen:
        assert handler.get("/admin/probe-cases/list/").status_code == 200
    asked = [sql for sql in seen if not sql.startswith("BEGIN")]
    assert len(asked) <= 6, asked  # user, permissions, count, rows, departments, complainants
