"""Charts: grouped by the database, within rights, drawn by our own script, as a table and as a workbook beside it."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from openpyxl import load_workbook

from app.domain.access import SYSTEM
from app.extensions import db
from app.models.scope import acting
from tests.fab.conftest import HERE, Page, sign_in
from tests.fab.test_permissions import statements
from tests.fab.things import Kind

CHART = "/admin/test-things/chart/"


def drawn(page: str) -> Any:
    found = re.search(r'data-chart="([^"]*)"', page)
    assert found
    return json.loads(html.unescape(found.group(1)))


def figures(page: str) -> list[list[Any]]:
    return [[cell["v"] for cell in row["c"]] for row in drawn(page)["rows"]]


def ways(page: str) -> dict[str, dict[str, str]]:
    """(label, column) of each figure that leads somewhere, with the filters it leads to."""
    made = drawn(page)
    cells = {
        f"{row['c'][0]['v']}/{col['label']}": cell.get("href")
        for row in made["rows"]
        for col, cell in zip(made["cols"], row["c"], strict=True)
    }
    return {name: dict(parse_qsl(urlsplit(href).query)) for name, href in cells.items() if href}


def test_a_count_by_a_related_column(clerk: Page) -> None:
    with statements() as seen:
        page = clerk.get(CHART).text
    assert figures(page) == [["kind 1", 4], ["kind 2", 4], ["kind 3", 4]]
    assert sum("GROUP BY" in sql for sql in seen) == 1
    assert not any("FROM test_things" in sql and "GROUP BY" not in sql for sql in seen)


def test_a_rate_and_a_query_of_ones_own(clerk: Page) -> None:
    rate = drawn(clerk.get(f"{CHART}open").text)
    assert [cell["v"] for cell in rate["rows"][0]["c"]] == ["big", 75]
    assert rate["cols"][1]["label"] == "Rate (per cent)"
    own = clerk.get(f"{CHART}2").text
    assert figures(own) == [["all", 12]]
    assert 'data-kind="pie"' in own


def test_search_applies_to_charts(clerk: Page) -> None:
    assert figures(clerk.get(f"{CHART}?_flt_0_kind=1").text) == [["kind 1", 4]]


def test_a_second_group_makes_series(clerk: Page) -> None:
    page = clerk.get(f"{CHART}both").text
    assert [col["label"] for col in drawn(page)["cols"]] == ["Both", "Grand"]
    assert figures(page) == [["kind 1", 4], ["kind 2", 4], ["kind 3", 4]]


def test_a_heat_table_has_its_columns_in_order_and_needs_no_script(clerk: Page) -> None:
    page = clerk.get(f"{CHART}days").text
    assert [col["label"] for col in drawn(page)["cols"]] == ["Days", "2026-01", "2026-02"]
    assert figures(page) == [["b", 8, 0], ["(none)", 0, 2], ["a", 0, 1]]
    shades = re.findall(r'<td class="hy-n( hy-heat-\d)?">(\d)', page)
    assert shades == [(" hy-heat-6", "8"), ("", "0"), ("", "0"), (" hy-heat-2", "2"), ("", "0"), (" hy-heat-1", "1")]
    assert "echarts" not in page


def test_the_same_figures_stand_in_a_table(clerk: Page) -> None:
    page = clerk.get(CHART).text
    rows = re.findall(r'<tr><th scope="row"><a href="[^"]+">([^<]+)</a></th><td class="hy-n">(\d+)</td></tr>', page)
    assert rows == [("kind 1", "4"), ("kind 2", "4"), ("kind 3", "4")]


# --- ways to the rows -------------------------------------------------------------------------------------------


def test_a_figure_leads_to_its_rows_and_keeps_the_filters(clerk: Page) -> None:
    found = ways(clerk.get(f"{CHART}?_flt_0_is_open=y").text)
    assert found["kind 2/By kind"] == {"_flt_0_is_open": "y", "_flt_0_kind": "2"}
    href = drawn(clerk.get(CHART).text)["rows"][1]["c"][0]["href"]
    listed = clerk.get(href).text
    assert re.findall(r">(T\d\d)<", listed) == ["T10", "T07", "T04", "T01"]


def test_a_figure_of_two_groups_leads_nowhere_where_one_cannot_be_filtered_by(clerk: Page) -> None:
    assert set(ways(clerk.get(f"{CHART}both").text)) == {f"kind {number}/Both" for number in (1, 2, 3)}


def test_labels_of_a_query_lead_to_rows_where_they_are_known(clerk: Page) -> None:
    page = clerk.get(f"{CHART}named?_flt_0_is_open=y").text
    assert ways(page) == {"kind 2/Named": {"_flt_0_kind": "2"}}
    assert ways(clerk.get(f"{CHART}open").text) == {}


def test_a_month_leads_to_its_days(clerk: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.fab.ways.FROM", "gt")
    monkeypatch.setattr("app.fab.ways.TO", "lt")
    found = ways(clerk.get(f"{CHART}months").text)
    assert list(found) == ["2026-02/Months"]
    assert sorted(found["2026-02/Months"].values()) == ["2026-02-01", "2026-02-28"]


# --- the workbook -----------------------------------------------------------------------------------------------


def test_the_workbook_has_the_same_figures(clerk: Page) -> None:
    page = clerk.get(f"{CHART}?_flt_0_kind=1").text
    href = re.search(r'href="([^"]+/xlsx[^"]*)" download', page)
    assert href
    answer = clerk.get(html.unescape(href[1]))
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows[:3] == [["By kind", "Count"], ["kind 1", 4], []]
    assert rows[3][0].startswith("xclerk 20")
    assert sheet.freeze_panes == "A2"


def test_no_cell_of_a_workbook_is_a_formula(fab_app: Flask, clerk: Page) -> None:
    with fab_app.app_context(), acting(SYSTEM):
        db.session.query(Kind).filter_by(id=1).update({"name": "=1+1"})
        db.session.commit()
    sheet = load_workbook(BytesIO(clerk.get(f"{CHART}0/xlsx").data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_the_workbook_has_the_rights_of_the_chart(fab_app: Flask) -> None:
    assert sign_in(fab_app, "nobody").get(f"{CHART}0/xlsx").status_code == 403
    visitor = fab_app.test_client().get(f"{CHART}0/xlsx")
    assert (visitor.status_code, "/login/" in visitor.location) == (302, True)


def test_an_app_without_workbooks_has_none(fab_app: Flask, clerk: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(fab_app.extensions, "huiyin.workbook")
    assert clerk.get(f"{CHART}0/xlsx").status_code == 404


@pytest.mark.parametrize("name", ["9", "-1", "nope", "9" * 30])
def test_a_chart_that_is_not_there_is_404(clerk: Page, name: str) -> None:
    assert clerk.get(f"{CHART}{name}").status_code == 404


def test_charts_are_drawn_by_our_own_files(fab_app: Flask, clerk: Page) -> None:
    page = clerk.get(CHART).text
    assert "google" not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)
    for path in re.findall(r'<script src="(/static/(?:vendor|js)/[^"]+)"', page):
        with clerk.get(path) as answer:
            assert answer.status_code == 200


def test_no_template_of_ours_or_charts_of_fabs_loads_google() -> None:
    names = {path.name for path in (HERE / "templates/appbuilder/general/widgets").glob("*chart*.html")}
    assert names >= {"chart.html", "direct_chart.html", "multiple_chart.html"}
    for path in (HERE / "templates/appbuilder").rglob("*chart*.html"):
        assert "google" not in path.read_text()


def test_the_vendored_file_is_the_one_that_was_built() -> None:
    listed = json.loads((HERE / "static/vendor/vendor.json").read_text())["built"]
    for package in listed:
        folder = HERE / "static/vendor" / package["folder"]
        sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        assert sums == package["sums"]
        assert package["version"] in package["folder"]


def test_a_chart_page_weighs_350_kb_at_most(clerk: Page) -> None:
    page = clerk.get(CHART)
    paths = set(re.findall(r'(?:src|href)="(/static/[^"#]+)[^"]*"', page.text))
    weights = {}
    for path in paths:
        with clerk.get(path) as answer:
            weights[path] = len(gzip.compress(answer.data, 9))
    assert any("echarts" in path for path in weights)
    assert len(gzip.compress(page.data)) + sum(weights.values()) < 350 * 1024, weights
